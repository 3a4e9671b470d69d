"""What cannot be set is refused, in Python and in the terminal: what was given, what was wanted, the next move."""

import re

import pytest
from click.testing import CliRunner

from symparams import (
    NOTATIONS,
    Notation,
    SymparamsError,
    breakdown,
    check,
    closed_form,
    code,
    derive,
    latex,
    leading_order,
    legend,
    plot,
    symbols,
)
from symparams.cli import main
from symparams.errors import LayoutError, NarrowError
from symparams.models.reading import read_model
from symparams.typeset.columns import COLUMNS
from symparams.typeset.environments import ENVIRONMENTS

N, d, V = symbols("N d V")
GPT = read_model("Transformer(N, d, V)")
TEXT = "Transformer(N, d, V)"

# by name: the call, the arguments of the command that means the same, and what the message has: given, wanted, the next move
REFUSALS = {
    "environment": (
        lambda: latex(closed_form(GPT), "algin"),
        ["latex", TEXT, "--env", "algin"],
        ("env='algin'", "inline, equation, equation*, align", 'did you mean "align"?'),
    ),
    "environment of another package": (
        lambda: latex(closed_form(GPT), "eqnarray"),
        ["latex", TEXT, "--env", "eqnarray"],
        ("env='eqnarray'", "longtable", "give one of these"),
    ),
    "notation": (
        lambda: latex(closed_form(GPT), notation="Vaswanni"),
        ["latex", TEXT, "--notation", "Vaswanni"],
        ("notation='Vaswanni'", "textbook, vaswani", 'did you mean "vaswani"?'),
    ),
    "notation of code": (
        lambda: code(GPT, notation="torch"),
        ["code", TEXT, "--notation", "torch"],
        ("notation='torch'", "pytorch", 'did you mean "pytorch"?'),
    ),
    "notation of a verdict": (
        lambda: latex(check("12Nd^2", GPT), "inline", notation="?"),
        ["check", "12Nd^2", "--model", TEXT, "--latex", "--notation", "?"],
        ("notation='?'", "megatron", "kaplan"),
    ),
    "class": (
        lambda: latex(closed_form(GPT), width="ieee_tran"),
        ["latex", TEXT, "--width", "ieee_tran"],
        ("width='ieee_tran'", "two-column, IEEEtran, acmart", 'did you mean "IEEEtran"?'),
    ),
    "width": (
        lambda: latex(closed_form(GPT), width=2),
        ["latex", TEXT, "--width", "2"],
        ("width=2", "from 3 to 1,000", "two-column"),
    ),
    "language": (
        lambda: code(GPT, "pyton"),
        ["code", TEXT, "--in", "pyton"],
        ("pyton", "python", ""),
    ),
    "no TeX": (
        lambda: latex(closed_form(GPT), notation={"d": r"d_{\text{m}"}),
        ["latex", TEXT, "--name", r"d=d_{\text{m}"],
        ("for d: a brace is not closed", "one symbol", "kaplan"),
    ),
    "an operation": (
        lambda: latex(closed_form(GPT), notation={"d_model": "x + y"}),
        ["latex", TEXT, "--name", "d_model=x + y"],
        ("for d_model: + is an operation", "one symbol", "kaplan"),
    ),
    "a clash": (
        lambda: latex(closed_form(GPT), notation={"d": "{V}"}),
        ["latex", TEXT, "--name", "d={V}"],
        ("{V} for V and for d", "a name of its own", "--name d=x"),
    ),
    "a clash in code": (
        lambda: code(GPT, notation={"d": "V"}),
        None,
        ("V for V and for d", "a name of its own", "--name d=x"),
    ),
    "a term too wide": (
        lambda: latex(closed_form(read_model("Transformer(N, d_intermediate_size, V)")), "equation", width=6),
        ["latex", "Transformer(N, d_intermediate_size, V)", "--env", "equation", "--width", "6"],
        (r"12 d_{\mathrm{intermediate\_size}}^{2}, a term of", "a width of 11 em or more", "11"),
    ),
    "columns too wide": (
        lambda: latex(breakdown(GPT), "table", width=4),
        ["latex", TEXT, "--form", "breakdown", "--env", "table", "--width", "4"],
        ("the column Parameters of", "a width of 6 em or more", "6"),
    ),
    "caption": (
        lambda: latex(breakdown(GPT), "table", caption="50% of d_model"),
        ["latex", TEXT, "--form", "breakdown", "--env", "table", "--caption", "50% of d_model"],
        ("% has another meaning in TeX", "a text of TeX", "between dollars"),
    ),
    "label": (
        lambda: latex(closed_form(GPT), "equation", label="a b"),
        ["latex", TEXT, "--env", "equation", "--label", "a b"],
        ("label='a b'", "eq:count", "leave other signs out"),
    ),
    "numbers": (
        lambda: latex(closed_form(GPT), numbers=("short", 99)),
        ["latex", TEXT, "--numbers", "short:99"],
        ("('short', 99)", "siunitx", "from 1 to 15"),
    ),
    "a size of too many digits": (
        lambda: latex(closed_form(read_model("Linear(d**64, d)")).worked(d=10**100)),
        ["latex", "Linear(d**64, d)", "--env", "equation", "--at", f"d={10**100}"],
        ("more than 100 digits", "at most 100 digits", "no network is that large"),
    ),
    "a name of no size": (
        None,
        ["latex", TEXT, "--name", r"d_modell=\dmodel"],
        ("'d_modell', which the formula does not have", "N, V, d", 'did you mean "d_model"?'),
    ),
    "a plot of numbers too large": (
        lambda: plot(closed_form(read_model("Linear(d**64, d)")), over="d", sizes=[10**9, 10**10]),
        None,
        ("over 300 digits", "10^300", "give smaller sizes"),
    ),
    "bars of numbers too large": (
        lambda: plot(breakdown(read_model("Linear(d**64, d)")), d=10**9),
        None,
        ("over 300 digits", "10^300", "give smaller sizes"),
    ),
    "a plot over one size": (
        lambda: plot(closed_form(GPT), over=d, sizes=[5], N=1, V=1),
        None,
        ("sizes=[5]", "two values of d", "sizes=range"),
    ),
    "a plot over no integers": (
        lambda: plot(closed_form(GPT), over=d, sizes=[1, 2.5], N=1, V=1),
        None,
        ("d=2.5 among the sizes", "positive integers", "a whole number"),
    ),
    "a plot in no notation": (
        lambda: plot(leading_order(GPT.params, d), notation="kaplam", N=1, V=1),
        None,
        ("notation='kaplam'", "kaplan", 'did you mean "kaplan"?'),
    ),
}


