"""Values do not change: what has been given out, put into a set or kept for later stays what it was."""

from dataclasses import is_dataclass
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import pytest

import symparams
from symparams.results import Result
from symparams.tree import Layer

ROOT = Path(symparams.__file__).parent
ROOMS = (
    "asymptotics",
    "checks",
    "comparing",
    "counting",
    "derivations",
    "formulas",
    "layers",
    "models",
    "notation",
    "tree",
    "typeset",
)
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py")
CHANGING = {  # that which something is gathered in or worked off, inside one call
    "Atoms", "Consequences", "Display", "Lines", "Macros", "Preamble", "Search", "Work", "_Branch", "_Steps", "_Tokens",
}  # fmt: skip


def classes(path):
    module = import_module(".".join(("symparams", *path.relative_to(ROOT).with_suffix("").parts)))
    return [one for _, one in getmembers(module, isclass) if one.__module__ == module.__name__ and is_dataclass(one)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_given_out_cannot_be_changed(path):
    assert [one.__name__ for one in classes(path) if one.__name__ not in CHANGING and not one.__dataclass_params__.frozen] == []


def test_what_changes_is_listed():
    found = [one for path in MODULES for one in classes(path)]
    assert len(found) > 100 and {one.__name__ for one in found if not one.__dataclass_params__.frozen} == CHANGING


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_layers_and_results_show_themselves_as_formulas(path):
    """Not as dataclasses do, field by field: that function has the one that it wraps."""
    shown = [one for one in classes(path) if issubclass(one, Layer | Result)]
    assert [one.__name__ for one in shown if hasattr(one.__repr__, "__wrapped__")] == []
