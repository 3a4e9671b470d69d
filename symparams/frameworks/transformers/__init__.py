"""Our models behind the configurations of transformers' classes: the same names and defaults, those that matter for sizes.

Each function makes a `Mirror`, whose tensors bear the names of the class's parameters; most of its buffers are left out.
transformers is not imported.
"""

from symparams.frameworks.transformers.bert import BertForMaskedLM, BertModel
from symparams.frameworks.transformers.gpt import GPT2LMHeadModel, GPTJForCausalLM, GPTNeoXForCausalLM
from symparams.frameworks.transformers.llama import (
    Gemma2ForCausalLM,
    LlamaForCausalLM,
    MistralForCausalLM,
    Olmo2ForCausalLM,
    Qwen2ForCausalLM,
    Qwen3ForCausalLM,
)
from symparams.frameworks.transformers.mixtures import (
    DeepseekV3ForCausalLM,
    MixtralForCausalLM,
    Qwen2MoeForCausalLM,
    Qwen3MoeForCausalLM,
)
from symparams.frameworks.transformers.recurrences import Mamba2ForCausalLM, MambaForCausalLM, RwkvForCausalLM
from symparams.frameworks.transformers.resnet import ResNetForImageClassification
from symparams.frameworks.transformers.seq2seq import BartForConditionalGeneration, T5ForConditionalGeneration
from symparams.frameworks.transformers.vit import ViTModel

__all__ = [
    "BartForConditionalGeneration",
    "BertForMaskedLM",
    "BertModel",
    "DeepseekV3ForCausalLM",
    "GPT2LMHeadModel",
    "GPTJForCausalLM",
    "GPTNeoXForCausalLM",
    "Gemma2ForCausalLM",
    "LlamaForCausalLM",
    "Mamba2ForCausalLM",
    "MambaForCausalLM",
    "MistralForCausalLM",
    "MixtralForCausalLM",
    "Olmo2ForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen2MoeForCausalLM",
    "Qwen3ForCausalLM",
    "Qwen3MoeForCausalLM",
    "ResNetForImageClassification",
    "RwkvForCausalLM",
    "T5ForConditionalGeneration",
    "ViTModel",
]
