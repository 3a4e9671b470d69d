"""From a configuration to a class of the atlas, its variant and the size of each symbol; defaults where it is silent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from symparams.atlas.arithmetic import evaluated, names_in, whole
from symparams.atlas.entries import Entry, Variant, classes, nearest, types
from symparams.atlas.known import entry_of, knows
from symparams.atlas.quirks import COMMON, quirks_of
from symparams.errors import AtlasError, UncoveredError, UnfollowedError, shown

__all__ = ["class_of", "read_json", "settled", "worded"]

LARGEST = 2_000_000  # characters of a config.json; the longest published ones have 100,000
_MISSING = object()
_RECOVER = 'pip install "symparams[frameworks]", with which it is recovered on the spot'


def read_json(path: Path) -> dict[str, Any]:
    """A file's JSON object.

    Raises `AtlasError` for a file that is too large, broken, or something else than an object.
    """
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise AtlasError(f"{path}: {size:,} bytes", f"a config.json of at most {LARGEST:,}", "hand over the config itself")
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise AtlasError(f"{path}: {error.strerror or error}", "a file that can be read", "mend the path") from None
    except UnicodeDecodeError:
        raise AtlasError(f"{path}: no text in UTF-8", "the config.json of a model", "hand over another file") from None
    except (ValueError, RecursionError) as error:
        raise AtlasError(f"{path}: {error or 'nested too deep'}", "JSON", "mend the file there") from None
    if not isinstance(told, dict):
        raise AtlasError(f"{path}: JSON that is a {type(told).__name__}", "an object with architectures", "hand over a config.json")
    return told


def class_of(config: Mapping[str, Any], wanted: str | None = None) -> str:
    """The class that a configuration builds: the one wanted, the first of its `architectures`, or the usual one of its type.

    Raises `AtlasError` where that is none of the atlas, with whose it is where that can be seen, and where it asks for code of its
    own.
    """
    if wanted is not None:
        return entry_of(wanted).cls
    named = config.get("architectures")
    named = None if named == [] else named
    kind = config.get("model_type")
    if named is not None and not (isinstance(named, list) and named and all(isinstance(one, str) for one in named)):
        move = 'write "architectures": ["LlamaForCausalLM"]'
        raise AtlasError(f"architectures: {shown(named)}", "a list of names of classes", move)
    if named and knows(named[0]):
        return str(named[0])
    usual = types().get(kind.replace("-", "_")) if isinstance(kind, str) else None
    if "auto_map" in config and not (named is None and usual):
        what = f"{named[0] if named else kind}, by code of its own (auto_map), which is never run"
        raise AtlasError(what, "a class of the transformers library", _instead(usual))
    if named:
        raise UncoveredError(
            f"the class {named[0]}", "a class of the atlas", _instead(usual) if usual else nearest(named[0], classes())
        )
    if usual:
        return usual[0]
    if kind is None:
        whose = next((library for key, library in _SIGNS.items() if key in config), "")
        given = f"a configuration of {whose}" if whose else "a configuration without architectures and model_type"
        other = whose.startswith(("peft", "no model"))
        move = "hand over the model's own config.json" if other else 'add "architectures": ["LlamaForCausalLM"], say'
        raise AtlasError(given, "that of a class of transformers", move)
    raise AtlasError(f"model_type {shown(kind)}", "a model type of the atlas", nearest(str(kind), types()))


_SIGNS = {
    "peft_type": "peft: an adapter, not the model below it",
    "ssm_cfg": "mamba_ssm",
    "weight_map": "no model: an index of files of weights, counted only where these are .safetensors",
    "_class_name": "diffusers",
    "_diffusers_version": "diffusers",
    "class_name": "Keras",
    "keras_version": "Keras",
    "architecture": "timm",
    "n_layers": "a library other than transformers",
    "dim": "a library other than transformers",
}


def _instead(usual: tuple[str, ...] | None) -> str:
    known = f"--class {', --class '.join(usual[:3])}" if usual else ""
    return f"if it is built as one of these, say so: {known}" if known else "symparams models --classes lists them"


def settled(entry: Entry, config: Mapping[str, Any]) -> tuple[Variant, dict[str, int], dict[str, str]]:
    """The variant that a configuration meets, the size of each of its symbols, and where each stands: its field, or "default".

    Raises `AtlasError` where an option differs from those of every variant, where a size is missing or no positive integer, and
    where the sizes violate the variant's conditions.
    """
    _meet_reads(entry, config)
    refusals: list[tuple[int, AtlasError]] = []
    for variant in sorted(entry.variants, key=lambda one: -len(one.fields)):
        if different := list(_different(entry, variant, config)):
            refusals.append((-len(different), _differs(entry, different)))
            continue
        met = 0  # how far the configuration gets with this variant: sizes, conditions
        try:
            sizes, places = _sizes(entry, variant, config)
            met = 1
            _meet_lengths(entry, variant, config, sizes)
            _meet_conditions(entry, variant, sizes, places)
        except AtlasError as error:
            refusals.append((met, error))
            continue
        return variant, sizes, places
    if not refusals:
        _, outcome, reason = entry.failures[0] if entry.failures else ("", "nothing recovered", "")
        raise UncoveredError(f"{entry.cls}: {outcome} ({reason})", "a class with a form", "build it, and describe(module)")
    raise max(refusals, key=lambda one: one[0])[1]


def _meet_reads(entry: Entry, config: Mapping[str, Any]) -> None:
    """Refuses a name beside the fields out of which the class works something that no form of the atlas follows."""
    quirks = quirks_of(entry)
    for path, usual in (*entry.reads.items(), *quirks.held.items()):
        found = _lookup(entry, config, path)
        if found is not _MISSING and found not in (None, usual) and path not in quirks.older:
            given = f"{entry.cls} with {path} = {shown(found)}, out of which the class works others"
            raise UnfollowedError(given, f"a configuration without {path}", "build it, and describe(module)")
    if (
        (path := quirks.positive)
        and (found := _lookup(entry, config, path)) is not _MISSING
        and not (isinstance(found, int | float) and found > 0)
    ):
        given = f"{entry.cls} with {path} = {shown(found)}, at which it leaves tensors out"
        raise UnfollowedError(given, f"{path} above 0", "build it, and describe(module)")


def _lookup(entry: Entry, config: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path, or under a second name of it; `_MISSING` where nothing does."""
    here: Any = config
    *parts, last = path.split(".")
    for step in parts:
        if isinstance(here, list):
            here = here[int(step)] if step.isdigit() and int(step) < len(here) else _MISSING
        else:
            here = here.get(step, _MISSING) if isinstance(here, Mapping) else _MISSING
    if isinstance(here, list):
        return here[int(last)] if last.isdigit() and int(last) < len(here) else _MISSING
    if not isinstance(here, Mapping):
        return _MISSING
    older = [old for old, today in quirks_of(entry).older.items() if today == last and here.get(old) is not None]
    second = [name for name, first in entry.aliases.items() if first == last]
    over = [name for name in second if name in COMMON and here.get(name) is not None]
    if not over and (two := _crossed(here, last, second)):
        given = f"{entry.cls} with {last} = {shown(here[last])} beside {two} = {shown(here[two])}"
        raise AtlasError(given, "one of the two, which name the same", "leave one out")
    found = next((here[name] for name in (*older, *over, last, *second) if name in here), _MISSING)
    if last == "num_labels" and found is _MISSING and isinstance(here.get("id2label"), Mapping):
        return len(here["id2label"])
    return found


