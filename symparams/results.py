"""What symparams answers with is one family: each result can be typeset, shown in a notebook, copied and pickled.

Those that hold sizes have values `at` sizes. Those that are one expression take part in sympy as that expression.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self, SupportsIndex, TypeAlias

from sympy import Basic, Expr, Symbol, sympify
from sympy.core.relational import Relational

from symparams.errors import ValuesError, shown
from symparams.notation import (
    TEXTBOOK,
    Aligned,
    Chain,
    Form,
    Sentence,
    Side,
    Table,
    Typography,
    Value,
    as_values,
    is_own,
    made_by_symparams,
    text,
    value_of,
)
from symparams.notation.arrays import function
from symparams.tree import Layer

__all__ = ["Content", "Expression", "Result"]

Operand: TypeAlias = "Expression | Expr | int"


Content: TypeAlias = Chain | Aligned | Table | Sentence


class Result(ABC):
    """A result: `content` is what stands on a page, `origin` the layer it is about, where it is about one.

    `tex()` is its LaTeX, which sympy's printer gives too. It never changes, so a copy is itself.
    """

    @property
    @abstractmethod
    def content(self) -> Content:
        """What stands on a page: a formula and its relations, aligned lines, a table, or a sentence."""

    @property
    def origin(self) -> Layer | None:
        """The layer whose sizes the symbols are; None where no layer is known."""
        return None

    @property
    def data(self) -> Mapping[Symbol, str]:
        """The symbols that are sizes of the data that a cost is counted for, by what they are sizes of: batch, seq and so on."""
        return getattr(getattr(self, "of", None), "data", {})

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        """The LaTeX, formulas without their dollars."""
        return self.content.tex(typography)

    def _latex(self, _: object) -> str:
        return self.tex()

    def __format__(self, layout: str) -> str:
        return format(str(self), layout)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self


class Expression(Result):
    """A result that is one expression, its `expr`: sympy takes it as that, and arithmetic with it gives plain sympy.

    Two are equal where all that they hold is; an expression or a number is equal to one where sympy finds it equal to its `expr`.

    >>> import sympy
    >>> from symparams import LSTM, closed_form, symbols
    >>> I, H = symbols("I H")
    >>> count = closed_form(LSTM(I, H))
    >>> 2 * count + 1, sympy.factor(count), count.subs(I, H)
    (8*H**2 + 8*H*I + 8*H + 1, 4*H*(H + I + 1), 8*H**2 + 4*H)
    """

    expr: Expr

    def __init_subclass__(cls) -> None:
        cls.__hash__ = Expression.__hash__  # type: ignore[method-assign]  # a dataclass would hash its fields
        cls.__eq__ = Expression.__eq__  # type: ignore[method-assign]  # and know nothing of sympy's numbers and expressions

    def __hash__(self) -> int:
        return hash(self.expr)  # what sympy finds equal has to have the same hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return bool(self.expr == other)
        compared = (field.name for field in fields(self) if field.compare)  # type: ignore[arg-type]  # each one is a dataclass
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in compared)

    @property
    def picture(self) -> Form:
        """The expression as it is written."""
        return self.expr

    @property
    def free_symbols(self) -> frozenset[Symbol]:
        """The symbols that the expression holds."""
        return frozenset(self.expr.free_symbols)

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """The value at sizes given by symbol, by name or by keyword: `at({d: 768, "N": 12}, V=50257)`.

        An int once every symbol has a size and the value is whole; a sympy Rational where it is not; a sympy expression in the
        symbols that have none.

        Raises `ValuesError` for a symbol that does not occur, `SizeError` for a value that is no positive integer.
        """
        return value_of(self.expr, values, sizes)

    def worked(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Chain:
        r"""The formula with numbers put in and worked out, in one line: 4(H² + H) = 4(512² + 512) = 1,050,624.

        >>> from symparams import LSTM, closed_form, symbols
        >>> I, H = symbols("I H")
        >>> print(closed_form(LSTM(I, H)).worked(I=128, H=512))
        4*(H*I + H**2 + H) = 4*(512*128 + 512**2 + 512) = 1,312,768
        >>> print(closed_form(LSTM(I, H)).worked(I=128, H=512).tex())
        4\left(H I + H^{2} + H\right) = 4\left(512 \cdot 128 + 512^{2} + 512\right) = 1{,}312{,}768

        Raises `ValuesError` for a symbol that does not occur, and where one has no size.
        """
        value = self.at(values, **sizes)
        if missing := sorted(one.name for one in getattr(value, "free_symbols", ())):
            raise ValuesError(f"worked() without {', '.join(missing)}", "a size for each symbol", "give it")
        taken = as_values(values or {}, self.free_symbols, sizes)
        numbers = tuple((one.name, int(size)) for one, size in taken.items())
        picture = self.picture
        return Chain((Side(picture), Side(picture, "=", sizes=numbers), Side(sympify(value), "=")))

    def function(self, *names: Any) -> Callable[..., Any]:
        """The formula over arrays of sizes, in the order of the names, or of the sorted symbols: a million sizes at once, exactly.

        64-bit integers where a bound shows that nothing overflows on the way, Python's own elsewhere. It needs numpy.

        >>> from symparams import Transformer, closed_form, symbols
        >>> count = closed_form(Transformer(*symbols("N d V"))).function("N", "d", "V")
        >>> count([12, 96], [768, 12288], 50257)
        array([   123651840, 174579068928])

        Raises `ValuesError` for names that are not the formula's, without numpy, and, when it is called, for what are no sizes.
        """
        return function(self.picture, names)

    def subs(self, *replacements: Any, simultaneous: bool = False) -> Expr:
        """As sympy's `subs`, for symbols and expressions: text and symbols that only print like ours would silently do nothing.

        Raises `ValuesError` for these.
        """
        for old, new in _pairs(replacements):
            _checked(old, replaced=True)
            _checked(new)
        return self.expr.subs(*replacements, simultaneous=simultaneous)

    def xreplace(self, rule: Mapping[Any, Any]) -> Expr:
        """As sympy's `xreplace`, under the conditions of `subs`."""
        for old, new in rule.items():
            _checked(old, replaced=True)
            _checked(new)
        return self.expr.xreplace({old: _plain(new) for old, new in rule.items()})

    @property
    def content(self) -> Chain:
        return Chain.of(self.picture)

    def _repr_latex_(self) -> str:
        return self.content._repr_latex_()

    def __repr__(self) -> str:
        return text(self.picture)

    def _sympystr(self, _: object) -> str:
        return text(self.picture)

    def _printed(self, printer: Any) -> Any:
        return printer._print(self.expr)

    _pretty = _sympyrepr = _mathml_content = _mathml_presentation = _printed  # what sympy's other printers look for

    def _sympy_(self) -> Expr:
        return self.expr

    if not TYPE_CHECKING:  # to a type checker any name would be there

        def __getattr__(self, name: str) -> Any:
            move = f": write .expr.{name}" if hasattr(Expr, name) and not name.startswith("_") else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{move}", name=name, obj=self)

    def __format__(self, layout: str) -> str:
        """The expression in a column of text, or as a number where it is one: f"{count:,}"."""
        whole = self.expr.is_Integer and layout[-1:] != "s"
        return format(int(self.expr), layout) if layout and whole else super().__format__(layout)

    def __int__(self) -> int:
        return int(self.expr)

    def __float__(self) -> float:
        return float(self.expr)

    def __add__(self, other: Operand) -> Expr:
        return self.expr + other

    def __radd__(self, other: Operand) -> Expr:
        return other + self.expr

    def __sub__(self, other: Operand) -> Expr:
        return self.expr - other

    def __rsub__(self, other: Operand) -> Expr:
        return other - self.expr

    def __mul__(self, other: Operand) -> Expr:
        return self.expr * other

    def __rmul__(self, other: Operand) -> Expr:
        return other * self.expr

    def __truediv__(self, other: Operand) -> Expr:
        return self.expr / other

    def __rtruediv__(self, other: Operand) -> Expr:
        return other / self.expr

    def __pow__(self, other: Operand) -> Expr:
        return self.expr**other

    def __rpow__(self, other: Operand) -> Expr:
        return other**self.expr

    def __floordiv__(self, other: Operand) -> Expr:
        return self.expr // other

    def __rfloordiv__(self, other: Operand) -> Expr:
        return other // self.expr

    def __mod__(self, other: Operand) -> Expr:
        return self.expr % other

    def __rmod__(self, other: Operand) -> Expr:
        return other % self.expr

    def __lt__(self, other: Operand) -> Relational:
        return self.expr < other

    def __le__(self, other: Operand) -> Relational:
        return self.expr <= other

    def __gt__(self, other: Operand) -> Relational:
        return self.expr > other

    def __ge__(self, other: Operand) -> Relational:
        return self.expr >= other

    def __abs__(self) -> Expr:
        return abs(self.expr)

    def __neg__(self) -> Expr:
        return -self.expr

    def __pos__(self) -> Expr:
        return self.expr


