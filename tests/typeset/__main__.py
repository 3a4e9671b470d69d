"""The command: `python -m tests.typeset FOLDER` sets each golden file on a page of its class and draws it."""

import sys
from pathlib import Path

from tests.typeset.compiling import drawn
from tests.typeset.pages import PAGES, document

folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
for name in PAGES:
    path = folder / f"{name}.tex"
    path.write_text(document(name), encoding="utf-8")
    print(drawn(path))
