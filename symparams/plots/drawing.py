"""`plot`: a figure of a result. Numbers are exact until they are drawn.

Colours are those of Okabe and Ito, which people with a colour-vision deficiency tell apart; lines differ by their dashes as well.
Names stand beside what they name. The ground is transparent and the grey of the text is legible on white and on black.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sympy import Expr, Integer, Rational, Symbol

from symparams.asymptotics import Approximation
from symparams.comparing import Comparison, Ratios
from symparams.counting import Breakdown, breakdown, closed_form
from symparams.errors import SizeError, ValuesError, shown
from symparams.notation import as_values, at_values, expr_of, percent, symbol_among
from symparams.results import Expression
from symparams.tree import Layer
from symparams.typeset.notations import Notation, notation_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "GREY", "plot"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
GREY = "#767676"  # 4.54 : 1 on white, 4.19 : 1 on #111111
_POINTS = 48
_DECADE = 10
_DIGITS = 300
_LARGEST = 10**_DIGITS


def plot(
    thing: object,
    over: Symbol | str | None = None,
    sizes: Sequence[int] | None = None,
    *,
    notation: str | Notation | Mapping[str, str] | None = None,
    **at: Any,
) -> Figure:
    """A figure of a breakdown, an approximation, a comparison, ratios, a closed form or a layer.

    where: over: the size that runs along the axis, with `sizes` its values, or about fifty of them from 16 to 16,384; at: the other
    sizes; notation: whose letters the axis has, as in `latex`. A breakdown over no size is bars; an approximation shows the exact
    formula beside it and its relative error. `savefig` writes PDF, SVG and PNG, and PGF for pdflatex where that is installed.

    Raises `ValuesError` for a symbol that the formula does not have, where a size is missing, for numbers too large to draw, and
    without matplotlib; `LayoutError` for an unknown notation.
    """
    try:
        import matplotlib as mpl

        from symparams.plots.figures import Picture
    except ImportError:
        raise ValuesError("plot(…)", "matplotlib", 'pip install "symparams[plots]"') from None
    letters = notation_of(notation)
    with mpl.rc_context({"pdf.fonttype": 42, "text.color": GREY, "axes.labelcolor": GREY}):
        figure = Picture(figsize=(6.4, 3.6), layout="constrained")
        figure.patch.set_alpha(0)
        _drawn(figure, thing, over, sizes, at)
        if letters is not None:
            _renamed(figure, letters, thing)
    return figure


def _renamed(figure: Figure, letters: Notation, thing: Any) -> None:
    """The axis in the letters of a notation, where matplotlib can set them: an author's macro is unknown to it."""
    from symparams.plots.figures import can_set

    names = letters.names_in(breakdown(thing) if isinstance(thing, Layer) else thing)
    for axes in figure.axes:
        if can_set(written := names.get(axes.get_xlabel(), "")):
            axes.set_xlabel(f"${written}$")


def _drawn(figure: Figure, thing: object, over: Symbol | str | None, sizes: Sequence[int] | None, at: Mapping[str, Any]) -> None:
    if isinstance(thing, Layer) and over is None:
        thing = breakdown(thing)
    match thing:
        case Breakdown() if over is None:
            _bars(_axes(figure), {".".join(row.label): row.expr for row in thing.rows}, at)
        case Breakdown():
            _stack(_axes(figure), {".".join(row.label): row.expr for row in thing.rows}, over, sizes, at)
        case Ratios() if over is None:
            _bars(_axes(figure), dict(zip(thing.names, thing.counts, strict=True)), at)
        case Ratios():
            _curves(_axes(figure), dict(zip(thing.names, thing.counts, strict=True)), over, sizes, at)
        case Comparison():
            pair = dict(zip(thing.names, (thing.first, thing.second), strict=True))
            _curves(_axes(figure), pair, _named(over, thing.free_symbols), sizes, at)
        case Approximation():
            _approximation(figure, thing, over, sizes, at)
        case Layer() | Expression() | Expr():
            form = closed_form(thing).expr if isinstance(thing, Layer) else thing.expr if isinstance(thing, Expression) else thing
            _curves(_axes(figure), {"": form}, _named(over, form.free_symbols), sizes, at)
        case _:
            raise ValuesError(f"plot({shown(thing)})", "a breakdown, an approximation, a comparison or a formula", "pass one")


