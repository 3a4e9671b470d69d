r"""The commands of LaTeX that stand in formulas: fonts, layout, environments, Greek letters, signs, and those that are refused."""

from __future__ import annotations

import re

from symparams.formulas.naming import GREEK_LETTERS
from symparams.formulas.numerals import MAGNITUDES

ENDED = r"(?![A-Za-z])"
UPRIGHT = "text|textrm|textit|texttt|textsf|textnormal|mathrm|mathit|mathtt|mathsf|mathnormal|mbox|operatorname"
STYLED = "textbf|mathbf|boldsymbol|bm|mathcal|mathbb|mathfrak|mathscr"
ACCENTS = "hat|bar|tilde|widehat|widetilde|overline|vec"
SWITCH = "rm|it|tt|sf|bf|cal"  # {\rm model}
FONT = re.compile(rf"\\(?P<font>{UPRIGHT}|{STYLED}|{SWITCH}){ENDED}\s*")
LAYOUT = (
    r"left|right|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nolimits|thinspace|medspace|thickspace|enspace|"
    rf"nonumber|notag|centering|boxed|{SWITCH}"
)
ENVIRONMENTS = r"aligned|align|alignat|equation|split|gather|gathered|multline|eqnarray|displaymath|math"
COMMENT = r"(?:(?<=\n)|(?<![\s\S]))[^\S\n]*%[^\n]*|%[^\S\n]*(?=\n)"  # behind a formula, a % is more likely a percent sign
GREEK = {
    **{name: name for name in GREEK_LETTERS.values()},
    "varphi": "phi",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "ell": "l",
}
SIGNS = {
    **dict.fromkeys(("times", "cdot", "ast", "bullet"), "*"),
    **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "frac"),
    **dict.fromkeys(("vert", "lvert", "rvert"), "|"),
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lbrack": "[",
    "rbrack": "]",
    "lbrace": "\\{",
    "rbrace": "\\}",
    "{": "\\{",
    "}": "\\}",
    "%": "%",
    "sqrt": "root",
    "sum": "sum",
}
RELATIONS = {
    **dict.fromkeys(("equiv", "triangleq", "coloneqq", "coloneq"), "="),
    **dict.fromkeys(("approx", "simeq", "cong", "approxeq"), "≈"),
    "sim": "∼",
    "propto": "∝",
    "lt": "<",
    "gt": ">",
    **dict.fromkeys(("le", "leq", "leqslant"), "≤"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "≥"),
}
REFUSED = {
    "prod": ("a product over an index", "sums, products and powers", "write the product out, or as a power"),
    **dict.fromkeys(
        ("ldots", "cdots", "dots", "dotsb", "vdots"),
        ("an ellipsis", "every term", r"write the terms out, or a sum: \sum_{l=1}^{L}"),
    ),
    **dict.fromkeys(
        ("ll", "gg", "lesssim", "gtrsim", "ne", "neq"),
        ("a relation that no sizes decide", r"=, \approx, \sim, < or \le between sizes", "give the formula alone"),
    ),
    **dict.fromkeys(
        ("to", "rightarrow", "Rightarrow", "implies", "longrightarrow", "mapsto"),
        ("an arrow", r"= or \approx or \sim between sizes", "give one formula at a time"),
    ),
}
GROUPED = r"[1-9][0-9]{0,2}(?:(?:(?:,|\{,\}|\\[,; ]|\{\\,\}|,\\!|')[0-9]{3})+|(?: [0-9]{3}){2,})(?![0-9]| [0-9])"
WHOLE = rf"(?P<digits>{GROUPED}|[0-9]+)"
SUFFIX = "".join(MAGNITUDES)
NOTED_FACTOR = re.compile(r"\s*(?:\\times|\\cdot|×|·|\*|/|[0-9A-Za-z]+\s*(?:\\times|×))")
ABOVE = re.compile(rf"(?:\\(?:{UPRIGHT}|{STYLED}|{SWITCH})\s*)?\{{?\s*[A-Za-z][A-Za-z0-9_\\-]*\s*\}}?")
PRIMES = re.compile(r"\{?\s*(?:\\prime\s*)+\}?")
