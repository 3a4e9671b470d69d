"""Writes latex/generated anew, all that latex/paper.tex inputs:  python latex/generate.py

A folder as the one argument takes the place of latex/generated.
"""

import sys
from pathlib import Path

from blocks import blocks
from macros import macros

HEAD = "% Written by latex/generate.py.\n"


def main(folder: Path) -> None:
    """Writes each file, and takes away those that are written no more."""
    files = {"macros": macros()} | {name: block.tex() for name, block in blocks().items()}
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.tex"):
        old.unlink()
    for name, content in files.items():
        (folder / f"{name}.tex").write_text(f"{HEAD}{content}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "generated")
