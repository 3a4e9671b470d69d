"""Everything in LaTeX that symparams emits for a layer."""

from contextlib import suppress
from functools import cache
from pathlib import Path

from sympy import Rational

from symparams import breakdown, closed_form, derive, latex, leading_order, legend, read_model, summary
from symparams.errors import RegimeError

_LINES = Path(__file__).with_name("models.txt").read_text(encoding="utf-8").splitlines()
MODELS = [line for line in _LINES if not line.startswith("#")]


layer = cache(read_model)


@cache
def approximations(model):
    """The leading orders as each symbol grows alone and as all grow together; some formulas have none."""
    found = []
    symbols = sorted(model.params.free_symbols, key=str)
    for grows in [*symbols, dict.fromkeys(symbols, 1)] if symbols else []:
        with suppress(RegimeError):
            found.append(leading_order(model.params, grows))
    return found


def formulas(model):
    """Formulas without dollars."""
    closed = closed_form(model)
    for form in (model, closed, closed.expr, closed.expanded, closed.factored, model.params):
        yield latex(form)
    for short in approximations(model):
        yield from map(latex, (short, short.relative_error, short.dropped))
        if len(short.grows) == 1:
            with suppress(RegimeError):  # some thresholds have no closed form
                yield latex(short.within(Rational(1, 20)))
    for step in derive(model):
        yield latex(step.after)
    for by in ("part", "role", "training", ("part", "role")):
        for row in breakdown(model, by).rows:
            yield from map(latex, (row.form, row.expr, row.share))


def derivations(model):
    """The derivation of the closed form, and those that go on to a leading order."""
    return [derive(model), *(derive(model, dict(short.grows)) for short in approximations(model)[-2:])]


def tables(model):
    """Breakdowns, the summary and the legend, and at sizes where all of them are small."""
    rows = breakdown(model, ("part", "role"))
    symbols = sorted(model.params.free_symbols, key=str)
    sizes = {symbol: 12 + number for number, symbol in enumerate(symbols)}
    at_sizes = [summary(model, sizes), rows.at(sizes).table()] if sizes else []
    return [breakdown(model).table(), rows.table(), summary(model), legend(model), *at_sizes]
