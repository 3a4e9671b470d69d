"""Nothing that symparams answers changes unnoticed; what is right, the other tests say."""

import json
from functools import cache

import pytest

from tests.golden.sets import CHUNK, SETS, kept, line_of


@cache
def inputs(name):
    return [json.loads(json.dumps(given)) for given in SETS[name].inputs()]


@pytest.mark.parametrize(("name", "start"), [(name, start) for name in SETS for start in range(0, len(kept(name)), CHUNK)])
def test_answers_are_as_they_were(name, start):
    golden, expected = SETS[name], kept(name)
    assert len(inputs(name)) == len(expected), "python -m tests.golden writes the lines anew"
    for place in range(start, min(start + CHUNK, len(expected))):
        given = inputs(name)[place]
        answer = golden.answered(given)
        assert line_of(given, answer) == expected[place], f"python -m tests.golden {name} {place}"
