import ast
import json
import sys
from pathlib import Path

import pytest

from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.mutations import mutants_of
from tests.mutants.reach import PYTEST, Reach, is_timed
from tests.mutants.rooms import DEFINITIONS, LEFT_OUT, ROOMS, TESTS, TIMED
from tests.mutants.running import BUDGET, FEW, asked, outcome

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
        ("def f():\n    return False", ["return True"]),
        ("x = zip(a, b, strict=True)", []),
        ("if TYPE_CHECKING:\n    x = a", []),
        ("if not a:\n    b()", ["if a:", "if a:"]),
        ("while a:\n    break", ["while not a:", "continue"]),
    ],
)
def test_the_mutants_of_a_text(tmp_path, text, after):
    assert sorted(line for _, line in changed_lines(tmp_path, text)) == sorted(after)


def test_the_lines_that_reach_a_mutant(tmp_path):
    (tmp_path / "module.py").write_text(
        "def f(a=1):\n    x = (\n        a < 2\n    )\n    if a:\n        return x\n", encoding="utf-8"
    )
    assert [mutant.lines for mutant in mutants_of(tmp_path, "module.py")] == [(1,), (1,), (2, 3, 4), (5,), (6,)]


@pytest.mark.parametrize("file", ["symparams/tree/fields.py", "symparams/checks/explaining/differences.py"])
def test_every_mutant_is_another_module_that_compiles(file):
    original = ast.unparse(ast.parse((PROJECT / file).read_text(encoding="utf-8")))
    texts = [mutant.applied(PROJECT)[2] for mutant in mutants_of(PROJECT, file)]
    assert len(texts) > 50
    assert original not in texts
    for text in texts:
        compile(text, file, "exec")


def test_rooms_and_tests_exist():
    assert [room for room in ROOMS if not (PROJECT / "symparams" / room).is_dir()] == []
    assert [path for path in (*TESTS, *LEFT_OUT, DEFINITIONS) if not (PROJECT / path).exists()] == []
    for file, name in (test.split("::") for test in TIMED):
        assert f"def {name}(" in (PROJECT / file).read_text(encoding="utf-8")
    assert is_timed(TIMED[0]) and is_timed(f"{TIMED[0]}[1]") and not is_timed("tests/test_tree.py::test_one")


def test_what_is_listed_as_equivalent_still_exists():
    for file in {file for file, _, _ in EQUIVALENTS}:
        found = {(file, *mutant.applied(PROJECT)[:2]) for mutant in mutants_of(PROJECT, file)}
        assert [listed for listed in EQUIVALENTS if listed[0] == file and listed not in found] == []


def test_each_function_has_a_case_in_each_round():
    seconds = {"f[1]": 1.0, "f[2]": 2.0, "g[1]": 4.0, "g[2]": 3.0}
    assert Reach({"a.py": {1: [*seconds]}}, seconds).tests("a.py", [1]) == ["f[1]", "g[2]", "f[2]", "g[1]"]


def test_the_tests_of_a_room_come_before_others():
    seconds = {f"tests/room/test_it.py::f[{number}]": 2.0 for number in range(40)} | {
        f"tests/test_other.py::g[{n}]": 1.0 for n in "123"
    }
    order = Reach({"p/room/a.py": {1: [*seconds]}}, seconds).tests("p/room/a.py", [1])
    assert [test.endswith(("g[1]", "g[2]", "g[3]")) for test in order] == [True] + [False] * 30 + [True] + [False] * 10 + [True]


REACH = Reach({"a.py": {1: [""], 2: ["", "slow", "quick"], 3: ["quick"], 4: [""]}}, {"slow": 2.0, "quick": 0.5})


def test_the_quickest_test_that_reaches_a_line_comes_first():
    assert REACH.tests("a.py", [2]) == ["quick", "slow"] and REACH.tests("a.py", [3]) == ["quick"]
    assert REACH.tests("a.py", [1]) == ["quick", "slow"]  # an import: whatever executes anything of the file
    assert REACH.tests("a.py", [9]) == REACH.tests("b.py", [2]) == []


