"""Classes that differ from one of the atlas by their head alone: the model below a head, and classifiers upon it.

LlamaModel is LlamaForCausalLM without `lm_head`; LlamaForSequenceClassification has one matrix more than that. What the others have
stands in `_KINDS`: tensors by name and shape, h for the width, L for the number of labels. A test builds every class made so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from symparams.atlas.entries import Entry, Tensor, Variant, classes, stored

__all__ = ["derived", "source_of"]

_HEADS = {"lm_head", "embed_out", "proj_out", "cls", "vocab_transform", "vocab_layer_norm", "vocab_projector"}
_WIDTHS = ("hidden_size", "n_embd", "d_model", "dim")
_SEQ2SEQ = {"Bart", "BigBirdPegasus", "MBart", "Marian", "Mvp", "PLBart"}  # classified by encoder and decoder
_POOLED = {"BigBird", "Data2VecText", "Ernie", "MegatronBert"}  # whose model has a pooler, and the one below the head has none
_OTHERS = {  # by ending: of whose class the body is another one than that below the head
    "Model": {"Data2VecText", "Ernie", "MegatronBert", "Marian", "Mvp", "PLBart", "Emu3", "Inkling", "Inkling2"}
    | {"MiniMaxM3VL", "Mllama", "Qwen3_5", "Qwen3_5Moe", "XLMRobertaXL"},
    "ForSequenceClassification": {*_SEQ2SEQ, *_POOLED, "CTRL", "Gemma3", "OPT", "Qwen3_5", "Qwen3_5Moe", "XLMRobertaXL"},
}
_DENSE = {"classifier.dense.weight": "h h", "classifier.dense.bias": "h"}
_OUT = {"classifier.out_proj.weight": "L h", "classifier.out_proj.bias": "L"}
_CLASSIFIER = {"classifier.weight": "L h", "classifier.bias": "L"}
_POOLER = {"pooler.dense.weight": "h h", "pooler.dense.bias": "h"}
_QUESTIONS = {"qa_outputs.weight": "L h", "qa_outputs.bias": "L"}
_BERT = {f"bert.{name}": shape for name, shape in _POOLER.items()}
_ROBERTA = {
    "Model": _POOLER,
    "ForSequenceClassification": {**_DENSE, **_OUT},
    "ForTokenClassification": _CLASSIFIER,
    "ForQuestionAnswering": _QUESTIONS,
}
_KINDS: dict[str, dict[str, dict[str, str]]] = {  # by the first part of a class's name: its ending → what it has beside the body
    "Bert": {
        "ForSequenceClassification": {**_BERT, **_CLASSIFIER},
        "ForTokenClassification": _CLASSIFIER,
        "ForQuestionAnswering": _QUESTIONS,
    },
    "Roberta": {ending: tensors for ending, tensors in _ROBERTA.items() if ending != "Model"},
    "XLMRoberta": _ROBERTA,
    "Camembert": _ROBERTA,
    "DistilBert": {
        "ForSequenceClassification": {"pre_classifier.weight": "h h", "pre_classifier.bias": "h", **_CLASSIFIER},
        "ForTokenClassification": _CLASSIFIER,
        "ForQuestionAnswering": _QUESTIONS,
    },
}
_DECODERS: dict[str, dict[str, str]] = {"Model": {}, "ForSequenceClassification": {"score.weight": "L h"}}


def source_of(cls: str) -> tuple[str, str, Mapping[str, str]] | None:
    """The class of the atlas whose body a class has, the class's ending, and the tensors that it has beside; None for no such."""
    for ending in ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "Model"):
        stem = cls.removesuffix(ending)
        if stem == cls or stem in _OTHERS.get(ending, ()):
            continue
        if ending in (kinds := _KINDS.get(stem, {})):
            source = next((name for name in (f"{stem}ForMaskedLM", f"{stem}Model") if name in classes() and name != cls), None)
            return (source, ending, kinds[ending]) if source else None
        endings = ("ForConditionalGeneration", "ForCausalLM", "LMHeadModel")[0 if ending == "Model" else 1 :]
        source = next((stem + one for one in endings if stem + one in classes()), None)
        return (source, ending, _DECODERS[ending]) if source and ending in _DECODERS else None
    return None


def derived(cls: str) -> Entry | None:
    """The entry of a class that another of the atlas differs from by its head alone; None where none does."""
    if cls in classes() or (found := source_of(cls)) is None:
        return None
    source, ending, beside = found
    entry = stored(source)
    assert entry is not None
    variants = [_with(variant, ending, beside) for variant in entry.variants]
    if not variants or None in variants:
        return None
    made = [variant for variant in variants if variant is not None]
    if not any(one.tied_to for variant in made for one in variant.tensors):  # only the head was tied, which is gone
        made = [
            replace(one, options={path: said for path, said in one.options.items() if path != "tie_word_embeddings"})
            for one in made
        ]
    return replace(entry, cls=cls, variants=tuple(made), failures=())


def _with(variant: Variant, ending: str, beside: Mapping[str, str]) -> Variant | None:
    """The variant of a body with other tensors upon it; None where body and head cannot be told apart."""
    heads = [one for one in variant.tensors if one.name.partition(".")[0] in _HEADS]
    body = [one for one in variant.tensors if one not in heads]
    words = {one.name.partition(".")[0] for one in body}
    width = next((name for name, (path, _) in variant.fields.items() if path in _WIDTHS), None)
    if not heads or len(words) != 1 or (beside and width is None):
        return None
    lent = {one.tied_to for one in body} & {one.name for one in heads}  # weights of the head that the body has for itself now
    body = [replace(one, tied_to="") if one.tied_to in lent else one for one in body]
    if ending == "Model":
        first = f"{words.pop()}."
        body = [replace(one, name=one.name.removeprefix(first), tied_to=one.tied_to.removeprefix(first)) for one in body]
    sizes = {"h": width or "", "L": "num_labels"}
    more = [_tensor(name, tuple(sizes.get(size, size) for size in shape.split())) for name, shape in beside.items()]
    tensors = (*body, *more)
    form = _sum(tensors)
    labels: dict[str, tuple[str, int | str | None]] = {"num_labels": ("num_labels", 2)} if "L" in " ".join(beside.values()) else {}
    return replace(variant, fields={**variant.fields, **labels}, tensors=tensors, form=form)


def _sum(tensors: Iterable[Tensor]) -> str:
    """The numbers of all tensors: for each kind of copies the products of their shapes, equal ones together."""
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for one in tensors:
        if not one.tied_to:
            groups.setdefault(one.copies, Counter())[_product(one.shape)] += 1
    sums = {copies: " + ".join(term if n == 1 else f"{n}*{term}" for term, n in terms.items()) for copies, terms in groups.items()}
    return " + ".join(f"{_product(copies)}*({terms})" if copies else terms for copies, terms in sums.items())


def _product(sizes: tuple[str, ...]) -> str:
    """A product of sizes: equal ones as a power, sums in brackets."""
    factors = Counter(
        factor for size in sizes for factor in (size.split("*") if re.fullmatch(r"\w+(\*\w+)*", size) else [f"({size})"])
    )
    return "*".join(factor if n == 1 else f"{factor}**{n}" for factor, n in sorted(factors.items())) or "1"


def _tensor(name: str, shape: tuple[str, ...]) -> Tensor:
    return Tensor(name, shape, (), "Linear", "trainable", "")
