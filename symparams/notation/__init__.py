"""The leaf that everybody may use: symbols and their names, formulas as people write them, in text and in TeX."""

from symparams.notation.blocks import Aligned, Line
from symparams.notation.bounds import (
    MOST_ROWS,
    bits_of,
    checked_bits,
    checked_choice,
    checked_height,
    checked_terms,
    fits,
    terms_of,
    weight_of,
)
from symparams.notation.chains import RELATIONS, Chain, Sentence, Side
from symparams.notation.conditions import condition_form, condition_words, floor_conditions
from symparams.notation.dialects import DATA, DERIVED, DIALECTS, MEANINGS, canonical, fields_named
from symparams.notation.equality import Comparison, Sameness, compare, same
from symparams.notation.evaluation import Evaluator, evaluator
from symparams.notation.exact import holds, met, probed, value_at
from symparams.notation.folding import folded
from symparams.notation.forms import Form, Plus, SumOver, Times, expr_of, xreplace
from symparams.notation.memory import bounded_memory
from symparams.notation.names import is_own, made_by_symparams, symbol, symbols, tex_name
from symparams.notation.points import smallest_points
from symparams.notation.sizes import (
    MOST_DIGITS,
    Size,
    Value,
    as_exact,
    as_size,
    as_values,
    at_values,
    evaluate,
    symbol_among,
    value_of,
    whole_size,
)
from symparams.notation.substitution import substituted
from symparams.notation.tables import Cell, Percent, Table, cell_tex, percent
from symparams.notation.typography import TEXTBOOK, Typography, alike, fault_of_name, fault_of_words, is_tex, tex_integer
from symparams.notation.words import Words, escaped, joined, markdown, per_cent, plain, tex_words, typeset
from symparams.notation.writing import degree, ordered_terms, rank, tex, text

__all__ = [
    "DATA",
    "DERIVED",
    "DIALECTS",
    "MEANINGS",
    "MOST_DIGITS",
    "MOST_ROWS",
    "RELATIONS",
    "TEXTBOOK",
    "Aligned",
    "Cell",
    "Chain",
    "Comparison",
    "Evaluator",
    "Form",
    "Line",
    "Percent",
    "Plus",
    "Sameness",
    "Sentence",
    "Side",
    "Size",
    "SumOver",
    "Table",
    "Times",
    "Typography",
    "Value",
    "Words",
    "as_exact",
    "as_size",
    "as_values",
    "at_values",
    "bits_of",
    "bounded_memory",
    "canonical",
    "cell_tex",
    "checked_bits",
    "checked_choice",
    "checked_height",
    "checked_terms",
    "compare",
    "condition_form",
    "condition_words",
    "degree",
    "escaped",
    "evaluate",
    "evaluator",
    "expr_of",
    "fields_named",
    "fits",
    "floor_conditions",
    "folded",
    "holds",
    "is_own",
    "is_tex",
    "fault_of_name",
    "fault_of_words",
    "alike",
    "joined",
    "made_by_symparams",
    "markdown",
    "met",
    "ordered_terms",
    "per_cent",
    "percent",
    "plain",
    "probed",
    "rank",
    "same",
    "smallest_points",
    "substituted",
    "symbol",
    "symbol_among",
    "symbols",
    "terms_of",
    "tex",
    "tex_integer",
    "tex_name",
    "tex_words",
    "text",
    "typeset",
    "value_at",
    "value_of",
    "weight_of",
    "whole_size",
    "xreplace",
]