def _named(over: Symbol | str | None, free: Any) -> Symbol | str:
    if over is None:
        names = ", ".join(sorted(one.name for one in free))
        raise ValuesError("a curve over nothing", f"a size among {names}", "give over=…")
    return over


def _axes(figure: Figure, place: tuple[int, int, int] = (1, 1, 1)) -> Axes:
    axes = figure.add_subplot(*place)
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GREY)
    axes.tick_params(colors=GREY, which="both")
    return axes


def _numbers(forms: Mapping[str, Expr], over: Symbol | str, sizes: Sequence[int] | None, at: Mapping[str, Any]) -> tuple[Any, ...]:
    """The symbol of the axis, its values, and each form's exact values there."""
    free = frozenset().union(*(form.free_symbols for form in forms.values()))
    symbol = symbol_among(free, over, "axis")
    taken = as_values(at, free - {symbol})
    if missing := sorted(one.name for one in free - {symbol} - taken.keys()):
        raise ValuesError(f"plot over {symbol.name}", f"also sizes for {', '.join(missing)}", f"give {missing[0]}=…")
    along = _spread() if sizes is None else _along(sizes, symbol.name)
    values = {name: [at_values(form, {**taken, **as_values({symbol: one}, free)}) for one in along] for name, form in forms.items()}
    return symbol, along, values


def _along(sizes: object, name: str) -> list[int]:
    """The sizes that an author gives, in order."""
    if not isinstance(sizes, Iterable) or isinstance(sizes, str) or len(found := list(sizes)) < 2:
        raise ValuesError(
            f"sizes={shown(sizes)}", f"two values of {name} or more", "give a list or a range, sizes=range(64, 4096, 64)"
        )
    if wrong := [one for one in found if isinstance(one, bool) or not isinstance(one, int | Integer) or one < 1]:
        raise SizeError(f"{name}={shown(wrong[0])} among the sizes", "positive integers", "leave it out, or write a whole number")
    return sorted({int(one) for one in found})


def _float(number: Any) -> float:
    """A number as matplotlib takes it."""
    if abs(number) >= _LARGEST:
        raise ValuesError(
            f"a number of over {_DIGITS} digits", f"numbers below 10^{_DIGITS}, which can be drawn", "give smaller sizes"
        )
    return float(number)


def _spread() -> list[int]:
    """About fifty sizes from 16 to 16,384, evenly on a logarithmic axis."""
    found = {int(16 * 2 ** Rational(10 * place, _POINTS - 1)) for place in range(_POINTS)}
    return sorted(found)


def _curves(axes: Axes, forms: Mapping[str, Expr], over: Any, sizes: Any, at: Mapping[str, Any]) -> None:
    symbol, along, values = _numbers(forms, over, sizes, at)
    ends = []
    for place, (name, numbers) in enumerate(values.items()):
        colour = COLOURS[place % len(COLOURS)]
        axes.plot(along, [_float(one) for one in numbers], color=colour, linestyle=DASHES[place % len(DASHES)], linewidth=1.8)
        ends.append((_float(numbers[-1]), name, colour))
    _scaled(axes, along, [_float(one) for numbers in values.values() for one in numbers], symbol.name)
    _labelled(axes, along[-1], ends)
    if len(values) == 2:
        _crossing(axes, along, *values.values())


def _crossing(axes: Axes, along: Sequence[int], first: Sequence[Expr], second: Sequence[Expr]) -> None:
    """A mark where two curves cross."""
    for place in range(1, len(along)):
        if (first[place] - second[place]) * (first[place - 1] - second[place - 1]) < 0:
            axes.plot([along[place]], [_float(first[place])], marker="o", color=GREY, markersize=5, fillstyle="none")


