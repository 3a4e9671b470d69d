"""Functions in Python, NumPy, JavaScript and C, and formulas of a spreadsheet, each in integer arithmetic and ready to paste."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer

from symparams.counting import closed_form
from symparams.errors import NotationError, did_you_mean, shown
from symparams.notation import Form, Plus, SumOver, Times, expr_of, plain_name, text
from symparams.notation.integers import Operation, Part, operations
from symparams.results import Expression, Result
from symparams.tree import Layer
from symparams.typeset import Notation, legend
from symparams.typeset.notations import notation_of

__all__ = ["LANGUAGES", "code"]

_WORDS = """
    and as assert async await auto break case char class const continue def default del do double elif else enum except export
    extends false float for from function global goto if import in int is lambda let long new nonlocal not null or pass raise
    return short static struct super switch this throw true try typeof union unsigned var void volatile while with yield
"""
_RESERVED = frozenset(re.findall(r"\w+", _WORDS))
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


@dataclass(frozen=True)
class _Language:
    """How operations are written: a template for each kind, signs for sums and products, and what is set around the formula."""

    number: str
    power: str
    floor: str
    ceiling: str
    exact: str
    modulo: str
    max: str
    min: str
    total: str
    whole: str
    infix: bool = True


LANGUAGES: Mapping[str, _Language] = {
    "python": _Language(
        "{}", "{}**{}", "({} // {})", "(-(-{} // {}))", "exact({}, {})", "({} % {})", "max({})", "min({})",
        "sum({body} for {index} in range({first}, {last} + 1))",
        'def {name}({typed}) -> int:\n    """{about}\n\n{arguments}\n    """\n    return {body}\n',
    ),
    "numpy": _Language(
        "{}", "{}**{}", "({} // {})", "(-(-{} // {}))", "exact({}, {})", "({} % {})", "np.maximum({})", "np.minimum({})", "",
        'import numpy as np\n\n\ndef {name}({names}):\n    """{about}\n\n{arguments}\n\n    Arrays of sizes, as Python integers: '
        'nothing overflows.\n    """\n{arrays}    return {body}\n',
    ),
    "javascript": _Language(
        "{}n", "{}**{}", "floor({}, {})", "(-floor(-{}, {}))", "exact({}, {})", "modulo({}, {})", "max({})", "min({})",
        "total({first}, {last}, ({index}) => {body})",
        "/** {about}\n{arguments}\n */\nfunction {name}({names}) {{\n  [{names}] = [{names}].map(BigInt);\n{helpers}"
        "  return {body};\n}}\n",
    ),
    "c": _Language(
        "INT64_C({})", "power({}, {})", "quotient({}, {})", "(-quotient(-{}, {}))", "exact({}, {})", "modulo({}, {})", "larger({})",
        "smaller({})", "",
        "#include <inttypes.h>\n#include <stdint.h>\n#include <stdlib.h>\n\n{helpers}/* {about}\n{arguments}\n"
        " * Ends the program where a number needs more than 64 bits. */\nint64_t {name}({typed}) {{\n  return {body};\n}}\n",
        infix=False,
    ),
    "spreadsheet": _Language(
        "{}", "{}^{}", "INT({}/{})", "(-INT(-{}/{}))", "{}/{}", "MOD({},{})", "MAX({})", "MIN({})", "", "={body}",
    ),
}  # fmt: skip

_JAVASCRIPT = {
    "floor": "  const floor = (a, b) => (a - (((a % b) + b) % b)) / b;\n",
    "exact": "  const exact = (a, b) => {\n    if (a % b !== 0n) throw new RangeError(`${a} is no multiple of ${b}`);\n"
    "    return a / b;\n  };\n",
    "modulo": "  const modulo = (a, b) => ((a % b) + b) % b;\n",
    "max": "  const max = (...sizes) => sizes.reduce((a, b) => (a > b ? a : b));\n",
    "min": "  const min = (...sizes) => sizes.reduce((a, b) => (a < b ? a : b));\n",
    "total": "  const total = (first, last, body) => {\n    let sum = 0n;\n"
    "    for (let i = first; i <= last; i++) sum += body(i);\n    return sum;\n  };\n",
}
_C = {
    "add": "static int64_t add(int64_t a, int64_t b) {\n  int64_t r;\n"
    "  if (__builtin_add_overflow(a, b, &r)) abort();\n  return r;\n}\n",
    "times": "static int64_t times(int64_t a, int64_t b) {\n  int64_t r;\n  if (__builtin_mul_overflow(a, b, &r)) abort();\n"
    "  return r;\n}\n",
    "power": "static int64_t power(int64_t a, int64_t n) {\n  int64_t r = 1;\n  while (n-- > 0) r = times(r, a);\n  return r;\n}\n",
    "quotient": "static int64_t quotient(int64_t a, int64_t b) {\n  return a / b - (a % b != 0 && (a < 0) != (b < 0));\n}\n",
    "exact": "static int64_t exact(int64_t a, int64_t b) {\n  if (a % b != 0) abort();\n  return a / b;\n}\n",
    "modulo": "static int64_t modulo(int64_t a, int64_t b) {\n  return ((a % b) + b) % b;\n}\n",
    "larger": "static int64_t larger(int64_t a, int64_t b) {\n  return a > b ? a : b;\n}\n",
    "smaller": "static int64_t smaller(int64_t a, int64_t b) {\n  return a < b ? a : b;\n}\n",
}
_PYTHON = (
    'def exact(above, below):\n    """The quotient, which has to be whole."""\n    if {any}(above % below):\n'
    '        raise ValueError(f"{{above}} is no multiple of {{below}}")\n    return above // below\n\n\n'
)


