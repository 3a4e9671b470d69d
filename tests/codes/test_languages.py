"""Code in each language, run at random sizes beside the formula that it was written from."""

import json
import random
import re
import shutil
import subprocess
import sys

import pytest
from sympy import Max, Min, Mod, Sum, ceiling, floor, sqrt

from symparams import closed_form, code, leading_order, symbols
from symparams.errors import NotationError, SymparamsError
from symparams.models.reading import read_model
from symparams.notation import expr_of, value_at
from tests.typeset.emitted import MODELS

HELPER = re.compile(r"static int64_t (\w+)\(.*?\n}\n", re.DOTALL)
N, d, h, V, l, L = symbols("N d h V l L")
FORMS = [
    h * floor(d / h) + ceiling(d / 64) * 64,
    d * (d + 1) / 2,
    Max(d, 64) * Min(h, 12) + Mod(d, h),
    256 * ceiling(8 * d / 768) * d - 3 * d,
    2**L - 1 - d,
    floor((d - 9) / h) + 3,
    -d * h + d**2 * h**2 + 5,
]
SUMS = [Sum(floor(l / 2) * d + l, (l, 1, L))]
LAYERS = [closed for text in MODELS if not (closed := closed_form(read_model(text))).expr.has(Sum)]


def sizes_of(form, chance):
    names = sorted(one.name for one in expr_of(form).free_symbols)
    return {name: chance.randint(2, 40) for name in names}


def cases(forms, rounds=4):
    chance = random.Random(3)
    for form in forms:
        for _ in range(rounds):
            sizes = sizes_of(form, chance)
            value = value_at(expr_of(form), sizes, 10_000)
            if value.denominator == 1:  # elsewhere the model does not exist
                yield form, sizes, value


def whole(value):
    assert value.denominator == 1
    return int(value)


def loaded(written, name="parameters"):
    space = {}
    exec(compile(written, "<code>", "exec"), space)  # what this very package wrote
    return space[name]


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_python(language):
    forms = [*FORMS, *LAYERS, *(SUMS if language == "python" else [])]
    functions = {}
    for form, sizes, value in cases(forms):
        written = functions.setdefault(id(form), loaded(code(form, language)))
        assert int(written(*sizes.values())) == whole(value)


def test_a_division_that_leaves_a_remainder_is_no_number():
    half = loaded(code(d * h / 2))
    assert half(3, 4) == 6
    with pytest.raises(ValueError, match="no multiple"):
        half(3, 3)


def test_type_hints_and_docstring():
    written = code(read_model("Transformer(N, d, V)"))
    assert "def parameters(N: int, V: int, d: int) -> int:" in written and "d: model width" in written
    run = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "-c", written]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0


def test_javascript(tmp_path):
    if not shutil.which("node"):
        pytest.skip("no node: install nodejs")
    rows = list(cases([*FORMS, *SUMS, *LAYERS]))
    calls = []
    for place, (form, sizes, _) in enumerate(rows):
        body = code(form, "javascript", f"f{place}")
        calls.append(f"{body}console.log(String(f{place}({', '.join(map(str, sizes.values()))})));")
    path = tmp_path / "code.js"
    path.write_text("\n".join(calls), encoding="utf-8")
    shown = subprocess.run(["node", str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert [int(one) for one in shown] == [whole(value) for *_, value in rows]


def test_c(tmp_path):
    if not shutil.which("gcc"):
        pytest.skip("no gcc: install it")
    rows = [row for row in cases([*FORMS, *LAYERS]) if abs(row[2]) < 2**60]
    helpers, blocks = {}, []
    for place, (form, _, _) in enumerate(rows):
        written = code(form, "c", f"f{place}")
        helpers |= {found[1]: found[0] for found in HELPER.finditer(written)}
        blocks.append(re.sub(r"#include.*\n", "", HELPER.sub("", written)))
    order = ["add", "times", "power", "quotient", "exact", "modulo", "larger", "smaller"]
    head = "#include <inttypes.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
    prints = [
        f'  printf("%" PRId64 "\\n", f{place}({", ".join(map(str, sizes.values()))}));' for place, (_, sizes, _) in enumerate(rows)
    ]
    text = "\n".join([head, *(helpers[name] for name in order if name in helpers), *blocks, "int main(void) {", *prints, "}"])
    source = tmp_path / "code.c"
    source.write_text(text, encoding="utf-8")
    subprocess.run(["gcc", "-Wall", "-Wno-unused-function", "-O1", "-o", str(tmp_path / "code"), str(source)], check=True)
    shown = subprocess.run([str(tmp_path / "code")], capture_output=True, text=True, check=True).stdout.split()
    assert [int(one) for one in shown] == [whole(value) for *_, value in rows]


def test_a_snippet_of_c_compiles_alone_and_stops_where_a_number_overflows(tmp_path):
    if not shutil.which("gcc"):
        pytest.skip("no gcc: install it")
    source = tmp_path / "alone.c"
    source.write_text(
        code(12 * d**2, "c") + "int main(void) { return parameters(INT64_C(1000000000000)) > 0; }\n", encoding="utf-8"
    )
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", str(tmp_path / "alone"), str(source)], check=True)
    assert subprocess.run([str(tmp_path / "alone")], check=False).returncode < 0


def test_a_spreadsheet():
    for form, sizes, value in (row for row in cases([*FORMS, *LAYERS]) if abs(row[2]) < 2**53):
        written = code(form, "spreadsheet", cells={name: f"B{place + 1}" for place, name in enumerate(sizes)})
        assert written.startswith("=")
        python = written[1:].replace("^", "**")
        cells = {f"B{place + 1}": size for place, size in enumerate(sizes.values())}
        tools = {"INT": lambda x: int(x // 1), "MAX": max, "MIN": min, "MOD": lambda a, b: a % b}
        assert eval(python, {"__builtins__": {}}, {**cells, **tools}) == value  # what this very package wrote


@pytest.mark.parametrize(
    ("given", "language", "options", "words"),
    [
        (12 * d, "fortran", {}, "python, numpy, javascript, c, spreadsheet"),
        (12 * d, "python", {"name": "def"}, "name='def'"),
        ("12*d", "python", {}, "closed_form(model)"),
        (sqrt(d), "python", {}, "sqrt(d) in code"),
        (SUMS[0], "c", {}, "no such sum in c"),
        (12 * d, "python", {"cells": {"d": "B1"}}, "in a spreadsheet"),
        (12 * d, "spreadsheet", {"cells": {"x": "B1"}}, "cells"),
    ],
)
def test_what_is_no_code(given, language, options, words):
    with pytest.raises(NotationError) as error:
        code(given, language, **options)
    assert words in str(error.value)


def test_words_of_a_language_are_no_names():
    (keyword,) = [symbols("lambda_")]
    assert loaded(code(keyword * 2))(3) == 6
    assert "in_" in code(read_model("Linear(in, out)")) if _reads("Linear(in, out)") else True
    short = leading_order(read_model("Transformer(N, d, V)").params, d)
    assert loaded(code(short))(2, 3) == 216
    assert json.dumps(code(short))


def _reads(text):
    try:
        return bool(read_model(text))
    except SymparamsError:
        return False