BEFORE = ["import a", "x = 1", "", "y = 2", "z = 3"]
WRITTEN = {
    "tests": ["", "quick", "slow"],
    "texts": {"a.py": BEFORE},
    "lines": {"a.py": {"1": [0], "2": [0, 2, 1], "4": [1], "5": [2]}},
    "seconds": {"slow": 2.0, "quick": 0.5},
}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BEFORE, {1: [""], 2: ["", "slow", "quick"], 4: ["quick"], 5: ["slow"]}),
        (["# new", *BEFORE], {1: [""], 2: [""], 3: ["", "slow", "quick"], 5: ["quick"], 6: ["slow"]}),  # all of it moved
        (["import a", "z = 3"], {1: [""], 2: ["slow"]}),
        ([*BEFORE[:4], "w = 3", "z = 3"], {1: [""], 2: ["", "slow", "quick"], 4: ["quick"], 5: ["quick", "slow"], 6: ["slow"]}),
        ([*BEFORE[:3], "y = 4", "z = 3"], {1: [""], 2: ["", "slow", "quick"], 4: ["quick", "slow"], 5: ["slow"]}),
    ],
)
def test_lines_that_have_moved_are_found_by_their_text(tmp_path, now, expected):
    (tmp_path / "a.py").write_text("\n".join(now), encoding="utf-8")
    (tmp_path / "reach.json").write_text(json.dumps(WRITTEN), encoding="utf-8")
    assert Reach.read(tmp_path / "reach.json", tmp_path) == Reach({"a.py": expected}, WRITTEN["seconds"])


def test_a_file_that_is_gone_is_reached_by_nothing(tmp_path):
    (tmp_path / "reach.json").write_text(json.dumps(WRITTEN), encoding="utf-8")
    assert Reach.read(tmp_path / "reach.json", tmp_path).tests("a.py", [2]) == []


def test_definitions_are_looked_at_where_only_imports_execute_them():
    seconds = {"f": 1.0, f"{DEFINITIONS}::g": 0.1}
    reach = Reach({"a.py": {1: [""], 2: ["f"]}}, seconds)
    assert reach.tests("a.py", [1]) == [f"{DEFINITIONS}::g", "f"] and reach.tests("a.py", [2]) == ["f"]


def test_a_few_tests_are_asked_first_and_no_more_than_the_budget():
    many = Reach({"a.py": {1: [f"{number:03}" for number in range(200)]}}, {f"{number:03}": 1.0 for number in range(200)})
    first, second = asked(many, "a.py", [1])
    assert len(first) == FEW and len(first) + len(second) == BUDGET
    assert asked(Reach({"a.py": {1: ["slow"]}}, {"slow": 2 * BUDGET}), "a.py", [1]) == [["slow"]]


@pytest.mark.skipif(sys.platform != "linux", reason="mutants run in forked processes")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""\n>>> 1 + 1\n2\n"""\nONE = 1\n', "survived"),
        ('"""\n>>> 1 + 1\n2\n"""\nONE = 2\n', "killed"),
        ("while True: pass\n", "timeout"),
        ("ONE = \n", "killed"),
    ],
)
def test_outcomes(tmp_path, monkeypatch, text, expected):
    monkeypatch.setattr("tests.mutants.running.SLACK", 8.0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("number_one.py").write_text('"""\n>>> 1 + 1\n2\n"""\nONE = 1\n', encoding="utf-8")
    Path("test_number.py").write_text("from number_one import ONE\n\ndef test(): assert ONE == 1\n", encoding="utf-8")
    tests = ["number_one.py::number_one", "test_number.py::test"]  # the doctests of the very file as well
    reach = Reach({"number_one.py": {1: tests}}, dict.fromkeys(tests, 0.01))
    assert outcome(reach, "number_one.py", [1], text) == expected
    assert outcome(reach, "number_one.py", [7], text) == "unreached"
    assert "addopts" in " ".join(PYTEST)  # the project's own options would ask for plugins that are left out
