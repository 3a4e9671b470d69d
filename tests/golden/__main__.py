"""The command: `python -m tests.golden` writes the lines and the pages of tests/typeset anew, `python -m tests.golden pages` only
these; with a set and a number it prints one input and its whole answer.
"""

import sys
from itertools import islice

from tests.golden.sets import FOLDER, SETS
from tests.typeset import pages

if len(sys.argv) == 3:
    golden = SETS[sys.argv[1]]
    given = next(islice(golden.inputs(), int(sys.argv[2]), None))
    print(given, golden.answered(given), sep="\n")
elif sys.argv[1:] in ([], ["pages"]):
    for old in pages.FOLDER.glob("*.tex"):
        old.unlink()
    for name in pages.PAGES:
        (pages.FOLDER / f"{name}.tex").write_text(pages.snippet(name), encoding="utf-8", newline="\n")
if not sys.argv[1:]:
    for name, golden in SETS.items():
        (FOLDER / f"{name}.txt").write_text("".join(f"{line}\n" for line in golden.lines()), encoding="utf-8")
