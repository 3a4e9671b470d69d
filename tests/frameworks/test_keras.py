import inspect

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symparams.frameworks import keras as mirrors
from tests.frameworks.cases import combinations, drawn, few
from tests.frameworks.keras_cases import CASES, KERAS

ALL = combinations(CASES)


@pytest.mark.live
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_live_layer(name, data):
    case, options = ALL[name]
    KERAS.compare(case, *drawn(data, case, options))


def test_every_mirror_is_compared():
    assert {case.name for case in CASES} == set(mirrors.__all__)


CHANGES_A_BUILT_LAYER = {"lora_rank", "lora_alpha", "quantization_config"}
BATCH_RENORMALIZATION = {"renorm", "renorm_clipping", "renorm_momentum"}


def parameters(function):
    found = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


@pytest.mark.parametrize("name", mirrors.__all__)
def test_constructor_is_the_frameworks(name):
    real = parameters(getattr(keras.layers, name))
    ours = parameters(getattr(mirrors, name))
    assert ours.keys() - {"name"} == real.keys() - CHANGES_A_BUILT_LAYER - BATCH_RENORMALIZATION
    explicit = parameters(inspect.unwrap(getattr(mirrors, name)))
    defaults = {
        option: default for option, default in explicit.items() if option != "activation" and not option.endswith("_activation")
    }
    assert defaults == {option: real[option] for option in defaults}
    order = [p.name for p in inspect.signature(getattr(mirrors, name)).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert order == list(real)[: len(order)]


def test_a_layer_needs_its_inputs_width():
    with pytest.raises(ValueError, match="a size for axis -1"):
        mirrors.Dense(3).build((None, None))


def test_cells_of_one_name():
    cells = [mirrors.LSTMCell(3), mirrors.LSTMCell(3)]
    with pytest.raises(ValueError, match="a name for each"):
        mirrors.StackedRNNCells(cells).build((None, 2))
