"""The leaf that everybody may use: symbols and their names, formulas as people write them, in text and in TeX."""

from symparams.notation.dialects import DERIVED, DIALECTS, MEANINGS, canonical, fields_named
from symparams.notation.equality import same
from symparams.notation.forms import Form, Plus, SumOver, Times, expr_of, xreplace
from symparams.notation.layout import Aligned, Line, Percent, Table, Words, escaped, percent
from symparams.notation.names import is_own, symbol, symbols, tex_name
from symparams.notation.sizes import MOST_DIGITS, Size, as_size, as_values, at_values, evaluate
from symparams.notation.writing import degree, ordered_terms, rank, tex, tex_integer, text

__all__ = [
    "DERIVED",
    "DIALECTS",
    "MEANINGS",
    "MOST_DIGITS",
    "Aligned",
    "Form",
    "Line",
    "Percent",
    "Plus",
    "Size",
    "SumOver",
    "Table",
    "Times",
    "Words",
    "as_size",
    "as_values",
    "at_values",
    "canonical",
    "degree",
    "escaped",
    "evaluate",
    "expr_of",
    "fields_named",
    "is_own",
    "ordered_terms",
    "percent",
    "rank",
    "same",
    "symbol",
    "symbols",
    "tex",
    "tex_integer",
    "tex_name",
    "text",
    "xreplace",
]
