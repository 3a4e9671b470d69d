"""What starts without sympy, the names that `symparams` has without it, and what shells are offered."""

import ast
import os
import pickle
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import symparams
from symparams.cli.completion import MODEL_NAMES
from symparams.models.reading import vocabulary

COMPLETE = {"_SYMPARAMS_COMPLETE": "bash_complete"}


def completed(words: str, place: int) -> list[str]:
    environment = {**os.environ, **COMPLETE, "COMP_WORDS": words, "COMP_CWORD": str(place)}
    command = [sys.executable, "-c", "from symparams.cli import main; main(prog_name='symparams')"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    return [line.partition(",")[2] for line in shown.split()]


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (["--version"], {}),
        (["--help"], {}),
        (["check", "--help"], {}),
        (["recover", "--help"], {}),
        (["no-such-command"], {}),
        ([], {**COMPLETE, "COMP_WORDS": "symparams count Tr", "COMP_CWORD": "2"}),
        ([], {"_SYMPARAMS_COMPLETE": "bash_source"}),
    ],
)
def test_what_does_not_load_sympy(arguments, changes):
    program = "import sys, atexit\n"
    program += "atexit.register(lambda: print(sorted({'sympy', 'rich', 'torch', 'numpy'} & sys.modules.keys()), file=sys.stderr))\n"
    program += "from symparams.cli import main\nmain(prog_name='symparams')"
    command = [sys.executable, "-c", program, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **changes})
    assert result.stderr.splitlines()[-1] == "[]"


def test_the_version_takes_a_fraction_of_importing_sympy():
    """0.2 is what `python -m tests.cli.test_startup` measures on a quiet machine; here with room for a loaded one."""
    assert ratio(["-m", "symparams", "--version"], 5) < 0.3


def ratio(arguments: list[str], times: int) -> float:
    """Processor time of a process, over that of one that imports sympy: the medians."""

    def seconds(*words: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(seconds(*arguments), seconds("-c", "import sympy")) for _ in range(times)]
    return statistics.median(ours for ours, _ in pairs) / statistics.median(sympy for _, sympy in pairs)


def test_the_names_are_those_of_the_modules():
    assert vocabulary().keys() == set(MODEL_NAMES)
    for module in ("layers", "models"):
        assert set(symparams._NAMES[module].split()) == set(getattr(__import__(f"symparams.{module}"), module).__all__)
    assert set(symparams.__all__) <= set(dir(symparams))
    for name in symparams.__all__:
        assert getattr(symparams, name) is not None  # each can be loaded


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(symparams.__file__).with_suffix(".pyi").read_text())
    names = {
        alias.name: (node.module, alias.asname) for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    names.pop("*")  # layers and models, which export what their __all__ lists
    listed = {name for name, module in symparams._MODULES.items() if module not in ("layers", "models")}
    assert names.keys() == listed
    for name, (module, exported) in names.items():
        assert exported == name
        assert getattr(__import__(module, fromlist=[name]), name) is getattr(symparams, name)


def test_a_star_import_and_a_pickle_work_at_first_use():
    program = "from symparams import *\nimport pickle, sys\nN, d, V = symbols('N d V')\n"
    program += "print(closed_form(pickle.loads(pickle.dumps(Transformer(N, d, V)))))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown == "N*(12*d**2 + 13*d) + V*d\n"
    assert pickle.loads(pickle.dumps(symparams.Transformer)) is symparams.Transformer


def test_modules_are_attributes_without_a_further_import():
    program = "import symparams\nprint(symparams.layers.Linear(3, 4).params, symparams.typeset.latex.__name__)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "16 latex\n"


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'Transformr'"):
        symparams.Transformr  # noqa: B018


@pytest.mark.parametrize(
    ("words", "place", "offered"),
    [
        ("symparams cou", 1, ["count"]),
        ("symparams count Tr", 2, ["Transformer", "TransformerDecoderLayer", "TransformerEncoderLayer", "TransformerLayer"]),
        ("symparams count 'Sequential(Emb", 2, ["Sequential(Embedding"]),
        ("symparams check 4d --model LST", 4, ["LSTM"]),
        ("symparams breakdown x --of fr", 4, ["frozen"]),
        ("symparams derive Nothing", 2, []),
    ],
)
def test_what_a_shell_offers(words, place, offered):
    assert completed(words, place) == offered


if __name__ == "__main__":
    for words in (["--version"], ["--help"]):
        print(f"symparams {' '.join(words)}: {ratio(['-m', 'symparams', *words], 15):.3f} of the time of import sympy")
