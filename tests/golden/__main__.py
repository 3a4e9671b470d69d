"""The command: `python -m tests.golden` writes the lines anew; with a set and a number it prints one input and its whole answer."""

import sys
from itertools import islice

from tests.golden.sets import FOLDER, SETS

if len(sys.argv) == 3:
    golden = SETS[sys.argv[1]]
    given = next(islice(golden.inputs(), int(sys.argv[2]), None))
    print(given, golden.answered(given), sep="\n")
else:
    for name, golden in SETS.items():
        (FOLDER / f"{name}.txt").write_text("".join(f"{line}\n" for line in golden.lines()), encoding="utf-8")
