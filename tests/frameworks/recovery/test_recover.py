import pytest
import torch
import transformers
from sympy import Eq, Mod
from torch import nn

from symparams import breakdown, closed_form, derive
from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks import transformers as mirrors
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols, text

transformers.logging.set_verbosity_error()

pytestmark = pytest.mark.filterwarnings("ignore")  # other people's constructors warn


def test_gpt2_is_the_hand_built_one():
    found = recover(transformers.GPT2LMHeadModel, ["n_embd", "n_layer", "vocab_size", "n_positions"])
    assert len(found.evidence.points) >= 12
    assert found.evidence.methods == ("symbolic", "black box")
    d, N, V, n = symbols("n_embd n_layer vocab_size n_positions")
    assert same(found.expr, mirrors.GPT2LMHeadModel(V, n, d, N).layer.params)
    assert (
        repr(closed_form(found.layer)) == "n_layer*(12*n_embd**2 + 13*n_embd) + n_embd*vocab_size + n_embd*n_positions + 2*n_embd"
    )
    assert derive(found.layer).check()
    assert sum(row.expr for row in breakdown(found.layer).rows).expand() == found.expr.expand()
    assert max(dict(point.values)["n_layer"] for point in found.evidence.points) >= 30
    assert found.at({"n_embd": 768, "n_layer": 12, "vocab_size": 50257, "n_positions": 1024}) == 124_439_808
    assert found.counterexample({"n_embd": 768, "n_layer": 12, "vocab_size": 50257, "n_positions": 1024}) is None


def test_llama_holds_where_the_heads_divide_the_width():
    found = recover(transformers.LlamaForCausalLM, ["hidden_size", "intermediate_size", "num_hidden_layers", "vocab_size"])
    d, f, N, V = symbols("hidden_size intermediate_size num_hidden_layers vocab_size")
    assert same(found.expr, N * (4 * d**2 + 3 * d * f + 2 * d) + 2 * V * d + d)
    assert "hidden_size mod 64 = 0" in repr(found)
    assert Eq(Mod(d, 64), 0) in found.layer.conditions
    assert set(found.conditions) <= set(found.layer.conditions)
    with pytest.raises(NotRecoveredError, match="hidden_size mod 64"):
        found.at({"hidden_size": 33, "intermediate_size": 4, "num_hidden_layers": 1, "vocab_size": 9})


def test_a_function_of_integers_has_no_layer():
    found = recover(lambda d, N: N * (12 * d * d + 13 * d) + N // 2, ["d", "N"])
    assert (text(found.expr), found.layer) == ("12*N*d**2 + 13*N*d + floor(N/2)", None)


def test_layers_of_a_torch_module_are_counted():
    found = recover(nn.LSTM, ["input_size", "hidden_size", "num_layers"])
    I, H, N = symbols("input_size hidden_size num_layers")
    assert same(found.expr, 4 * H * (I + H + 2) + (N - 1) * 4 * H * (2 * H + 2))


def test_what_cannot_be_fitted_is_not_recovered():
    with pytest.raises(NotRecoveredError, match="NOT RECOVERED"):
        recover(lambda d: 2**d + d)


def test_a_field_that_is_not_there():
    with pytest.raises(RecoveryError, match="did you mean n_embd"):
        recover(transformers.GPT2LMHeadModel, ["n_embed"])


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"over": ["d"], "fixed": {"d": 3}}, "a field that is varied or has a value"),
        ({"method": "symbolic"}, "tensors, whose shapes are traced"),  # an integer has none
    ],
)
def test_settings_that_would_be_ignored_are_refused(settings, wanted):
    with pytest.raises(RecoveryError, match=wanted):
        recover(lambda d, N=2: N * d * d, **settings)


def test_the_state_of_torch_is_as_before():
    def failing(d):
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(d)
        raise RuntimeError("no such model")

    before = (torch.get_default_dtype(), torch.random.get_rng_state(), vars(nn.Parameter)["__new__"], dict(vars(nn.init)))
    with pytest.raises(RecoveryError, match="no such model"):
        recover(failing, ["d"])
    recover(nn.Linear, ["in_features", "out_features"])
    after = (torch.get_default_dtype(), torch.random.get_rng_state(), vars(nn.Parameter)["__new__"], dict(vars(nn.init)))
    assert before[0] == after[0] and torch.equal(before[1], after[1]) and before[2:] == after[2:]
    assert nn.Linear(2, 3).weight.device.type == "cpu"
