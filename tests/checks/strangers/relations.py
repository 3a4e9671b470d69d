"""Remainders, approximations, inequalities and numbers, each of them true or false.

Where no regime is stated, widths grow and everything else (layers, vocabulary, positions) stands still. The models have one width,
so that nobody can mean another regime.
"""

import random
from fractions import Fraction

from sympy import Add, Expr, Integer, Poly, Symbol, expand

from symparams import symbols
from symparams.errors import SymparamsError
from symparams.models.reading import read_model
from tests.checks.strangers.claims import Claim
from tests.checks.strangers.names import draw_names
from tests.checks.strangers.numbers import in_full, rounded
from tests.checks.strangers.spelling import LABELS, Style, draw_style, order, spelled
from tests.checks.strangers.subjects import TEMPLATES, Subject, draw_layer, filled, places_of, sizes_for
from tests.checks.strangers.trees import arrange, renamed, terms_of

_ONE_WIDTH = """
MultiHeadAttention({d_model})
MultiHeadAttention({d_model}, bias='qkv')
TransformerEncoderLayer({d_model})
TransformerDecoderLayer({d_model})
Repeat(TransformerEncoderLayer({d_model}), {layers})
Stacked(LSTM({n_hid}, {n_hid}), {layers})
LSTM({n_hid}, {n_hid})
GRU({n_hid}, {n_hid}, biases=2)
Conv2d({channels}, {channels}, 3)
Transformer({layers}, {d_model}, {vocab})
Transformer({layers}, {d_model}, {vocab}, bias=False)
Transformer({layers}, {d_model}, {vocab}, head='untied')
Transformer({layers}, {d_model}, {vocab}, head='untied', head_bias=True)
Transformer({layers}, {d_model}, {vocab}, positions={positions}, final_norm=True)
EncoderDecoderTransformer({layers}, {d_model}, {vocab})
""".strip().splitlines()
_WIDTHS = ("d_model", "n_hid", "channels")
_ABOUT = {"latex": (r"\approx", r"\sim"), "unicode": ("≈", "≈", "∼"), "text": ("≈", "≈")}
_SIGNS = {
    "latex": {">": ">", "<": "<", ">=": r"\geq", "<=": r"\leq"},
    "unicode": {">": ">", "<": "<", ">=": "≥", "<=": "≤"},
    "text": {">": ">", "<": "<", ">=": ">=", "<=": "<="},
}


def claim(seed: int, index: int) -> Claim:
    draw = random.Random(f"relations {seed} {index}")
    family = draw.choice((_remainder, _approximation, _inequality, _number))
    while True:
        drawn = family(draw)
        if drawn is not None:
            return drawn


class Author:
    """One model with one growing width, and one way to write formulas about it."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.subject = draw_layer(draw, _ONE_WIDTH, numbers=0.1)
        self.model = expand(self.subject.expr)
        widths = [symbols(size) for size, role in self.subject.roles.items() if role in _WIDTHS]
        self.width: Symbol | None = widths[0] if widths and widths[0] in self.model.free_symbols else None
        self.still = sorted(self.model.free_symbols - set(widths), key=str)
        roles = {each.name: self.subject.roles[each.name] for each in self.model.free_symbols}
        self.names = draw_names(roles, draw, collide=roles)
        everything = Add(*(each for each in self.model.free_symbols))
        self.style: Style = draw_style(
            renamed(arrange(terms_of(everything), None), self.names), draw, draw.choice(("latex", "unicode", "text"))
        )

    def write(self, expr: Expr) -> str:
        return spelled(renamed(arrange(terms_of(expr), self.draw), self.names), self.style)

    def label(self) -> str:
        free = [each for each in LABELS[self.style.syntax] if each not in self.names.values()]
        return self.draw.choice(free)

    def by_degree(self) -> tuple[Expr, list[Expr], int]:
        """The model's leading terms as its width grows, the terms behind them, and the leading degree."""
        degrees = {term: Poly(term, self.width).degree() for term in Add.make_args(self.model)}
        top = max(degrees.values())
        return (
            Add(*(term for term, degree in degrees.items() if degree == top)),
            sorted((term for term, degree in degrees.items() if degree < top), key=str),
            top,
        )

    def claim(self, text: str, true: bool, family: str, change: str = "") -> Claim:
        if self.draw.random() < 0.3 and self.style.syntax == "latex":
            text = f"${text}$"
        word = "true" if true else "false"
        return Claim(text, self.subject.model, self.subject.written, true, f"{family}: {word}", len(self.names), change=change)


def _author(draw: random.Random) -> Author:
    """An author whose model's formula has terms behind its leading ones."""
    while True:
        author = Author(draw)
        if author.width is not None and author.by_degree()[1]:
            return author