@pytest.mark.parametrize("name", [name for name, (call, _, _) in REFUSALS.items() if call])
def test_python_says_what_was_given_what_was_wanted_and_the_next_move(name):
    call, _, (given, wanted, move) = REFUSALS[name]
    with pytest.raises(SymparamsError) as error:
        call()
    assert given in error.value.given and wanted in error.value.wanted and move in error.value.move


@pytest.mark.parametrize("name", [name for name, (_, arguments, _) in REFUSALS.items() if arguments])
def test_the_command_says_the_same_writes_nothing_and_ends_with_2(name):
    _, arguments, words = REFUSALS[name]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(word in result.stderr for word in words), result.stderr


@pytest.mark.parametrize("thing", [closed_form(GPT), breakdown(GPT), derive(GPT), legend(GPT)], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("env", [env for env in ENVIRONMENTS if not env.endswith("*")])
def test_the_least_width_is_enough_and_the_next_one_below_is_not(thing, env):
    with pytest.raises(NarrowError) as error:
        latex(thing, env, width=3)
    least = int(re.fullmatch(r"a width of (\d+) em or more", error.value.wanted)[1])
    assert latex(thing, env, width=least) and error.value.given.startswith("width=3: ")
    with pytest.raises(NarrowError):
        latex(thing, env, width=least - 1)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_by_name_is_refused_with_a_number_of_em(name):
    model = read_model(f"Linear({'w' * 64}, {'m' * 64})")
    with pytest.raises(NarrowError, match=rf"width='{name}': .*(w{{64}}|m{{64}})"):
        latex(closed_form(model), "equation", width=name)


GOOD = [r"\dmodel", r"d_{\text{model}}", "|V|", r"\lvert V \rvert", r"\mathcal{L}'", "d_{i+1}", r"h^{(l)}", r"\mathcal L", "x_1^2"]
GOOD += [r"\text{feed-forward}", r"\frac{d}{2}", r"\mathrm{hidden\_size}", r"\hat{d}_k", "d''"]
BAD = ["", " ", "{}", "d_{", "d}", "d}{", "a & b", "x$y", "%c", "#1", "\\", "\\\\", "a\nb", "\0", "^", "_", "x^", "x^2^3", "x_a_b"]
BAD += [
    r"\frac",
    r"\frac{a}",
    r"\hat",
    r"\left(",
    r"\right)",
    r"\begin{x}",
    r"\end{equation}",
    r"\)",
    r"\]",
    r"\label{a}",
    r"\tag{1}",
]
BAD += [r"\input{secret}", r"\newcommand{\a}{b}", r"\text{a_b}", "x + y", "x = y", "a, b", "a < b", r"a \cdot b", r"a \\ b"]


@pytest.mark.parametrize("name", GOOD)
def test_names_that_are_tex_are_set(katex, name):
    written = latex(closed_form(GPT), "inline", notation={"d": name}).splitlines()[-1].replace(r"\dmodel", "D")
    assert katex.accept_dollars(written) == 1
    if name not in (r"\frac{d}{2}", r"\hat{d}_k", r"\mathcal L"):
        assert Notation({"d": name}).read(latex(GPT, "inline", notation={"d": name}).splitlines()[-1].strip("$"), GPT)


@pytest.mark.parametrize("name", BAD)
def test_names_that_are_no_tex_are_refused(name):
    with pytest.raises(LayoutError, match="for d: "):
        latex(closed_form(GPT), notation={"d": name})


@pytest.mark.parametrize("key", [key for key in NOTATIONS if key not in ("keras",)])
def test_code_in_each_notation_counts_the_same(key):
    written = code(GPT, "python", notation=key)
    found = {}
    exec(written, found)  # what was written is what is tried
    assert found["parameters"](2, 11, 3) == closed_form(GPT).at(N=2, V=11, d=3)
