"""The two methods beside each other, and the code as the judge where they differ."""

import pytest
from torch import nn

from symparams.errors import NotRecoveredError
from symparams.frameworks.recovery import methods, recover
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.proving.agreement import agreed
from symparams.notation import symbols

d, N = symbols("d N")
BASE = {"d": 64, "N": 4}


def compare(symbolic, black_box, code):
    return agreed(symbolic, Fit(black_box, ("d", "N")), BASE, (), ("N",), 0, code)


def code(values):
    return values["N"] * values["d"] ** 2


def test_one_formula():
    assert compare(N * d**2, d * N * d, code).words == "both give the same formula"


@pytest.mark.parametrize(("symbolic", "black_box", "wrong"), [(N * d**2, N * d, "black box"), (N * d, N * d**2, "symbolic")])
def test_the_code_tells_who_is_wrong(symbolic, black_box, wrong):
    found = compare(symbolic, black_box, code)
    assert not found.agree
    assert found.refuted == wrong
    assert "the symbolic form gives" in found.words and "the code" in found.words


def test_where_nothing_can_be_built_nothing_is_said():
    found = compare(N * d**2, N * d, lambda values: None)
    assert not found.agree and found.refuted is None
    assert found.words == "the black box's form could be compared at 0 points only"


def test_a_black_box_that_is_wrong_is_no_second_method(monkeypatch):
    monkeypatch.setattr(methods, "fitted", lambda *_, **__: Fit(symbols("out_features") * 7, ("in_features", "out_features")))
    found = recover(nn.Linear, ["in_features", "out_features"])
    assert found.evidence.methods == ("symbolic",)
    assert "black box: its form is refuted" in found.evidence.agreement


def test_a_symbolic_form_that_is_wrong_is_none(monkeypatch):
    right = methods.total
    monkeypatch.setattr(methods, "total", lambda kinds: right(kinds) + 1)
    with pytest.raises(NotRecoveredError, match="disagrees"):
        recover(nn.Linear, ["in_features", "out_features"])
