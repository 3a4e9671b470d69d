"""A table's row for each class of a framework, and the one comparison of our mirror with the live module."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from symparams import closed_form, symbols

SIZE = st.integers(1, 12)
SOME = st.integers(1, 3)
few = settings(max_examples=6)  # for each of hundreds of combinations


def _construct(framework: Any, name: str, **arguments: Any) -> Any:
    return getattr(framework, name)(**arguments)


@dataclass(frozen=True)
class Case:
    """A class: what its sizes are drawn from, and its options, of which every combination is compared.

    An option's value may be a strategy: then it is drawn, and is a size. `build` makes the object from our namespace and from the
    framework's alike, by the same code.
    """

    name: str
    sizes: SearchStrategy[dict[str, Any]]
    options: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    build: Callable[..., Any] = _construct

    def combinations(self) -> list[tuple[str, dict[str, Any]]]:
        found = [dict(zip(self.options, values, strict=True)) for values in product(*self.options.values())]
        return [(f"{self.name}[{', '.join(f'{k}={_word(v)}' for k, v in options.items())}]", options) for options in found]


def _word(value: Any) -> str:
    if isinstance(value, SearchStrategy):
        return "sizes" if repr(value).startswith("tuples(") else "size"
    return str(value)


def combinations(cases: list[Case]) -> dict[str, tuple[Case, dict[str, Any]]]:
    """All cases with all their options, by name."""
    found = [(name, (case, options)) for case in cases for name, options in case.combinations()]
    assert len(found) == len(dict(found)), "two cases of one name"
    return dict(found)


def drawn(data: st.DataObject, case: Case, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sizes and options at random: those that are sizes, and those that are not."""
    sizes = data.draw(case.sizes)
    sizes |= {name: data.draw(value, name) for name, value in options.items() if isinstance(value, SearchStrategy)}
    return sizes, {name: value for name, value in options.items() if not isinstance(value, SearchStrategy)}


def drawn_options(data: st.DataObject, case: Case) -> dict[str, Any]:
    """One combination of the case's options, at random."""
    return {name: data.draw(st.sampled_from(values), name) for name, values in case.options.items()}


def symbolic(sizes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """The same arguments with a symbol for each size, named after its place, and the values of these symbols."""
    values: dict[str, int] = {}

    def replaced(name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: replaced(key, item) for key, item in value.items()}
        if isinstance(value, tuple | list):
            kind = list if isinstance(value, list) else tuple  # torch.Size holds no symbols
            return kind(replaced(f"{name}_{place}", item) for place, item in enumerate(value))
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        values[name] = value
        return symbols(name)

    return {name: replaced(name, value) for name, value in sizes.items()}, values


Real = dict[str, dict[str, tuple[int, ...]]]  # kind → name → shape


@dataclass(frozen=True)
class Framework:
    """A framework's cases, how the live module and our mirror are made of a case's arguments, and what the module is made of."""

    cases: list[Case]
    live: Callable[[Case, dict[str, Any]], Any]
    mirror: Callable[[Case, dict[str, Any]], Any]
    measured: Callable[[Any], tuple[Real, int]]

    def compare(self, case: Case, sizes: Mapping[str, Any], others: Mapping[str, Any]) -> None:
        """Our mirror at these sizes, and the one over symbols, are what the live module is."""
        general, values = symbolic(sizes)
        module = self.live(case, {**sizes, **others})
        compare(
            self.mirror(case, {**sizes, **others}),
            self.mirror(case, {**general, **others}),
            values,
            *self.measured(module),
        )


def compare(mirror: Any, general: Any, values: Mapping[str, int], real: Real, counted: int) -> None:
    """Our mirror at these sizes, and the one over symbols with these values put in, are what the live module is."""
    for kind, tensors in real.items():
        assert mirror.tensors_at(kind=kind) == tensors
        assert general.tensors_at(values, kind=kind) == tensors
    assert mirror.layer.params == counted
    formula = closed_form(general.layer)
    assert formula.at({s: values[s.name] for s in formula.expr.free_symbols}) == counted
