"""`symparams count`: the closed form and the number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import symparams
from symparams.cli.group import model_command, refuse_ignored
from symparams.cli.named import ASSUMED, config_and_class, model_named, tree_and_sizes
from symparams.cli.printing import number_or_formula, print_json, print_plain, report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import in_formula

if TYPE_CHECKING:
    from symparams.atlas import Architecture
    from symparams.atlas.models import Row


@model_command(
    "count",
    '"Transformer(N, d, V)" --at N=96,d=12288,V=50257',
    '"GRU(I, H, biases=2)"',
    '"Transformer(N, d, V)" --of non_embedding',
    '"Transformer(N, d, V)" --of flops --at N=12,d=768,V=50257,b=1,s=1024',
    '"Transformer(N, d, V)" --of kv_cache --bytes 2',
    "llama-3-70b",
    "mixtral-8x7b --of active",
)
@of_option
def command(model: symparams.Layer | str, at: dict[str, int], as_json: bool, cls: str | None, of: Any) -> None:
    """Count the parameters of MODEL, or what it costs. Prints the closed form, and the number where sizes are given.

    MODEL is a model as in Python, the name of a published model, a config.json, or a model.safetensors or its index.
    """
    if isinstance(model, str):
        if model.endswith((".safetensors", ".safetensors.index.json")):
            refuse_ignored(["at", "of"], "for a file of weights, which has its numbers")
            _count_checkpoint(model, cls, as_json)
            return
        if of == "parameters":
            _count_atlas(model, cls, at, as_json)
            return
        model, at = tree_and_sizes(model, cls, at, of)
    else:
        refuse_ignored(["cls"], "without a config.json")
    closed = symparams.closed_form(model, of)
    at = in_formula(at, model, closed)
    text = number_or_formula(closed.form)
    report(
        closed,
        at,
        as_json,
        [f"{text} = {number_or_formula(closed.at(at))}" if at else text],
        of=of if isinstance(of, str) else of.name,
    )


def _count_atlas(text: str, cls: str | None, at: dict[str, int], as_json: bool) -> None:
    """Prints the count of a model that the atlas has; that of a build of it, where a published model has no form."""
    from symparams.atlas import architecture, is_name, row_of
    from symparams.atlas.known import knows
    from symparams.errors import AtlasError, UncoveredError

    try:
        found = architecture(text, cls, at)
    except AtlasError as error:
        if cls or at or not is_name(text):
            try:
                found = model_named(text, cls, at)
            except UncoveredError as reason:
                if at or (row := _built_row(text, cls)) is None:
                    raise
                _count_built(row, reason.given, as_json)
                return
        else:
            row = row_of(text)
            why = f"the atlas has none of {error.given}" if knows(row.cls) else f"the atlas does not have {row.cls}"
            _count_built(row, why, as_json)
            return
    _count_named(found, as_json)


def _built_row(text: str, cls: str | None) -> Row | None:
    """The count of a configuration that no form follows, where transformers is installed and builds it; None elsewhere."""
    from symparams.atlas.models import Row

    if (buildable := config_and_class(text, cls)) is None:
        return None
    from symparams.frameworks.harvesting.spot import built_count

    config, found = buildable
    count = built_count(config, found)
    return None if count is None else Row(text, found, config, text, count)


def _count_built(row: Row, reason: str, as_json: bool) -> None:
    """Prints the count of a published model as its library builds it, and why there is no closed form."""
    if as_json:
        answer = {"value": row.count, "closed_form": None, "reason": reason, "class": row.cls, "of": "parameters"}
        print_json({**answer, "source": row.source, "headline": row.headline, "note": row.note})
        return
    remarks = {"no closed form": reason, "sizes from": row.source, "headline": row.headline, "note": row.note}
    print_plain([f"{row.count:,} in a build of {row.cls}", *(f"  {what}: {words}" for what, words in remarks.items() if words)])


def _count_named(model: Architecture, as_json: bool) -> None:
    """Prints the count of a model of the atlas: a look-up and integer arithmetic, without sympy."""
    from symparams.atlas.configurations import worded

    row = model.row
    if as_json:
        answer: dict[str, Any] = {
            "value": model.count(),
            "closed_form": model.form,
            "at": dict(model.sizes),
            "class": model.entry.cls,
            "assumed": model.assumed,
            "library": model.entry.library,
            "conditions": list(model.variant.conditions),
            "of": "parameters",
        }
        print_json({**answer, **({"source": row.source, "headline": row.headline, "note": row.note} if row else {})})
        return
    sizes = [f"{name} = {size:,}" + _default(model.places.get(name, "")) for name, size in model.sizes.items()]
    whose = f"  {model.entry.cls} of {model.entry.library}" + (f", {ASSUMED}" if model.assumed else "")
    lines = [f"{model.count():,} = {model.form}", "  at " + ", ".join(sizes), whose]
    if model.variant.conditions:
        lines.append("  where " + ", ".join(map(worded, model.variant.conditions)))
    if row is not None:
        remarks = {"sizes from": row.source, "headline": row.headline, "note": row.note}
        lines += [f"  {what}: {said}" for what, said in remarks.items() if said]
    print_plain(lines)


def _default(place: str) -> str:
    return " (default)" if place.startswith("default") else ""


def _count_checkpoint(path: str, cls: str | None, as_json: bool) -> None:
    """Prints the count of a file of weights, from its header alone, and whether the config.json beside it says the same."""
    from symparams.atlas.checkpoints import read_checkpoint

    found = read_checkpoint(path)
    beside = found.compared(cls)
    if as_json:
        print_json({"value": found.count, "tensors": len(found.tensors), "types": found.types, "config": beside.json})
        return
    types = ", ".join(f"{number:,} of {name}" for name, number in found.types.items())
    print_plain([f"{found.count:,} in {len(found.tensors):,} tensors ({types})", *(f"  {line}" for line in beside.lines)])
