"""One variant of an entry: a class recovered under its options, as the plain data that the atlas keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symparams.counting import closed_form
from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.harvesting.defaults import defaults_of, movers, period_of
from symparams.frameworks.harvesting.options import Builder, deciding, few_layers, unseen, unvaried
from symparams.frameworks.recovery.building.parts import is_size, spread
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.targets import subject_of
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.recovering import recover
from symparams.frameworks.recovery.starting import fields

__all__ = ["variant"]

_SHAPING = re.compile(r"head|rotary_dim|expert|group|rank", re.I)
_NO_SIZE = re.compile(r"_ids?$|(index|indices|indexes|idx|pattern)\.\d+$", re.I)
_PICKED = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "moe_topk",
    "moe_top_k",
    "top_k_experts",
    "num_selected_experts",
    "moe_k",
)
_EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")


def variant(
    cls: Any, options: Mapping[str, Any], sizes: Sequence[str] = (), equal: Mapping[str, str] | None = None, seconds: float = 20.0
) -> dict[str, Any]:
    """The class recovered under options that are no sizes, as a dictionary that JSON takes.

    where: sizes: fields that published configurations set, to be varied as well as those that matter at the defaults; equal: fields
    that are to be what others are, for the side of a ≠ that a recovery over both leaves out.

    Raises `RecoveryError` where the class cannot be built, `NotRecoveredError` where no form can be trusted.
    """
    subject = _tied(subject_of(cls, options or None), equal or {})
    form = _recovered(lambda: _tied(subject_of(cls, options or None), equal or {}), subject, sizes, seconds)
    if not equal and (more := _more(Builder(cls, options, {}), subject, form)):
        form = _recovered(lambda: subject_of(cls, options or None), subject, [*sizes, *more], seconds)
    if form.layer is None:
        raise NotRecoveredError(f"{cls.__name__}: a form of the total alone", "a form of each tensor", "recover it by itself")
    symbols = _symbols(form)
    decided = _decided(cls, options, subject, equal or {}, form)
    alike = {name: symbols[other] for name, other in (equal or {}).items()}
    symbols |= {name: name.replace(".", "_") for name in alike}
    symbols |= {name: name for name in movers(cls.config_class, options, symbols)}
    config_class = cls.config_class
    defaults = defaults_of(config_class, options, symbols)
    few = Builder(cls, options, _small(cls, options, subject, form))
    rest = unseen(few, (*symbols, *decided))
    decided |= {path: value for path, value in rest.items() if _at(config_class(), path) != value}  # the options' own
    stated = {path: _option(config_class, options, path, value) for path, value in decided.items() if path not in symbols}
    follows = {path: decided[path] for path, option in stated.items() if option is None}  # refused where stated otherwise
    found: dict[str, Any] = {
        "rest": {path: _plain(value) for path, value in (follows | rest).items() if stated.get(path) is None},
        "options": {path: option for path, option in stated.items() if option is not None},
        "lengths": _lengths(config_class, options, symbols),
        "fields": {name: _field(field, name, defaults.get(name)) for field, name in symbols.items()},
        "tensors": [
            [one.name, list(map(str, one.shape)), list(map(str, one.copies)), one.owner, one.kind, one.tied_to or ""]
            for one in form.tensors
            if one.kind != "buffer"
        ],
        "conditions": [*(f"Eq({symbols[name]}, {other})" for name, other in alike.items()), *map(str, form.conditions)],
        "form": repr(closed_form(form.layer)) if form.layer is not None else str(form.expr),
        "evidence": {
            "points": len(form.evidence.points),
            "methods": list(form.evidence.methods),
            "held": list(form.evidence.held),
            "notes": [note for note in form.evidence.notes if not note.startswith(("given:", "buffer"))],
        },
    }
    if picked := _picked(config_class(**options), symbols):
        found["picked"] = picked
    return {key: value for key, value in found.items() if value not in ({}, [])}


def _decided(cls: Any, options: Mapping[str, Any], subject: Subject, equal: Mapping[str, str], form: Recovered) -> dict[str, Any]:
    """The options that decide at the defaults with few layers, or at one of the points of the evidence."""
    fields_of = {name: field for field, name in _symbols(form).items()}
    points = sorted(({fields_of[name]: size for name, size in point.values} for point in form.evidence.points), key=_volume)
    few = _small(cls, options, subject, form)
    found: dict[str, Any] = {}
    for small in (few, points[len(points) // 2], points[0]):
        at = {**small, **{name: small.get(other, subject.defaults[other]) for name, other in equal.items()}}
        try:
            found |= deciding(Builder(cls, options, at))
        except Exception:  # such sizes do not go with what else is given
            continue
    return found or deciding(Builder(cls, options, _wanting(subject, form)))


def _small(cls: Any, options: Mapping[str, Any], subject: Subject, form: Recovered) -> dict[str, int]:
    """The defaults' sizes with few layers, and what has to be given for a class that is not built at its defaults."""
    return {**few_layers(cls, options, subject.defaults, subject.aliases), **_wanting(subject, form)}