def code(
    x: object,
    language: str = "python",
    name: str = "parameters",
    cells: Mapping[str, str] | None = None,
    notation: str | Notation | Mapping[str, str] | None = None,
) -> str:
    """A formula as code: a function of its sizes with a docstring, exact in integers, or a formula of a spreadsheet.

    where: x: an expression, a closed form, an approximation, a recovered form or a layer; language: "python", "numpy", "javascript"
    (with BigInt), "c" (64 bits, checked) or "spreadsheet" (exact below 2⁵³); name: of the function; cells: for a spreadsheet, where
    each size stands, {"d": "B2"}; notation: whose names the sizes have, "pytorch" or {"d": "hidden_size"}, in TeX or as in code.

    >>> from symparams import Transformer, symbols
    >>> print(code(Transformer(*symbols("N d V"))))
    def parameters(N: int, V: int, d: int) -> int:
        \"\"\"N*(12*d**2 + 13*d) + V*d
    <BLANKLINE>
        N: layers
        V: vocabulary size
        d: model width
        \"\"\"
        return N*(12*d**2 + 13*d) + V*d
    <BLANKLINE>
    >>> print(code(symbols("d") ** 2 + 1, "spreadsheet", cells={"d": "B2"}))
    =B2^2 + 1

    Raises `NotationError` for another language, for what is no formula, for names that are none in code, and for roots;
    `LayoutError` for an unknown notation, and where it calls two sizes alike.
    """
    if language not in LANGUAGES:
        raise NotationError(f"code(…, {shown(language)})", f"one of {', '.join(LANGUAGES)}", did_you_mean(language, LANGUAGES))
    if not isinstance(name, str) or not _IDENTIFIER.match(name) or name in _RESERVED:
        raise NotationError(f"name={shown(name)}", "an identifier that is no word of the language", 'write name="count"')
    form, layer = _formula(x)
    chosen = LANGUAGES[language]
    sizes = sorted(symbol.name for symbol in expr_of(form).free_symbols)
    called = dict.fromkeys(sizes, "") | _called(x, notation)
    renamed = {size: _unreserved(called[size] or size, name) for size in sizes}
    if clash := next((size for size in sizes if list(renamed.values()).count(renamed[size]) > 1), None):
        other = next(size for size in sizes if size != clash and renamed[size] == renamed[clash])
        raise NotationError(f"{renamed[clash]} for {clash} and for {other}", "a name of its own for each", "give one another name")
    if cells is not None:
        if language != "spreadsheet" or not set(cells) <= set(sizes):
            raise NotationError(f"cells={shown(dict(cells))}", f"cells of {', '.join(sizes)} in a spreadsheet", "mend them")
        renamed |= cells
    writer = _Writer(chosen, language, renamed)
    body = writer.written(operations(form))[0]
    told: Any = legend(x if isinstance(x, Result) and x.data else layer).rows if layer is not None else ()
    meanings = {symbol.name: words for symbol, words in told}
    names = ", ".join(renamed[size] for size in sizes)
    margin = {"python": "    ", "numpy": "    ", "javascript": " * ", "c": " * "}.get(language, "")
    arguments = [f"{margin}{renamed[size]}: {meanings.get(size, 'a positive integer')}" for size in sizes]
    typed = {"python": "{}: int", "c": "int64_t {}"}.get(language, "{}")
    written = chosen.whole.format(
        name=name,
        names=names,
        typed=", ".join(typed.format(renamed[size]) for size in sizes) or ("void" if language == "c" else ""),
        about=text(form, {} if notation is None else renamed),
        arguments="\n".join(arguments) or f"{margin}It is a number.",
        arrays=f"    ({names},) = (np.asarray(size, dtype=object) for size in ({names},))\n" if names else "",
        body=body,
        helpers=writer.helpers(),
    )
    if language in ("python", "numpy") and "exact" in writer.used:
        head, define, rest = written.partition("def ")
        written = f"{head}{_PYTHON.format(any='np.any' if language == 'numpy' else '')}{define}{rest}"
    return written


