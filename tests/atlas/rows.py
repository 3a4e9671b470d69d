"""The rows of published models beside builds of their classes: `python -m tests.atlas.rows [name …]` prints those that differ."""

import argparse
import os
import sys
from fractions import Fraction
from typing import Any

from tests.atlas.audit import MODELS, built

KERAS = "keras.applications."
UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def counted(row: dict[str, Any]) -> int:
    """The parameters of the row's class under its configuration; Keras counts its moving statistics, as its summary does."""
    if row["class"].startswith(KERAS):
        os.environ.setdefault("KERAS_BACKEND", "torch")  # whose device "meta" takes no memory
        import keras

        with keras.device("meta"):
            return getattr(keras.applications, row["class"].removeprefix(KERAS))(weights=None, **row["config"]).count_params()
    return built(row["class"], row["config"])[0]


def interval(headline: str) -> tuple[Fraction, Fraction]:
    """What rounds to a headline such as 6.7B: half a unit of its last digit below and above."""
    digits, unit = headline[:-1], UNITS[headline[-1]]
    half = Fraction(unit, 2 * 10 ** len(digits.partition(".")[2]))
    return Fraction(digits) * unit - half, Fraction(digits) * unit + half


def differing(names: list[str]) -> list[str]:
    """The models whose count is not that of a build, or whose class does not build, each in a line."""
    lines = []
    for name in names:
        try:
            count = counted(MODELS[name])
        except Exception as error:
            lines.append(f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:200]}")
            continue
        if count != MODELS[name]["count"]:
            lines.append(f"{name}: {MODELS[name]['count']:,} in its row, {count:,} built")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="models, all where none is named")
    chosen = parser.parse_args().names or list(MODELS)
    lines = differing(chosen)
    print("\n".join([f"{len(chosen) - len(lines):,} of {len(chosen):,} rows have the count of their class", *lines]))
    sys.exit(bool(lines))
