"""Classes that are made of another of the atlas: each beside the real one, by every name and shape."""

import re
from collections import Counter

import pytest

from symparams import architecture, closed_form
from symparams.atlas import classes
from symparams.atlas.arithmetic import evaluated
from symparams.atlas.heads import derived, source_of
from symparams.errors import AtlasError
from tests.atlas.audit import built

ENDINGS = ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "Model")
STEMS = {re.sub("(ForCausalLM|LMHeadModel|ForConditionalGeneration|ForMaskedLM|Model)$", "", cls) for cls in classes()}
MADE = sorted(stem + ending for stem in STEMS for ending in ENDINGS if derived(stem + ending))


def counted(model) -> Counter:
    found = Counter()
    for one in model.tensors:
        if not one.tied_to:
            found[re.sub(r"(?<![^.])\d+(?![^.])", "*", one.name.replace("{}", "0")), one.shape] += one.copies
    return found


@pytest.mark.live
@pytest.mark.parametrize("start", range(8))
def test_every_class_that_is_made_of_another_is_the_real_one(start: int):
    import transformers

    for cls in MADE[start::8]:
        real = getattr(transformers, cls, None)
        if real is None:  # the library has no such class
            continue
        assert real.config_class is getattr(transformers, source_of(cls)[0]).config_class, cls
        config = {} if cls.endswith(("Model", "ForQuestionAnswering")) else {"num_labels": 7}
        try:
            model = architecture({**config, "architectures": [cls]})
        except AtlasError:  # its own defaults violate a condition of the form
            continue
        total, shapes, _ = built(cls, config)
        assert model.count() == total == evaluated(model.form, model.sizes), cls
        assert +counted(model) == +shapes, cls


def test_published_classifiers_and_embeddings():
    labels = {"id2label": {str(n): str(n) for n in range(9)}}
    bert = {"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 28996, **labels}  # bert-base-NER
    assert architecture(bert).count() == 107_726_601
    sst2 = {"architectures": ["DistilBertForSequenceClassification"], "model_type": "distilbert"}  # distilbert-…-sst-2-english
    assert architecture(sst2).count() == 66_955_010
    assert architecture({"architectures": ["GPT2Model"], "model_type": "gpt2"}).count() == 124_439_808
    m3 = {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24, "vocab_size": 250002}
    m3 |= {"max_position_embeddings": 8194, "type_vocab_size": 1}
    assert architecture({"architectures": ["XLMRobertaModel"], **m3}).count() == 567_754_752  # bge-m3


@pytest.mark.live
@pytest.mark.parametrize(
    "cls", ["BartModel", "PegasusModel", "M2M100Model", "LlamaModel", "XLMRobertaModel", "GPT2ForSequenceClassification"]
)
@pytest.mark.parametrize("tied", [True, False])
def test_ties_within_a_body_are_kept(cls: str, tied: bool):
    config = {"tie_word_embeddings": tied, "vocab_size": 100, "pad_token_id": 1}
    try:
        count = architecture({**config, "architectures": [cls]}).count()
    except AtlasError as error:
        assert "tie_word_embeddings" in str(error)
        return
    assert count == built(cls, config)[0]


def test_its_tree_says_the_same():
    for cls in ("LlamaModel", "Qwen3ForSequenceClassification", "BertForSequenceClassification"):
        model = architecture({"architectures": [cls]})
        form = closed_form(model.layer)
        assert form.at({one.name: model.sizes[one.name] for one in form.free_symbols}) == model.count()


def test_a_head_that_is_another_is_no_guess():
    for cls in (
        "MarianModel",
        "Qwen3_5Model",
        "BartForSequenceClassification",
        "ErnieModel",
        "GPT2ForTokenClassification",
        "OPTForSequenceClassification",
    ):
        assert derived(cls) is None