def _wanting(subject: Subject, form: Recovered) -> dict[str, int]:
    """The fields without a default, at the smallest point of the evidence, where nothing is built without them."""
    if subject.build({}) is not None:
        return {}
    fields_of = {name: field for field, name in _symbols(form).items()}
    point = min((dict(point.values) for point in form.evidence.points), key=_volume)
    return {fields_of[name]: size for name, size in point.items() if subject.defaults.get(fields_of[name]) is None}


def _volume(point: Mapping[str, int]) -> int:
    return sum(point.values())


def _tied(subject: Subject, equal: Mapping[str, str]) -> Subject:
    """The subject with fields that are always what others are."""
    if not equal:
        return subject

    def make(sizes: Mapping[str, int], trace: Trace | None) -> Any:
        return made({**sizes, **{name: sizes.get(other, before[other]) for name, other in equal.items()}}, trace)

    made, before = subject.make, dict(subject.defaults)
    return replace(subject, make=make, defaults={name: value for name, value in before.items() if name not in equal})


def _recovered(fresh: Callable[[], Subject], subject: Subject, sizes: Sequence[str], seconds: float) -> Recovered:
    """The form over as many fields as one is found for: all that shape, those that matter or are set, those that matter."""
    known = {name: value for name, value in subject.defaults.items() if name not in subject.aliases}
    mattering = list(fields(subject, None))
    positive = [name for name, value in known.items() if is_size(value) and value > 0 and not name.endswith("_id")]
    shaping = [name for name in positive if _SHAPING.search(name)]
    given = [name for name in sizes if name in known]
    several = ([*mattering, *given, *shaping], [*mattering, *given], mattering)
    tries: list[tuple[str, ...] | None] = [*dict.fromkeys(tuple(dict.fromkeys(over)) for over in several)]
    tries.append(None)  # leaves out those that it cannot vary
    whole: Recovered | None = None
    for over in tries:
        try:
            form = recover(fresh(), over, seconds=seconds)
        except (NotRecoveredError, RecoveryError):
            if over is None and whole is None:
                raise
            continue
        if form.layer is not None:
            return form
        whole = whole or form  # of the total alone; better are the tensors of a form over fewer fields
        if (fewer := tuple(name for name in over or () if name not in form.evidence.held)) not in tries:
            tries.append(fewer)
    assert whole is not None
    return whole


def _symbols(form: Recovered) -> dict[str, str]:
    """The fields that the form is over, with the names of their symbols."""
    renamed = form.subject.renamed if form.subject is not None else {}
    return {renamed.get(name, name): name for name, _ in form.evidence.points[0].values}


def _more(builder: Builder, subject: Subject, form: Recovered) -> tuple[str, ...]:
    """Fields that matter at a point of the evidence, though not at the defaults: a dense layer's width where all are mixtures."""
    symbols = _symbols(form)
    fields_of = {name: field for field, name in symbols.items()}
    points = [{fields_of[name]: size for name, size in point.values} for point in form.evidence.points]
    points = sorted(points, key=_volume)
    names = [
        name
        for name, value in subject.defaults.items()
        if is_size(value) and value > 0 and name not in symbols and name not in subject.aliases and not _NO_SIZE.search(name)
    ]
    return unvaried(builder, [*points[:2], points[len(points) // 2]], names)


def _field(field: str, name: str, default: Any) -> Any:
    """What says where a symbol's size stands in a configuration: its default, with the field's name where that is another one."""
    said = int(default) if is_size(default) else None if default is None else str(default)
    return said if field == name else [field, said]


def _option(config_class: Any, options: Mapping[str, Any], path: str, value: Any) -> list[Any] | None:
    """The class's own default and the value that the form was recovered under; a list for each layer by what it repeats.

    None for what the configuration works out from the options that were given.
    """
    default = _at(config_class(), path)
    now = _at(config_class(**options), path)
    if path.partition(".")[0] not in options and default != now:
        return None
    if isinstance(now, list | tuple) and path not in options and len(now) > 1:
        layers = [name for name in ("num_hidden_layers", "n_layer", "num_layers") if is_size(getattr(config_class(), name, None))]
        if layers and "." not in path:
            try:
                lists = [_at(config_class(**{**options, layers[0]: count}), path) for count in (7, 12, 24, 26, 31)]
            except Exception:  # that many layers cannot be
                lists = []
            if lists and (again := period_of([list(one) for one in lists])) is not None:
                return [None, {"repeat": again}]
    return [_plain(default), _plain(now)]


def _at(config: Any, path: str) -> Any:
    here = config
    for step in path.split("."):
        here = getattr(here, step, None)
    return here


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


def _lengths(config_class: Any, options: Mapping[str, Any], symbols: Mapping[str, str]) -> dict[str, int]:
    """How many entries the lists have whose entries are sizes of their own."""
    config = config_class(**options)
    lists = {field.rpartition(".")[0] for field in symbols if field.rpartition(".")[2].isdigit()}
    return {path: len(spread({"one": _at(config, path)})) for path in sorted(lists)}


def _picked(config: Any, symbols: Mapping[str, str]) -> list[str]:
    """The symbol of the number of experts and the field of how many of them a token meets, where a class has both."""
    for part in ("", "text_config."):
        for experts in _EXPERTS:
            for field in _PICKED:
                if part + experts in symbols and is_size(_at(config, part + field)):
                    return [symbols[part + experts], part + field, str(_at(config, part + field))]
    return []