def _scaled(axes: Axes, along: Sequence[int], values: Sequence[float], name: str) -> None:
    """Logarithmic axes where sizes span a decade."""
    axes.set_xlabel(name)
    if along[-1] >= _DECADE * along[0]:
        axes.set_xscale("log")
    positive = [one for one in values if one > 0]
    if positive and len(positive) == len(values) and max(positive) >= _DECADE * min(positive):
        axes.set_yscale("log")


def _labelled(axes: Axes, end: int, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names behind the ends of their curves, moved apart where they would stand on one another."""
    shown_at: list[float] = []
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    apart = 13 / 72 * figure.dpi / axes.bbox.height  # a line of type of nine points, in heights of the axes
    for value, name, colour in sorted(ends):
        height = axes.transAxes.inverted().transform(axes.transData.transform((end, value)))[1]
        height = max([height, *(other + apart for other in shown_at[-1:])])
        shown_at.append(height)
        if name:
            axes.annotate(
                name, (1.01, height), xycoords="axes fraction", color=colour, va="center", fontsize=9, annotation_clip=False
            )


def _stack(axes: Axes, forms: Mapping[str, Expr], over: Any, sizes: Any, at: Mapping[str, Any]) -> None:
    symbol, along, values = _numbers({name: form for name, form in forms.items() if form != 0}, over, sizes, at)
    totals = [sum(numbers[place] for numbers in values.values()) for place in range(len(along))]
    shares = {name: [one / total for one, total in zip(numbers, totals, strict=True)] for name, numbers in values.items()}
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(shares))]
    axes.stackplot(along, [[float(100 * one) for one in share] for share in shares.values()], colors=colours, alpha=0.85)
    axes.set_ylim(0, 100)
    axes.set_xlim(along[0], along[-1])
    axes.set_ylabel("share in %")
    axes.set_xlabel(symbol.name)
    if along[-1] >= _DECADE * along[0]:
        axes.set_xscale("log")
    middles, below = [], Rational(0)
    for (name, share), colour in zip(shares.items(), colours, strict=True):
        middles.append((float(100 * (below + share[-1] / 2)), name, colour))
        below += share[-1]
    _labelled(axes, along[-1], middles)


def _bars(axes: Axes, forms: Mapping[str, Expr], at: Mapping[str, Any]) -> None:
    free = frozenset().union(*(form.free_symbols for form in forms.values()))
    taken = as_values(at, free)
    values = {name: at_values(form, taken) for name, form in forms.items()}
    if missing := sorted({one.name for value in values.values() for one in value.free_symbols}):
        raise ValuesError("bars without numbers", f"sizes for {', '.join(missing)}", f"give {missing[0]}=…, or over=…")
    total = sum(values.values())
    names = list(values)
    places = range(len(names))[::-1]
    axes.barh(list(places), [_float(values[name]) for name in names], color=COLOURS[0])
    axes.set_yticks(list(places), names)
    for place, name in zip(places, names, strict=True):
        share = percent(Rational(values[name], total)) if total else "0 %"
        axes.annotate(f" {int(values[name]):,}  {share}", (_float(values[name]), place), va="center", fontsize=9, color=GREY)
    axes.margins(x=0.45)
    axes.set_xlim(left=0)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _approximation(figure: Figure, short: Approximation, over: Any, sizes: Any, at: Mapping[str, Any]) -> None:
    over = short.grows[0][0] if over is None else over
    above, below = _axes(figure, (2, 1, 1)), _axes(figure, (2, 1, 2))
    _curves(above, {"exact": expr_of(short.exact), "leading order": short.expr}, over, sizes, at)
    above.set_xlabel("")
    error = short.relative_error  # a size that divides out of it is still one of the formula's
    left = {one.name for one in error.free_symbols}
    symbol, along, values = _numbers({"error": error}, over, sizes, {name: size for name, size in at.items() if name in left})
    below.plot(along, [float(100 * abs(one)) for one in values["error"]], color=COLOURS[1])
    _scaled(below, along, [float(abs(one)) for one in values["error"]], symbol.name)
    below.set_ylabel("error in %")
