"""How the atlas is made: which options decide, what defaults are worked out, that a run goes on where it stopped."""

import json
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import transformers

from symparams.atlas import architecture, entries
from symparams.errors import UncoveredError
from symparams.frameworks.harvesting import spot
from symparams.frameworks.harvesting.defaults import defaults_of, period_of
from symparams.frameworks.harvesting.jobs import Job, job_of
from symparams.frameworks.harvesting.options import Builder, deciding, few_layers
from symparams.frameworks.harvesting.running import further, harvest, harvested
from symparams.frameworks.harvesting.spot import recovered_on_the_spot
from symparams.frameworks.recovery.building.targets import subject_of


class AtOnce(Executor):
    """The simplest standard executor: each job in this process, before `submit` returns."""

    def __init__(self) -> None:
        self.jobs = 0

    def submit(self, function, /, *arguments, **options) -> Future:
        self.jobs += 1
        done: Future = Future()
        done.set_result(function(*arguments, **options))
        return done


def test_the_options_that_decide():
    found = deciding(Builder(transformers.LlamaForCausalLM, {}, {"num_hidden_layers": 2}))
    assert found == {"tie_word_embeddings": False, "attention_bias": False, "mlp_bias": False}
    assert "layer_type" in deciding(Builder(transformers.ResNetForImageClassification, {}, {}))


def test_defaults_that_are_worked_out():
    symbols = {name: name for name in ("hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim")}
    found = {name: str(size) for name, size in defaults_of(transformers.LlamaConfig, {}, symbols).items()}
    assert found["num_key_value_heads"] == "num_attention_heads"
    assert found["head_dim"] == "floor(hidden_size/num_attention_heads)"
    assert found["hidden_size"] == "4096"


def test_lists_that_repeat():
    assert period_of([list("aab" * 4), list("aabaa")]) == ["a", "a", "b"]
    assert period_of([list("aaaa"), list("aa")]) == ["a"]
    assert period_of([list("abcd")]) is None


def test_a_job_for_a_configuration():
    config = {"hidden_size": 64, "num_attention_heads": 4, "attention_bias": True, "bos_token_id": 3, "dtype": "bfloat16"}
    job = job_of(transformers.LlamaForCausalLM, config)
    assert job == Job("LlamaForCausalLM", {"attention_bias": True}, ("hidden_size", "num_attention_heads"))


def test_a_run_goes_on_where_it_stopped(tmp_path: Path):
    first, second = AtOnce(), AtOnce()
    jobs = [Job("GPT2LMHeadModel"), Job("NoSuchClass")]
    harvest(jobs, tmp_path, first)
    assert first.jobs >= 4  # the class, its head free, its inner width given, and what is no class
    entry = json.loads((tmp_path / "gpt2.json").read_text())
    ties = {variant["options"]["tie_word_embeddings"][1] for variant in entry["classes"]["GPT2LMHeadModel"]["variants"]}
    assert ties == {True, False}
    assert json.loads((tmp_path / "unknown.json").read_text())["classes"]["NoSuchClass"]["failures"]
    harvest(jobs, tmp_path, second)
    assert second.jobs == 0


def test_the_other_side_of_a_difference():
    answer = harvested(Job("OPTForCausalLM"))
    assert any(job.equal == {"word_embed_proj_dim": "hidden_size"} for job in further(Job("OPTForCausalLM"), answer))


def test_recovered_on_the_spot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    entries.forget()
    config = {"architectures": ["LlamaForCausalLM"], "attention_bias": True, "mlp_bias": True, "hidden_size": 512}
    config |= {"num_attention_heads": 8, "num_hidden_layers": 3, "intermediate_size": 700, "vocab_size": 1000}
    try:
        with pytest.raises(UncoveredError, match="LlamaForCausalLM with"):
            architecture(config)
        with monkeypatch.context() as other:
            other.setattr(spot, "built_count", lambda config, cls: 7_410_793)
            with pytest.raises(UncoveredError, match="gives 7,410,792, a build has 7,410,793"):
                recovered_on_the_spot(config, "LlamaForCausalLM")
            assert not list(tmp_path.rglob("*.json"))
        recovered_on_the_spot(config, "LlamaForCausalLM")
        assert architecture(config).count() == 7_410_792
        with pytest.raises(UncoveredError, match="the class NoSuchClass"):
            recovered_on_the_spot(config, "NoSuchClass")
    finally:
        entries.forget()


@pytest.mark.live
@pytest.mark.parametrize(
    ("cls", "few"),
    [
        ("LlamaForCausalLM", {"num_hidden_layers": 2}),
        ("T5ForConditionalGeneration", {"num_layers": 2, "num_decoder_layers": 2}),
        ("Qwen3NextForCausalLM", {"num_hidden_layers": 4}),  # the fourth layer is the first with full attention
        ("ZambaForCausalLM", {"num_hidden_layers": 8}),  # three layers at least
        ("Zamba2ForCausalLM", {}),  # a kind for each of its 54 layers
    ],
)
def test_as_few_layers_as_show_every_tensor(cls: str, few: dict[str, int]):
    kind = getattr(transformers, cls)
    subject = subject_of(kind, None)
    assert few_layers(kind, {}, subject.defaults, subject.aliases) == few