def _crossed(here: Mapping[str, Any], last: str, second: Iterable[str]) -> str:
    """The second name that says something else than the first, where both stand; "" where there is none."""
    first = here.get(last)
    return next((name for name in second if None not in (first, here.get(name)) and here[name] != first), "")


def _different(entry: Entry, variant: Variant, config: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """The options in which a configuration differs from a variant: path, what stands there, what the variant has.

    Raises `AtlasError` for something else than a truth value where the class has one.
    """
    for path, (default, value) in variant.options.items():
        found = _lookup(entry, config, path)
        if isinstance(value, dict) and set(value) == {"repeat"}:
            again = value["repeat"]
            if found in (_MISSING, None) or (
                isinstance(found, list) and found == [again[place % len(again)] for place in range(len(found))]
            ):
                continue
            yield path, found, f"{again} again and again"
            continue
        if found is _MISSING or (found == "" and path.endswith(".model_type")):  # a part of a fixed class needs no type
            found = default
        if isinstance(default, bool) and isinstance(value, bool) and not isinstance(found, bool | None):
            raise AtlasError(f"{path} = {shown(found)}", "true or false", "mend the configuration")
        if found != value or isinstance(found, bool) != isinstance(value, bool):
            yield path, found, json.dumps(value)
    for path, value in variant.rest.items():
        found = _lookup(entry, config, path)
        if found is not _MISSING and found != value and not (found is None and value is None):
            yield path, found, json.dumps(value)
    for path, length in variant.lengths.items():
        found = _lookup(entry, config, path)
        if found is not _MISSING and (not isinstance(found, list) or len(found) != length):
            yield path, found, f"a list of {length}"


def _differs(entry: Entry, different: list[tuple[str, Any, str]]) -> AtlasError:
    given = ", ".join(f"{path} = {shown(found)}" for path, found, _ in different)
    wanted = ", ".join(f"{path} = {value}" for path, _, value in different)
    return UncoveredError(f"{entry.cls} with {given}", f"{wanted}, which the atlas has", _RECOVER)


def _meet_lengths(entry: Entry, variant: Variant, config: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
    """Refuses a list of the layers' kinds that is not as long as there are layers."""
    for name, (path, _) in variant.fields.items():
        if path.rpartition(".")[2] == "num_hidden_layers":
            beside = f"{path.removesuffix('num_hidden_layers')}layer_types"
            kinds = _lookup(entry, config, beside)
            if isinstance(kinds, list) and len(kinds) != sizes[name]:
                given = f"{entry.cls} with {path} = {sizes[name]} and {beside} of {len(kinds)}"
                raise AtlasError(given, "a kind for each layer", "mend the configuration")


def _sizes(entry: Entry, variant: Variant, config: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    sizes: dict[str, int] = {}
    places: dict[str, str] = {}
    late: dict[str, str] = {}
    crossed: dict[str, str] = {}  # symbol → second name: the class may work out others from the first
    for name, (path, default) in variant.fields.items():
        found = _lookup(entry, config, path)
        if two := _crossed(config, path, (second for second, first in entry.aliases.items() if first == path)):
            crossed[name] = two
        if found == "auto" and isinstance(default, str):
            found = _MISSING
        if found is None and isinstance(default, int):
            raise UncoveredError(f"{entry.cls} with {path} = null", "a whole number there", f"leave it out for {default}")
        if found is _MISSING or found is None:
            if isinstance(default, str):
                late[name] = default
                continue
            if default is None:
                raise AtlasError(f"{entry.cls} without {path}", "a whole number there", f'add "{path}": …')
            found, places[name] = default, "default"
        else:
            places[name] = path
        if isinstance(found, float) and found.is_integer():
            found = int(found)
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            raise AtlasError(f"{path} = {shown(found)}", "a whole number that is not negative", "mend the configuration")
        if found == 0 and default != 0:  # forms hold for sizes above 0; at 0 many a class takes another number instead
            raise UnfollowedError(
                f"{entry.cls} with {path} = 0", "a number above 0", "leave it out, or build it, and describe(module)"
            )
        sizes[name] = found
    for name, formula in _in_order(late):
        if twice := sorted(names_in(formula) & crossed.keys()):
            given = f"{entry.cls} with {twice[0]} and {crossed[twice[0]]}, which differ"
            raise AtlasError(given, "one of the two, which name the same", f"leave one out, or add {name}")
        try:
            sizes[name], places[name] = whole(evaluated(formula, sizes), name), f"default, {formula}"
        except ZeroDivisionError:
            raise AtlasError(f"{name} = {formula} at {_at(sizes, formula)}", "sizes above 0", "mend the configuration") from None
    return sizes, places


def _in_order(formulas: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Defaults that are worked out from others, behind those."""
    left = dict(formulas)
    while left:
        ready = [name for name, formula in left.items() if not names_in(formula) & left.keys() - {name}]
        for name in ready or list(left):
            yield name, left.pop(name)


def _meet_conditions(entry: Entry, variant: Variant, sizes: Mapping[str, int], places: Mapping[str, str]) -> None:
    for condition in variant.conditions:
        try:
            holds = evaluated(condition, sizes)
        except ZeroDivisionError:
            holds = False
        if not holds:
            used = sorted(names_in(condition) & sizes.keys())
            move = f"mend the configuration; where the class takes it as it is, {_RECOVER}"
            where = ", ".join(f"{name} = {sizes[name]} ({places.get(name, '?')})" for name in used)
            raise UncoveredError(f"{entry.cls} at {where}", f"sizes where {worded(condition)}", move)


def worded(condition: str) -> str:
    """A condition as a reader says it.

    >>> worded("Eq(Mod(hidden_size, num_attention_heads), 0)"), worded("Ne(a, b)"), worded("a > 2*b")
    ('num_attention_heads divides hidden_size', 'a ≠ b', 'a > 2*b')
    """
    divides = re.fullmatch(r"(Eq|Ne)\(Mod\(([^(),]+), ([^(),]+)\), 0\)", condition)
    if divides:
        return f"{divides[3]} {'divides' if divides[1] == 'Eq' else 'does not divide'} {divides[2]}"
    for name, sign in (("Eq", "="), ("Ne", "≠")):
        sides = re.fullmatch(rf"{name}\(([^,]+), ([^,]+)\)", condition)
        if sides:
            return f"{sides[1]} {sign} {sides[2]}"
    return condition.replace(">=", "≥").replace("<=", "≤")


def _at(sizes: Mapping[str, int], formula: str) -> str:
    return ", ".join(f"{name} = {sizes[name]}" for name in sorted(names_in(formula) & sizes.keys()))
