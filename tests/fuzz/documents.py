"""Documents of every kind: annotated formulas in what people write around them, spliced, cut and broken."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from symparams.checks.documents.linting import lint_file
from tests.checks.documents.papers import TEX
from tests.formulas.cases import READABLE
from tests.formulas.fuzz import mutated
from tests.fuzz.models import model_text
from tests.fuzz.running import Target

__all__ = ["DOCUMENTS"]

_CLAIMS = ("4(IH + H^2 + H)", "12Nd^2 + 13Nd + Vd", "124M", r"\frac{d}{h} d", r"\sum_{l=1}^{N} (12d^2 + 13d) + Vd", "d // h * h")
_MODELS = (
    "LSTM(I, H) params",
    "Transformer(N, d, V)",
    "GRU(I, H); where i=I",
    "Transformer(12, 768, 50257); where N=12",
    "Linear(d, d)",
)
_AROUND = (
    "\\begin{equation}", "\\end{equation}", "\\[", "\\]", "$$", "$", "```", "<!--", "-->", '"""', "'''", 'f"""', "def f():\n    ",
    "\\newcommand{\\d}[1]{#1^2}", "\\def\\x{\\x\\x}", "\\input{a}", "# symparams:", "% symparams:", "<!-- symparams:",
    "|a|b|\n|-|-|",
    "\\begin{align}", "&", "\\\\", "\\verb|", "\\l", "\\N{", "\\400", "\t", "\x00", "\ud7ff", "\N{BYTE ORDER MARK}", "\r",
    "{{{{", "}}",
)  # fmt: skip


def _passage(chance: random.Random, kind: str) -> str:
    annotation = chance.choice(_MODELS) if chance.random() < 0.8 else model_text(chance, 1)
    claim = chance.choice(_CLAIMS) if chance.random() < 0.5 else chance.choice(READABLE)[1]
    match kind:
        case ".tex":
            begin, end = chance.choice(
                (("\\begin{equation}\n", "\n\\end{equation}"), ("\\[", "\\]"), ("$", "$"), ("\\begin{align}", "\\end{align}"))
            )
            return f"% symparams: {annotation}\n{begin}{claim}{end}\n"
        case ".py":
            return chance.choice(
                (
                    f"# symparams: {annotation}\nn = {claim}\n",
                    f'def f():\n    r"""Counts.\n\n    .. symparams: {annotation}\n\n    $${claim}$$\n    """\n    return 1\n',
                    f'{chance.choice(("", "f", "b", "rb", "u"))}"""Counts.\n\n.. symparams: {annotation}\n\n\n\\l \\d {claim}"""\n',
                    f"def g(d):  # symparams: {annotation}\n    return {claim}\n",
                )
            )
    return f"Words <!-- symparams: {annotation} --> $${claim}$$ more words.\n"


def _inputs(chance: random.Random) -> Iterator[tuple[str, str]]:
    while True:
        kind = chance.choice((".tex", ".md", ".ipynb", ".py"))
        parts = [_passage(chance, kind) for _ in range(chance.randint(1, 3))]
        if kind == ".tex" and chance.random() < 0.3:
            parts.insert(0, chance.choice(list(TEX.values()))[0])
        for _ in range(chance.choice((0, 0, 1, 3, 6))):
            parts.insert(chance.randint(0, len(parts)), chance.choice(_AROUND))
        text = "".join(parts)
        for _ in range(chance.choice((0, 0, 1, 2, 5))):
            text = mutated(text, chance)
        if kind == ".ipynb":
            cells = [
                {
                    "cell_type": chance.choice(("markdown", "code", "raw", 7)),
                    "source": chance.choice((text, text.splitlines(True), None)),
                }
            ]
            text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
            text = mutated(text, chance) if chance.random() < 0.2 else text
        yield kind, text


def _answer(given: tuple[str, str]) -> str:
    kind, text = given
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"paper{kind}")
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        found = list(lint_file(path))
    for one in found:
        assert "a fault of symparams" not in one.error, one.error
        assert one.message and one.github and json.dumps(one.as_json())
    return found[0].status if len(found) == 1 else f"{min(len(found), 2)} findings"


DOCUMENTS = Target(_inputs, _answer)