def _called(x: Any, notation: str | Notation | Mapping[str, str] | None) -> dict[str, str]:
    """What a notation calls the sizes, as identifiers: d_model where it is set as TeX."""
    chosen = notation_of(notation)
    names = {} if chosen is None else chosen.names_in(x if isinstance(x, Layer | Result) else expr_of(x))
    found = {size: plain_name(tex) for size, tex in names.items()}
    for size, called in found.items():
        if not _IDENTIFIER.match(called):
            raise NotationError(f"{called} for {size} in code", "an identifier", f'give one: notation={{"{size}": "width"}}')
    return found


def _unreserved(size: str, name: str) -> str:
    return f"{size}_" if size in _RESERVED or size == name else size


def _formula(x: object) -> tuple[Form, Layer | None]:
    match x:
        case Layer():
            return closed_form(x).picture, x
        case Expression():
            return x.picture, x.origin
        case bool():
            pass
        case int():
            return Integer(x), None
        case Expr() | Plus() | Times() | SumOver():
            return x, None
        case Result() if (result := getattr(x, "result", None)) is not None:
            return result, x.origin
    raise NotationError(f"code({shown(x)})", "a layer, or a result that is one expression", "pass closed_form(model)")


class _Writer:
    """Writes operations in a language, each with how tightly it binds: 0 a sum, 1 a product, 2 an operand."""

    def __init__(self, language: _Language, name: str, names: Mapping[str, str]) -> None:
        self.language, self.name, self.names = language, name, dict(names)
        self.used: set[str] = set()

    def written(self, part: Part) -> tuple[str, int]:
        if isinstance(part, int):
            number = self.language.number.format(abs(part))
            return (number, 2) if part >= 0 else (f"(-{number})", 2)
        if isinstance(part, str):
            return self.names.get(part, part), 2
        return self._operation(part)

    def _operation(self, operation: Operation) -> tuple[str, int]:
        kind, parts = operation.kind, operation.parts
        if kind in ("sum", "product"):
            return self._joined(kind, parts)
        self.used.add(kind)
        if kind == "total":
            if not self.language.total:
                raise NotationError("a sum over an index", f"no such sum in {self.name}", "choose python or javascript")
            body, index, first, last = parts
            pieces = {
                "body": self.operand(body, 0),
                "index": str(index),
                "first": self.operand(first, 1),
                "last": self.operand(last, 1),
            }
            return self.language.total.format(**pieces), 2
        if kind in ("max", "min"):
            template = getattr(self.language, kind)
            if self.name in ("numpy", "c"):
                out = self.operand(parts[0], 0)
                for part in parts[1:]:
                    out = template.format(f"{out}, {self.operand(part, 0)}")
                return out, 2
            return template.format(", ".join(self.operand(part, 0) for part in parts)), 2
        template = getattr(self.language, kind)
        least = 0 if template.endswith("({}, {})") and kind != "ceiling" else 2
        return template.format(*(self.operand(part, least) for part in parts)), 2

    def operand(self, part: Part, least: int) -> str:
        written, tight = self.written(part)
        return written if tight >= least else f"({written})"

    def _joined(self, kind: str, parts: tuple[Part, ...]) -> tuple[str, int]:
        if not self.language.infix:
            function = "add" if kind == "sum" else "times"
            self.used.add(function)
            out = self.operand(parts[0], 0)
            for part in parts[1:]:
                out = f"{function}({out}, {self.operand(part, 0)})"
            return out, 2
        if kind == "product":
            return "*".join(self.operand(part, 1 if place == 0 else 2) for place, part in enumerate(parts)), 1
        out = ""
        for part in parts:
            positive, sign = _without_sign(part)
            out += f" {sign} {self.operand(positive, 1)}" if out else f"{'-' if sign == '-' else ''}{self.operand(positive, 1)}"
        return out, 0

    def helpers(self) -> str:
        """The functions that the code calls."""
        if self.name == "javascript":
            used = self.used | ({"floor"} if "ceiling" in self.used else set())
            return "".join(text for helper, text in _JAVASCRIPT.items() if helper in used)
        if self.name == "c":
            called = {"max": "larger", "min": "smaller", "floor": "quotient", "ceiling": "quotient"}
            used = {called.get(kind, kind) for kind in self.used}
            used |= {"times"} if "power" in used else set()
            return "".join(f"{text}\n" for helper, text in _C.items() if helper in used)
        return ""


def _without_sign(part: Part) -> tuple[Part, str]:
    """A term without a minus in front, and its sign."""
    match part:
        case int() if part < 0:
            return -part, "-"
        case Operation("product", (int() as number, *others)) if number < 0:
            rest: Any = tuple(others) if number == -1 else (-number, *others)
            return (rest[0] if len(rest) == 1 else Operation("product", rest)), "-"
    return part, "+"
