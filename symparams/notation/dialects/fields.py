"""The fields of our layers, what they mean, and their names: read from the two data files when the first name is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache

from symparams.notation.dialects.spelling import candidates, canonical

__all__ = ["DATA", "DERIVED", "DIALECTS", "MEANINGS", "Voices", "fields_named", "voices"]

DERIVED = {
    "d_attn": "width of all heads together",  # n_head · d_head, which is d_model where nothing else is said
    "d_kv": "width of all key/value heads together",  # n_kv_head · d_head
    "n_group": "heads per key/value head",  # n_head / n_kv_head
    "ff_ratio": "feed-forward width per model width",  # d_ff / d_model
}

DATA = {  # the sizes of what meets a layer, which costs depend on
    "batch": "samples",
    "seq": "positions in a sample",
    "height": "height of an image",
    "width": "width of an image",
    "extent": "extent of a sample",
    "past": "positions in the cache before these",
    "memory": "positions that cross-attention reads",
    "bytes": "bytes of a number",
}

MEANINGS = {
    "active": "active experts",
    "bias_shape": "shape of the bias",
    "bottleneck": "narrow channels per growth",
    "c_hid": "hidden channels",
    "c_in": "input channels",
    "c_out": "output channels",
    "count": "copies",
    "d_encoder": "encoder's width",
    "d_ff": "feed-forward width",
    "d_head": "head width",
    "d_inner": "channels inside",
    "d_key_in": "width that keys are made from",
    "d_model": "model width",
    "d_nope": "width of a key without positions",
    "d_out": "output width",
    "d_rope": "width of a key with positions",
    "d_state": "state of a channel",
    "d_value": "value head width",
    "d_value_in": "width that values are made from",
    "dt_rank": "width of the step sizes",
    "groups": "groups",
    "growth": "growth of the channels",
    "kernel": "kernel size",
    "stride": "stride",
    "dilation": "dilation",
    "window": "keys that a query sees",
    "kv_rank": "width of the latent of keys and values",
    "multiplier": "output channels per input channel",
    "n_channel": "channels",
    "n_decoder_layer": "decoder's layers",
    "n_expert": "experts",
    "n_first": "first layers",
    "n_gate": "gates",
    "n_head": "heads",
    "n_hid": "hidden units",
    "n_in": "input features",
    "n_in1": "features of the first input",
    "n_in2": "features of the second input",
    "n_key_head": "heads of queries and keys",
    "n_kv_head": "key/value heads",
    "n_layer": "layers",
    "n_out": "output features",
    "n_proj": "projected state",
    "n_state": "width of the state that is fed back",
    "n_vocab": "vocabulary size",
    "positions": "learned positions",
    "patch": "pixels along a patch",
    "q_rank": "width of the latent of queries",
    "rank": "rank of the update",
    "shape": "normalized width",
    **DERIVED,
}

_LIKE = {  # fields that bear the names of another one as well
    "c_hid": "c_out",
    "count": "n_layer",
    "d_encoder": "d_model",
    "n_decoder_layer": "n_layer",
    "n_in1": "n_in",
    "n_in2": "n_in",
    "n_state": "n_hid",
    "shape": "d_model",
}

Voices = Mapping[tuple[str, str], Fraction]  # of a field and a name, as it is spelled


@cache
def voices() -> Voices:
    """How many libraries and sources use a name for a field; one that uses it for several is divided among them."""
    total: dict[tuple[str, str], Fraction] = {}
    for table in _tables():
        uses: dict[str, int] = {}
        for (_, name), count in table.items():
            uses[canonical(name)] = uses.get(canonical(name), 0) + count
        for (field, name), count in table.items():
            total[field, name] = total.get((field, name), Fraction(0)) + Fraction(count, uses[canonical(name)])
    return total


def _tables() -> Iterator[dict[tuple[str, str], int]]:
    """The uses of names in each library and source: of a library in so many classes, of a source once."""
    import tomllib  # not needed before a name is asked for
    from importlib.resources import files

    data = files("symparams.notation.dialects")
    harvested = tomllib.loads(data.joinpath("harvested.toml").read_text(encoding="utf-8"))
    for library in harvested.values():
        yield {(field, name): count for field, names in library.items() for name, count in names.items()}
    for source in tomllib.loads(data.joinpath("written.toml").read_text(encoding="utf-8"))["source"]:
        yield {(field, name): 1 for field in MEANINGS.keys() & source.keys() for name in source[field].split()}


@cache
def _named() -> dict[str, tuple[str, ...]]:
    """The fields that each canonical spelling may mean, those with more voices first, then alphabetically."""
    total: dict[str, dict[str, Fraction]] = {canonical(field): {field: Fraction(1)} for field in MEANINGS}
    for (field, name), voice in voices().items():
        heard = total.setdefault(canonical(name), {})
        heard[field] = heard.get(field, Fraction(0)) + voice
    ordered = {name: sorted(heard, key=lambda field: (-heard[field], field)) for name, heard in total.items()}
    return {name: tuple(dict.fromkeys((*fields, *_alike(fields)))) for name, fields in ordered.items()}


def _alike(fields: list[str]) -> list[str]:
    return [other for field in fields for other, like in sorted(_LIKE.items(), reverse=True) if like == field]


@lru_cache(maxsize=4096)
def fields_named(name: str) -> tuple[str, ...]:
    """The fields of `MEANINGS` that a name may mean, the likeliest first; none for a name that nobody uses so.

    The spelling does not matter, nor an index behind it, nor words in front that say whose size it is.

    >>> fields_named("ff_dim"), fields_named("inner_dim"), fields_named("width_of_my_house")
    (('d_ff',), ('d_attn', 'd_ff'), ())
    >>> fields_named("lstm_hidden_size_2") == fields_named("hiddenSize")
    True
    """
    return next((_named()[spelling] for spelling in candidates(name) if spelling in _named()), ())


class _Dialects(Mapping[str, tuple[str, ...]]):
    """The names of each field as people spell them, its own first, then those with more voices; made at the first use."""

    def __getitem__(self, field: str) -> tuple[str, ...]:
        return _spelled()[field]

    def __iter__(self) -> Iterator[str]:
        return iter(MEANINGS)

    def __len__(self) -> int:
        return len(MEANINGS)


@cache
def _spelled() -> dict[str, tuple[str, ...]]:
    ranked = sorted(voices().items(), key=lambda item: (-item[1], item[0]))
    return {
        field: tuple(dict.fromkeys((field, *(name for (other, name), _ in ranked if other in (field, _LIKE.get(field))))))
        for field in MEANINGS
    }


DIALECTS: Mapping[str, tuple[str, ...]] = _Dialects()
