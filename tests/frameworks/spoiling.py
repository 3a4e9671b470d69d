"""Arguments that may be wrong, and what our mirror and the live framework make of them.

One size of a case that was drawn is replaced: by another size, which may no longer divide or fit; by what is no size; by nothing;
or by a list where the framework takes lists. Then both sides must agree: the same tensors, or both refuse. There is one
exception. Frameworks take some arguments that make an empty tensor, or one that no call can use (a width of 0, a negative number
of features without weights, a kernel of three numbers for images): there we may refuse, since a size is positive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from symparams.errors import SymparamsError
from tests.frameworks.cases import Case, Framework, compare

NO_SIZES = (-3, -1, 0, 2.5, "3")
TAKE_LISTS = ("kernel_size", "normalized_shape", "output_shape")


@dataclass(frozen=True)
class Spoiled:
    """Arguments of which one was replaced: where, by what, and whether that could be right at all."""

    sizes: dict[str, Any]
    place: tuple[Any, ...]
    value: Any

    @property
    def no_size(self) -> bool:
        """Whether the value is none that a size could have: anything but positive integers."""
        items = self.value if isinstance(self.value, tuple | list) else (self.value,)
        return any(not isinstance(item, int) or item < 1 for item in items)

    def other_kernel(self, case: Case) -> bool:
        """Whether it is a kernel with another number of sizes than the convolution has dimensions: Conv2d has two."""
        kernel = self.place[0] == "kernel_size" and isinstance(self.value, tuple | list)
        return kernel and str(len(self.value)) not in case.name


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(item, (*place, key))
    elif isinstance(value, tuple | list):
        if place[0] in TAKE_LISTS:
            yield place
        for number, item in enumerate(value):
            yield from _places(item, (*place, number))
    elif isinstance(value, int):
        yield place


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def _replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    key, *rest = place
    if isinstance(value, Mapping):
        return {**value, key: _replaced(value[key], tuple(rest), new)}
    items = [_replaced(item, tuple(rest), new) if number == key else item for number, item in enumerate(value)]
    return items if isinstance(value, list) else tuple(items)


@st.composite
def spoiled(draw: Any, sizes: dict[str, Any]) -> Spoiled:
    """The sizes with one of them replaced."""
    place = draw(st.sampled_from(list(_places(sizes))))
    old = _at(sizes, place)
    if isinstance(old, tuple | list):
        values = st.sampled_from([list(old), tuple(old), [*old, 2], list(old[1:])])
    elif place[0] in TAKE_LISTS and len(place) == 1:
        values = st.sampled_from([[old], [old, old], (old, old), *NO_SIZES, old + 1])
    else:
        values = st.one_of(st.integers(1, 15), st.sampled_from((*NO_SIZES, None)))
    value = draw(values)
    return Spoiled(_replaced(sizes, place, value), place, value)


def outcome(framework: Framework, case: Case, arguments: Spoiled, others: Mapping[str, Any]) -> str:
    """ "equal", "refused" by both, "stricter" where we alone refuse what is no size; anything else is an `AssertionError`."""
    try:
        real, counted = framework.measured(framework.live(case, {**arguments.sizes, **others}))
    except Exception as error:  # frameworks raise whatever comes: AssertionError, TypeError, RuntimeError, ...
        refusal = f"{type(error).__name__}: {error}"
    else:
        refusal = ""
    try:
        mirror = framework.mirror(case, {**arguments.sizes, **others})
    except SymparamsError as error:
        if refusal:
            return "refused"
        empty = any(0 in shape for tensors in real.values() for shape in tensors.values())
        assert empty or arguments.no_size or arguments.other_kernel(case), (
            f"we alone refuse {arguments.place} = {arguments.value!r}: {error}"
        )
        return "stricter"
    assert not refusal, f"the framework alone refuses {arguments.place} = {arguments.value!r}: {refusal}"
    compare(mirror, mirror, {}, real, counted)
    return "equal"
