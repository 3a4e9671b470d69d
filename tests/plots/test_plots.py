"""Plots: what they show, that no label is cut or covers another, and that they are legible on dark and on light."""

import io
import re
import shutil
import subprocess
from itertools import combinations

import pytest

from symparams import breakdown, closed_form, compare, leading_order, plot, symbols
from symparams.errors import SymparamsError, ValuesError
from symparams.models.reading import read_model
from symparams.plots.drawing import COLOURS, GREY
from tests.typeset.compiling import compiled

N, d, V = symbols("N d V")
GPT = read_model("Transformer(N, d, V)")
PLOTS = {
    "bars": lambda: plot(breakdown(GPT), N=12, d=768, V=50257),
    "stack": lambda: plot(breakdown(GPT), over=d, N=12, V=50257),
    "approximation": lambda: plot(leading_order(GPT.params, d), N=12, V=50257),
    "a size that divides out": lambda: plot(leading_order(read_model("Conv2d(i, o, d)").params, d), sizes=range(1, 12), i=3, o=64),
    "comparison": lambda: plot(compare(GPT, "12Nd^2"), over="d", N=12, V=50257),
    "ratios": lambda: plot(compare(*map(read_model, ("LSTM(I, H)", "GRU(I, H)", "RNN(I, H)"))), over="H", I=64),
    "ratio bars": lambda: plot(compare(*map(read_model, ("LSTM(I, H)", "GRU(I, H)", "RNN(I, H)"))), H=64, I=64),
    "curve": lambda: plot(closed_form(GPT), over=d, sizes=[100, 200, 300], N=12, V=50257),
    "layer": lambda: plot(GPT, N=2, d=8, V=100),
}


def texts(figure):
    canvas = figure.canvas
    canvas.draw()
    for axes in figure.axes:
        yield from (text for text in axes.texts if text.get_text().strip() and text.get_visible())


@pytest.mark.parametrize("name", PLOTS)
def test_no_label_is_cut_or_covers_another(name):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = PLOTS[name]()
    FigureCanvasAgg(figure)
    boxes = [text.get_window_extent() for text in texts(figure)]
    width, height = figure.bbox.width, figure.bbox.height
    for box in boxes:
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_it_is_saved_on_a_transparent_ground_the_same_every_time(kind):
    saved = []
    for _ in range(2):
        out = io.BytesIO()
        meta = {"pdf": {"CreationDate": None}, "png": {}}[kind]
        PLOTS["stack"]().savefig(out, format=kind, metadata=meta)
        saved.append(out.getvalue())
    assert saved[0] == saved[1] and len(saved[0]) > 1000
    assert PLOTS["bars"]().patch.get_alpha() == 0


@pytest.mark.parametrize("name", PLOTS)
def test_pdflatex_sets_what_is_written_as_pgf(tmp_path, name):
    figure = tmp_path / "figure.pgf"
    page = tmp_path / "page.tex"
    page.write_text(
        r"\documentclass{article}\usepackage{amsmath,pgf}\begin{document}\input{figure.pgf}\end{document}", encoding="utf-8"
    )
    if not shutil.which("pdflatex"):
        pytest.skip("no pdflatex: install texlive-latex-recommended")
    PLOTS[name]().savefig(figure)
    assert "Missing character" not in compiled(page)
    assert not re.search(r"\\pgftext.*[^\\]_\w", figure.read_text(encoding="utf-8"))  # an index where a name has an underscore
    shown = subprocess.run(["pdftotext", page.with_suffix(".pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert len(shown.split()) > 5
    if name == "bars":
        assert "31.2 %" in shown and "feed forward" in shown.replace("_", " ")


def test_pgf_without_pdflatex_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValuesError, match="pdflatex"):
        PLOTS["bars"]().savefig(tmp_path / "figure.pgf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "notation", "label"),
    [
        ("curve", "kaplan", r"$d_{\text{model}}$"),
        ("approximation", "megatron", "$h$"),
        ("stack", "pytorch", r"$\mathrm{d\_model}$"),
        ("comparison", {"d": "D"}, "$D$"),
        ("ratios", {"H": r"\mathcal{H}"}, r"$\mathcal{H}$"),
        ("curve", {"d": r"\dmodel"}, "d"),  # a macro of the author, which matplotlib does not know
        ("curve", {"N": "L"}, "d"),
    ],
)
def test_the_axis_is_in_anyones_letters(name, notation, label):
    things = {
        "curve": lambda: plot(closed_form(GPT), over=d, notation=notation, N=12, V=50257),
        "approximation": lambda: plot(leading_order(GPT.params, d), notation=notation, N=12, V=50257),
        "stack": lambda: plot(breakdown(GPT), over=d, notation=notation, N=12, V=50257),
        "comparison": lambda: plot(compare(GPT, "12Nd^2"), over=d, notation=notation, N=12, V=50257),
        "ratios": lambda: plot(compare(read_model("LSTM(I, H)"), read_model("GRU(I, H)")), over="H", notation=notation, I=64),
    }
    figure = things[name]()
    assert figure.axes[-1].get_xlabel() == label
    assert figure._repr_png_()


def test_the_numbers_are_those_of_the_formula():
    axes = PLOTS["curve"]().axes[0]
    (line,) = axes.lines
    assert list(line.get_ydata()) == [float(closed_form(GPT).at(N=12, V=50257, d=size)) for size in (100, 200, 300)]
    bars = PLOTS["layer"]().axes[0].patches
    assert [bar.get_width() for bar in bars] == [float(row.expr) for row in breakdown(GPT).at(N=2, d=8, V=100).rows]


def contrast(colour, ground):
    def luminance(hexadecimal):
        parts = [int(hexadecimal[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_grey_is_legible_on_white_and_on_black():
    assert contrast(GREY, "#FFFFFF") >= 4.5 and contrast(GREY, "#000000") >= 4.5
    assert len(set(COLOURS)) == len(COLOURS)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plot(breakdown(GPT)), "sizes for N, V, d"),
        (lambda: plot(closed_form(GPT), over=d), "also sizes for N, V"),
        (lambda: plot(closed_form(GPT)), "over=…"),
        (lambda: plot(closed_form(GPT), over="x", N=1, d=1, V=1), "x"),
        (lambda: plot("12Nd^2"), "a breakdown"),
    ],
)
def test_what_cannot_be_drawn(call, words):
    with pytest.raises((ValuesError, SymparamsError)) as error:
        call()
    assert words in str(error.value)