def _pairs(replacements: tuple[Any, ...]) -> Iterable[tuple[Any, Any]]:
    """What sympy's `subs` takes, as pairs: old and new, a dictionary, or a sequence of pairs."""
    match replacements:
        case (Mapping() as rule,):
            return tuple(rule.items())
        case ((list() | tuple()) as pairs,) if all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
            return tuple(map(tuple, pairs))
        case (old, new):
            return ((old, new),)
    wanted = "a symbol and its size, a dictionary, or pairs"
    raise ValuesError(f"subs({', '.join(map(shown, replacements))})", wanted, "write subs({d: 768})")


def _checked(part: Any, replaced: bool = False) -> None:
    """Raises `ValuesError` for text, which sympy would evaluate, and for symbols that are replaced and not ours."""
    if not isinstance(part, Basic | Expression | Fraction | SupportsIndex) or isinstance(part, bool):
        move = f"write .at({part}=…), or make a symbol first" if isinstance(part, str) else "write an integer, or sympy.Rational"
        raise ValuesError(f"{shown(part)} in a substitution", "a symbol, an expression or an exact number", move)
    foreign = sorted(symbol.name for symbol in _plain(part).free_symbols if not is_own(symbol)) if replaced else ()
    if foreign:
        raise ValuesError(
            f"{foreign[0]}, a sympy.Symbol without symparams' assumptions",
            f"{foreign[0]} as symparams makes it: yours prints alike and replaces nothing",
            made_by_symparams(foreign[0]),
        )


def _plain(part: Any) -> Any:
    return part.expr if isinstance(part, Expression) else sympify(part, strict=True)