def _remainder(draw: random.Random) -> Claim | None:
    author = _author(draw)
    lead, behind, top = author.by_degree()
    needed = max(Poly(term, author.width).degree() for term in behind)
    degree = draw.randrange(0, top)
    factors = draw.sample(author.still, draw.randrange(0, min(2, len(author.still)) + 1)) if author.still else []
    order_of = author.width**degree
    for factor in factors:
        order_of *= factor
    if author.draw.random() < 0.25:  # O(…) of the whole
        bound = lead.as_ordered_terms()[0].as_coeff_Mul()[1] / (author.width if draw.random() < 0.5 else 1)
        true = Poly(bound, author.width).degree() == top
        text = f"{author.label()} = {order(author.style)}({author.write(bound)})"
        return author.claim(text, true, "order")
    changed = draw.random() < 0.2
    if changed:
        lead += lead.as_ordered_terms()[0].as_coeff_Mul()[1]
    text = f"{author.write(lead)} + {order(author.style)}({author.write(order_of)})"
    if draw.random() < 0.6:
        text = f"{author.label()} = {text}"
    change = "the leading coefficient" if changed else "" if degree >= needed else f"what is dropped grows as width^{needed}"
    return author.claim(text, not changed and degree >= needed, "remainder", change)


def _approximation(draw: random.Random) -> Claim | None:
    author = _author(draw)
    lead, behind, top = author.by_degree()
    sort = draw.choice(("lead", "more", "coefficient", "doubled", "spurious", "grows"))
    formula, change = lead, ""
    if sort == "more":
        if len(behind) < 2:
            return None
        formula += draw.choice(behind)
    elif sort == "coefficient":
        coefficient, rest = lead.as_ordered_terms()[0].as_coeff_Mul()
        formula += draw.choice((1, 2, coefficient)) * rest
        change = "the leading coefficient"
    elif sort == "doubled":
        term = draw.choice(behind)
        formula += draw.choice((2, 3, 1000)) * term
        change = f"{term} counted several times"
    elif sort == "spurious":
        if not author.still:
            return None
        still = draw.choice(author.still)
        term = draw.choice((still ** draw.randrange(2, 6), 1000 * still * author.width, still**2 * author.width))
        if any(term.as_coeff_Mul()[1] == other.as_coeff_Mul()[1] for other in Add.make_args(author.model)):
            return None
        formula += term
        change = f"{term} is none of the model's"
    elif sort == "grows":
        formula += author.width ** (top + 1)
        change = "a term that outgrows the model"
    about = draw.choice(_ABOUT[author.style.syntax])
    text = f"{author.label() if draw.random() < 0.8 else ''} {about} {author.write(formula)}".strip()
    return author.claim(text, sort in ("lead", "more"), f"approximation, {sort}", change)


def _inequality(draw: random.Random) -> Claim | None:
    author = _author(draw)
    signs = _SIGNS[author.style.syntax]
    sign = draw.choice(list(signs))
    if draw.random() < 0.5:  # the whole against its leading terms: every size is positive, so the rest is
        lead, behind, _ = author.by_degree()
        if any(term.as_coeff_Mul()[0] < 0 for term in behind):
            return None
        text = f"{author.label()} {signs[sign]} {author.write(lead)}"
        return author.claim(text, sign in (">", ">="), "inequality of formulas")
    sizes = {size: draw.choice(sizes_for(author.subject.roles[size])) for size in sorted(author.names)}
    value = int(author.model.xreplace({symbols(size): Integer(number) for size, number in sizes.items()}))
    bound = round(value * draw.choice((50, 90, 110, 200)) // 100, 2 - len(str(value)))
    if bound == value:
        return None
    true = value > bound if sign in (">", ">=") else value < bound
    text = f"{author.write(author.model)} {signs[sign]} {in_full(bound, author.style.syntax, draw)}"
    drawn = author.claim(text, true, "inequality at sizes")
    where = {author.names[size]: number for size, number in sizes.items()}
    return Claim(drawn.text, drawn.model, drawn.written, true, drawn.family, drawn.names, where=where)


def _number(draw: random.Random) -> Claim | None:
    template = draw.choice([each for each in TEMPLATES if "{{" not in each and "//" not in each and "ForEach" not in each])
    written = filled(template, {place: draw.choice(sizes_for(place)) for place in places_of(template)})
    try:
        model = read_model(written)
    except SymparamsError:
        return None
    if not model.params.is_Integer or Fraction(int(model.params)) < 1000:
        return None
    value, syntax = int(model.params), draw.choice(("latex", "unicode", "text"))
    wrong = draw.choice((0, 0, 2, -2, 3, -4, 10))
    if draw.random() < 0.3:
        exact = value + wrong
        number, family = in_full(exact, syntax, draw), "number in full"
        if syntax != "latex" and draw.random() < 0.4:
            number += draw.choice([" parameters", " params"])
    else:
        short = rounded(value, syntax, draw, wrong)
        if short is None:
            return None
        number, family = short, "rounded number"
        if draw.random() < 0.3:
            number = (
                f"{_ABOUT[syntax][0]} {number}" if syntax == "latex" else f"{draw.choice(['≈', '~', 'about', 'roughly'])} {number}"
            )
    change = f"{value} off by {wrong} in the last digit" if wrong else ""
    subject = Subject(f"read_model({written!r})", model, {})
    return Claim(number, model, subject.written, not wrong, f"{family}: {'false' if wrong else 'true'}", 0, change=change)
