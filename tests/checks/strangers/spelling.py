"""The text of an arranged formula in LaTeX, Unicode, Python or plain text."""

import random
from dataclasses import dataclass, field, replace

from tests.checks.strangers.names import glues, in_latex, in_unicode
from tests.checks.strangers.trees import Floor, Name, Number, Power, Product, Quotient, Sum, Tree, sizes_in

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SYNTAXES = ("latex", "unicode", "python", "text")
LABELS = {
    "latex": ("P", r"\text{params}", r"N_{\text{params}}", r"\#\text{params}", r"P_{\text{total}}", r"\text{Total}"),
    "unicode": ("P", "params", "total", "N_params", "#params"),
    "python": ("params", "total_params", "n_params", "num_params"),
    "text": ("P", "params", "total", "N_params", "Parameters"),
}


@dataclass
class Style:
    """How one author writes: the syntax, the sign of a product, the brackets, and the spelling of each name."""

    syntax: str
    times: str  # "" where products have no sign
    brackets: tuple[str, str]
    superscripts: bool
    owner: str = ""  # config.hidden_size
    spaced: bool = True
    spellings: dict[str, str] = field(default_factory=dict)


def draw_style(tree: Tree, draw: random.Random, syntax: str | None = None, letters: bool = True) -> Style:
    """A style in which the tree can be written without a second meaning."""
    syntax = syntax or draw.choice(SYNTAXES)
    names = sorted(sizes_in(tree))
    signs = {"latex": [r"\cdot", r"\times"], "unicode": ["×", "·"], "python": ["*"], "text": ["*"]}[syntax]
    crossed = bool({"x", "X"} & {*names})  # 4 x k is 4·k for some
    if letters and syntax != "python" and all(map(glues, names)) and not crossed:
        signs = ["", "", *signs]
    brackets = {"latex": [("(", ")"), (r"\left(", r"\right)"), ("(", ")")], "unicode": [("(", ")")]}.get(syntax, [("(", ")")])
    style = Style(syntax, draw.choice(signs), draw.choice(brackets), syntax == "unicode" and draw.random() < 0.7)
    style.spaced = draw.random() < 0.7
    if syntax == "python" and draw.random() < 0.15 and not any(map(glues, names)):
        style.owner = draw.choice(["config.", "cfg.", "self.", "args."])
    for name in names:
        spelling = in_latex(name, draw) if syntax == "latex" else in_unicode(name, draw) if syntax == "unicode" else name
        style.spellings[name] = style.owner + spelling
    return style


def spelled(tree: Tree, style: Style) -> str:
    match tree:
        case Sum(terms):
            signs = {1: "+", -1: "-"}
            first_sign, first = terms[0]
            text = ("-" if first_sign < 0 else "") + spelled(first, style)
            gap = " " if style.spaced else ""
            for sign, term in terms[1:]:
                text += f"{gap}{signs[sign]}{gap}{_inside(term, style) if isinstance(term, Sum) else spelled(term, style)}"
            return text
        case Product(factors):
            return _product(factors, style)
        case Power(base, exponent):
            below = _inside(base, style) if not isinstance(base, Name | Number | Floor) else spelled(base, style)
            if style.syntax == "python":
                return f"{below}**{exponent}"
            if style.superscripts:
                return below + str(exponent).translate(_SUPERSCRIPTS)
            return f"{below}^{{{exponent}}}" if style.syntax == "latex" and style.spaced else f"{below}^{exponent}"
        case Quotient(over, under):
            if style.syntax == "latex":
                return rf"\frac{{{spelled(over, style)}}}{{{spelled(under, style)}}}"
            above = spelled(over, style) if not isinstance(over, Sum) else _inside(over, style)
            below = spelled(under, style) if isinstance(under, Name | Number | Power) else f"({spelled(under, style)})"
            return f"{above}/{below}"
        case Floor(inner):
            if style.syntax == "latex":
                return rf"\lfloor {spelled(inner, style)} \rfloor"
            return f"⌊{spelled(inner, style)}⌋" if style.syntax == "unicode" else f"floor({spelled(inner, style)})"
        case Name(size):
            return style.spellings[size]
        case Number(value):
            return str(value)
    raise TypeError(tree)


def numeric(style: Style, draw: random.Random) -> Style:
    """The same author's style for numbers put in, whose products need a sign."""
    signs = {"latex": [r"\cdot", r"\times"], "unicode": ["×", "·"], "python": ["*"], "text": ["*"]}[style.syntax]
    return replace(style, times=style.times or draw.choice(signs))


def order(style: Style) -> str:
    return {"latex": r"\mathcal{O}", "unicode": "O", "text": "O", "python": "O"}[style.syntax]


def _inside(tree: Tree, style: Style) -> str:
    return f"{style.brackets[0]}{spelled(tree, style)}{style.brackets[1]}"


def _product(factors: tuple[Tree, ...], style: Style) -> str:
    if not style.times:  # a number comes first, and quotients last
        factors = tuple(sorted(factors, key=lambda factor: (not isinstance(factor, Number), isinstance(factor, Quotient))))
    elif style.syntax != "latex":  # a/b·c is for each reader something else
        factors = tuple(sorted(factors, key=lambda factor: isinstance(factor, Quotient)))
    texts = [_inside(factor, style) if isinstance(factor, Sum | Product) else spelled(factor, style) for factor in factors]
    text = texts[0]
    for place, here in enumerate(texts[1:], 1):
        text += _between(factors[place - 1], factors[place], style, place == len(factors) - 1) + here
    return text


def _between(before: Tree, after: Tree, style: Style, last: bool) -> str:
    if style.times:
        return f" {style.times} " if style.spaced or style.syntax == "latex" else style.times
    opens = isinstance(after, Sum | Product)
    if isinstance(before, Name) and before.size == "O" and (opens or isinstance(after, Floor)):  # O(…) is an order
        return {"latex": r" \cdot ", "unicode": "·", "text": "*"}[style.syntax]
    if isinstance(before, Number) and isinstance(after, Name) and last and after.size in "kKMBGT":  # 7B is a number
        return {"latex": r" \cdot ", "unicode": "·", "text": "*"}[style.syntax]
    if isinstance(before, Number) and isinstance(after, Quotient) and style.syntax != "latex":
        return {"unicode": "·", "text": "*"}[style.syntax]
    if opens or isinstance(before, Sum | Product):
        return ""
    if isinstance(after, Floor) and style.syntax == "text":  # dfloor(…)
        return " * "
    plain = all(len(name) == 1 for name in style.spellings) or isinstance(before, Number)
    return "" if plain and style.syntax != "latex" and not style.spaced else " "
