import ast
from pathlib import Path

import pytest

from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.mutations import mutants_of
from tests.mutants.rooms import ROOMS, TIMED, concerning
from tests.mutants.running import Workshop

PROJECT = Path(__file__).parents[2]


def changed_lines(folder, text):
    (folder / "module.py").write_text(text, encoding="utf-8")
    return [mutant.applied(folder)[:2] for mutant in mutants_of(folder, "module.py")]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a is b", ["x = a is not b"]),
        ("x = a in b", ["x = a not in b"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a // b", ["x = a * b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a"]),
        ("x = -1", ["x = 1", "x = -0", "x = -2"]),
        ("x = 0", ["x = 1"]),
        ("x = True", ["x = False"]),
        ("x = 7, 'text', 1.5, None", []),
        ("x = a[b:c]", ["x = a[:c]", "x = a[b:]"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if not c]"]),
        ("x: Literal[0, 1] = a", []),
        ("def f(a: Literal[1]) -> Literal[1]:\n    return a", ["return None"]),
        ("def f():\n    return None", []),
        ("if not a:\n    b()", ["if a:", "if a:"]),
        ("while a:\n    break", ["while not a:", "continue"]),
    ],
)
def test_the_mutants_of_a_text(tmp_path, text, after):
    assert sorted(line for _, line in changed_lines(tmp_path, text)) == sorted(after)


@pytest.mark.parametrize("file", ["symparams/tree/fields.py", "symparams/checks/explaining/differences.py"])
def test_every_mutant_is_another_module_that_compiles(file):
    original = ast.unparse(ast.parse((PROJECT / file).read_text(encoding="utf-8")))
    texts = [mutant.applied(PROJECT)[2] for mutant in mutants_of(PROJECT, file)]
    assert len(texts) > 50
    assert original not in texts
    for text in texts:
        compile(text, file, "exec")


def test_every_room_and_its_tests_exist():
    for room, tests in ROOMS.items():
        assert (PROJECT / room).is_dir()
        assert [test for test in tests if not (PROJECT / test).exists()] == []
    for file, name in (test.split("::") for test in TIMED):
        assert f"def {name}(" in (PROJECT / file).read_text(encoding="utf-8")
    assert concerning("symparams/checks/documents/rows.py") == ROOMS["symparams/checks/documents"]
    assert concerning("symparams/checks/checking.py") == ROOMS["symparams/checks"]


def test_what_is_listed_as_equivalent_still_exists():
    for file in {file for file, _, _ in EQUIVALENTS}:
        found = {(file, *mutant.applied(PROJECT)[:2]) for mutant in mutants_of(PROJECT, file)}
        assert [listed for listed in EQUIVALENTS if listed[0] == file and listed not in found] == []


@pytest.mark.parametrize(
    ("text", "outcome", "limit"),
    [("ONE = 1\n", "survived", 60), ("ONE = 2\n", "killed", 60), ("while True: pass\n", "timeout", 5), ("ONE = \n", "killed", 60)],
)
def test_outcomes(tmp_path, text, outcome, limit):
    (tmp_path / "number.py").write_text("ONE = 1\n", encoding="utf-8")
    (tmp_path / "test_number.py").write_text("from number import ONE\n\ndef test(): assert ONE == 1\n", encoding="utf-8")
    assert Workshop(tmp_path).outcome("number.py", text, ["test_number.py"], limit) == outcome
    assert (tmp_path / "number.py").read_text(encoding="utf-8") == "ONE = 1\n"
