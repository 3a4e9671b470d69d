"""The catalogue on a page: the table of its verdicts in text, and in LaTeX for a paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from symparams.checks.catalogue import Judgement
from symparams.formulas import Formula
from symparams.formulas.records import Record
from symparams.notation import RELATIONS, Table, escaped, tex

__all__ = ["catalogue_latex", "catalogue_summary", "catalogue_table"]


def catalogue_table(judged: Iterable[Judgement]) -> Table:
    """The verdicts row by row: the claim, the architecture, the verdict found, and the expected one where it is another.

    >>> from symparams.checks.catalogue import judge_catalogue
    >>> from symparams.formulas.records import records
    >>> print(catalogue_table(judge_catalogue(record for record in records() if record.id in ("0.3", "3.1d"))).text(80))
     Id     Claim                       Architecture                 Verdict
    ───────────────────────────────────────────────────────────────────────────
     0.3    12 × embed_dim²             Transformer encoder layer    DIFFERENT
             + 9 × embed_dim × ff_dim
             + 14 × embed_dim
     3.1d   12 d_{model}^2              Transformer encoder layer,   EXACT
             + 13 d_{model}              d_ff = 4d
    """
    rows = [
        (
            judgement.record.id,
            " ".join((judgement.record.formula or judgement.record.statement).split()),
            judgement.record.architecture,
            judgement.kind.value if judgement.agrees else f"{judgement.kind.value}, NOT {judgement.record.expected}",
        )
        for judgement in judged
    ]
    return Table(("Id", "Claim", "Architecture", "Verdict"), tuple(rows), words=4)


def catalogue_summary(judged: Sequence[Judgement], all_of_them: Sequence[Record]) -> str:
    """How many verdicts of each kind there are, how many are not the expected ones, and how many claims are not judged yet.

    >>> catalogue_summary((), ())
    '0 judged: none; all as expected; 0 not judged yet'
    """
    kinds = Counter(judgement.kind.value for judgement in judged)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"
    differing = [judgement.record.id for judgement in judged if not judgement.agrees]
    agreement = f"{len(differing)} not as expected: {', '.join(differing)}" if differing else "all as expected"
    return f"{len(judged)} judged: {counted}; {agreement}; {sum(not record.judged for record in all_of_them)} not judged yet"


def catalogue_latex(judged: Iterable[Judgement]) -> str:
    r"""The verdicts as booktabs tabulars of claim, architecture and verdict, one for each file of records.

    >>> from symparams.checks.catalogue import judge_catalogue
    >>> from symparams.formulas.records import records
    >>> print(catalogue_latex(judge_catalogue(record for record in records() if record.id == "3.1d")))
    % articles
    \begin{tabular}{lp{0.4\linewidth}p{0.3\linewidth}l}
    \toprule
    Id & Claim & Architecture & Verdict \\
    \midrule
    3.1d & $12 d_{\text{model}}^{2} + 13 d_{\text{model}}$ & Transformer encoder layer, d\_ff = 4d & exact \\
    \bottomrule
    \end{tabular}
    """
    groups = groupby(judged, key=lambda judgement: judgement.record.group)
    return "\n\n".join(f"% {group}\n{_tabular(list(rows))}" for group, rows in groups)


def _tabular(judged: Sequence[Judgement]) -> str:
    rows = (
        (escaped(one.record.id), _claim(one), _words(one.record.architecture), one.kind.value.replace("_", " ").lower())
        for one in judged
    )
    return "\n".join(
        [
            "\\begin{tabular}{lp{0.4\\linewidth}p{0.3\\linewidth}l}",
            "\\toprule",
            "Id & Claim & Architecture & Verdict \\\\",
            "\\midrule",
            *(f"{' & '.join(row)} \\\\" for row in rows),
            "\\bottomrule",
            "\\end{tabular}",
        ]
    )


def _claim(judgement: Judgement) -> str:
    """What is claimed: the formula's last side, or else the numbers; a number that spoils a right formula stands behind it."""
    numbers = zip(judgement.record.worked, judgement.worked, strict=True)
    if judgement.claim is None:
        return ", ".join(_number(number.sign, number.printed) for number, _ in numbers)
    wrong = [_number("=", number.printed) for number, verdict in numbers if verdict is judgement.verdict]
    return "; ".join([f"${_formula(judgement.claim)}$", *wrong])


def _formula(formula: Formula) -> str:
    written = tex(formula.forms[-1])
    if formula.relations[-1:] == ("O",):
        return f"\\mathcal{{O}}\\left({written}\\right)"
    sign = formula.relations[-1] if formula.relations else "="
    return written if sign == "=" else f"{RELATIONS[sign]} {written}"


def _number(sign: str, printed: str) -> str:
    return escaped(printed) if sign == "=" else f"${RELATIONS[sign]}$ {escaped(printed)}"


def _words(words: str) -> str:
    return escaped(words).replace("×", "$\\times$").replace("≈", "$\\approx$")
