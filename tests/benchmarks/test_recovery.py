"""How long a recovery takes beside one build of that model, at its default configuration on torch's meta device. Figures to read,
not bounds: the number in brackets says how many builds' time it took. Run with
`python -m pytest tests/benchmarks/test_recovery.py --benchmark-enable --benchmark-group-by=group --benchmark-columns=median,rounds
--benchmark-timer=time.process_time -s`; -s shows the sample's table, and the timer tells processor time.
"""

import time
from statistics import median

import pytest
import torch
import transformers

from symparams.frameworks.recovery import recover

transformers.logging.set_verbosity_error()
pytestmark = pytest.mark.filterwarnings("ignore")  # other people's constructors warn

CASES = {  # the class, and over which fields; None: over every one that matters
    "GPT-2": ("GPT2LMHeadModel", ["n_embd", "n_layer", "vocab_size", "n_positions"]),
    "LLaMA": ("LlamaForCausalLM", ["hidden_size", "intermediate_size", "num_hidden_layers", "vocab_size"]),
    "LLaMA, every field": ("LlamaForCausalLM", None),
    "Mixtral": ("MixtralForCausalLM", None),
    "T5": ("T5ForConditionalGeneration", None),
    "BERT": ("BertForMaskedLM", None),
}
SAMPLE = [  # sixteen types from all over the library's tables of causal, masked and sequence-to-sequence models
    "AfmoeForCausalLM",
    "DeepseekV3ForCausalLM",
    "FalconH1ForCausalLM",
    "GPT2LMHeadModel",
    "GraniteForCausalLM",
    "MarianForCausalLM",
    "MiniMaxM3VLForCausalLM",
    "OlmoForCausalLM",
    "Qwen2MoeForCausalLM",
    "VaultGemmaForCausalLM",
    "BigBirdForMaskedLM",
    "IBertForMaskedLM",
    "PerceiverForMaskedLM",
    "BlenderbotForConditionalGeneration",
    "MT5ForConditionalGeneration",
    "ProphetNetForConditionalGeneration",
]


def one_build(name: str):
    cls = getattr(transformers, name)
    with torch.device("meta"):
        return cls(cls.config_class())


@pytest.mark.parametrize("name", CASES)
def test_recovery(benchmark, name: str):
    benchmark.group = f"recovery of {name}"
    cls, over = CASES[name]
    found = benchmark.pedantic(recover, (getattr(transformers, cls), over), rounds=5, warmup_rounds=1)
    assert len(found.evidence.points) >= 12


@pytest.mark.parametrize("name", CASES)
def test_one_build(benchmark, name: str):
    benchmark.group = f"recovery of {name}"
    benchmark.pedantic(one_build, (CASES[name][0],), rounds=15, warmup_rounds=1)


def test_a_sample(benchmark):
    """The times of one recovery each, over every field that matters."""

    def spent(what, *arguments) -> float:
        began = time.process_time()
        what(*arguments)
        return time.process_time() - began

    names = SAMPLE if benchmark.enabled else SAMPLE[3:4]
    rows = []
    for name in names:
        one_build(name)
        build = median(spent(one_build, name) for _ in range(5))
        whole = spent(recover, getattr(transformers, name))
        rows.append((whole, whole / build))
        print(f"\n{name:40} {whole:6.2f} s {whole / build:6.0f} builds", end="")
    whole, ratio = (median(column) for column in zip(*rows, strict=True))
    print(f"\n{f'median of {len(rows)}':40} {whole:6.2f} s {ratio:6.0f} builds")
    benchmark(lambda: rows)
