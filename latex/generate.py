"""Writes latex/generated anew, all that latex/paper.tex inputs:  python latex/generate.py

A folder as the one argument takes the place of latex/generated.
"""

import sys
from pathlib import Path

from blocks import blocks
from figures import figures
from macros import macros

from symparams import latex
from symparams.notation import Aligned, Table

HEAD = "% Written by latex/generate.py.\n"


def written(block: Table | Aligned) -> str:
    """A derivation as one aligned block; a table with the denominator that its shares have in common in its head."""
    return latex(block, "inline") if isinstance(block, Table) else block.tex()


def main(folder: Path) -> None:
    """Writes each file, and takes away those that are written no more."""
    files = {"macros": macros()} | {name: written(block) for name, block in blocks().items()}
    folder.mkdir(exist_ok=True)
    for old in (*folder.glob("*.tex"), *folder.glob("*.pdf")):
        old.unlink()
    for name, drawn in figures().items():
        (folder / f"{name}.pdf").write_bytes(drawn)
    for name, content in files.items():
        (folder / f"{name}.tex").write_text(f"{HEAD}{content}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "generated")
