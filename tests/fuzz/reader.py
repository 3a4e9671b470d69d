"""Texts of formulas, as `tests.formulas.fuzz` makes them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.formulas.fuzz import answer, texts
from tests.fuzz.running import Target

__all__ = ["READER"]

_SYNTAXES = (None, None, "latex", None, "python", None, None, "text")


def _inputs(chance: random.Random) -> Iterator[tuple[str, str | None]]:
    for number, text in enumerate(texts(chance)):
        yield text, _SYNTAXES[number % len(_SYNTAXES)]


READER = Target(_inputs, lambda given: answer(*given))
