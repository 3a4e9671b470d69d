"""Keras is as it was, after a recovery and after an error in one."""

import keras
import numpy as np
import pytest
from keras.src.backend.common import KerasVariable, global_state
from torch import nn

from symparams.errors import RecoveryError
from symparams.frameworks.recovery import recover
from symparams.frameworks.recovery.building.aside import keras_aside
from symparams.notation import same, symbols

pytestmark = pytest.mark.filterwarnings("ignore")


def settings():
    config = keras.config
    return config.floatx(), config.epsilon(), config.image_data_format(), config.dtype_policy().name


def state():
    trackers = global_state.GLOBAL_STATE_TRACKER, global_state.GLOBAL_SETTINGS_TRACKER
    held = [dict(vars(tracker)) for tracker in trackers]
    copied = [{key: value.copy() for key, value in one.items() if isinstance(value, dict | list)} for one in held]
    return trackers, held, copied, settings(), KerasVariable.__init__


def disturb(width):
    keras.config.set_floatx("float16")
    keras.config.set_epsilon(1e-3)
    keras.config.set_image_data_format("channels_first")
    keras.config.set_dtype_policy("mixed_float16")
    for _ in range(3):
        keras.layers.Dense(width).build((None, 3))
    keras.random.normal((2,))
    return keras.layers.Dense(width)


def failing(width):
    disturb(width)
    raise RuntimeError("no such model")


def clearing(width):
    keras.utils.clear_session()
    return disturb(width)


@pytest.mark.parametrize("build", [disturb, failing, clearing])
def test_the_global_state_is_as_before(build):
    keras.layers.Dense(3)
    before = state()
    for _ in range(2):
        if build is failing:
            with pytest.raises(RecoveryError, match="no such model"):
                recover(build)
        else:
            with keras_aside():
                build(5)
        assert state() == before


def test_names_go_on_where_they_stood_and_values_are_values():
    one = keras.layers.Dense(3)
    recover(lambda width: keras.Sequential([keras.Input((4,)), keras.layers.Dense(width), keras.layers.Dense(2)]))
    other = keras.layers.Dense(3)
    number = int(one.name.rpartition("_")[2]) if "_" in one.name else 0
    assert other.name == f"dense_{number + 1}"
    other.build((None, 4))
    assert np.asarray(other.kernel).shape == (4, 3)


def test_a_variable_with_a_value_and_a_module_of_torch():
    class Both(keras.layers.Layer):
        def __init__(self, width):
            super().__init__()
            self.table = keras.Variable(np.zeros((width, 2), "float32"), name="table")
            self.inner = keras.layers.TorchModuleWrapper(nn.Linear(width, 3).to("cpu"))
            self.built = True

    a = symbols("width")
    assert same(recover(Both).expr, 2 * a + 3 * a + 3)


def test_what_is_changed_in_place_is_as_before():
    def build(width):
        global_state.get_global_attribute("kept")["width"] = width
        raise RuntimeError("no such model")

    kept = {"width": 1}
    global_state.set_global_attribute("kept", kept)
    try:
        with pytest.raises(RecoveryError, match="no such model"):
            recover(build)
        assert global_state.get_global_attribute("kept") is kept and kept == {"width": 1}
    finally:
        global_state.set_global_attribute("kept", None)
