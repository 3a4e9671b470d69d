"""The harvest of all libraries as one table, its text, and what distinguishes it from another harvest."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from symparams.frameworks.names.configured import configuration_names, model_types
from symparams.frameworks.names.mirrored import constructor_names
from symparams.notation import MEANINGS, dialects

__all__ = ["FILE", "Harvest", "differences", "harvested", "read", "without_chance_uses", "written"]

FILE = Path(dialects.__file__).with_name("harvested.toml")

Harvest: TypeAlias = dict[str, dict[str, dict[str, int]]]  # of a library, a field and a name: in how many classes

_RAREST = 20
_HEAD = "# Written by python -m symparams.frameworks.names; of each library the fields, and in how many classes a name fills one.\n"


def harvested() -> Harvest:
    """What the installed libraries call our fields, chance uses left out."""
    found = {library: constructor_names(library) for library in ("torch", "keras")}
    found["transformers"] = configuration_names(model_types())
    return {
        f"{library} {'.'.join(version(library).split('+')[0].split('.')[:2])}": without_chance_uses(fields)
        for library, fields in sorted(found.items())
    }


def without_chance_uses(fields: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """The counts of a library in order, without fields that are less than a twentieth of a name's uses: a width that is the number
    of groups of some depthwise convolution is no name for groups.

    >>> without_chance_uses({"groups": {"hidden_size": 1, "groups": 2}, "d_model": {"hidden_size": 20}})
    {'d_model': {'hidden_size': 20}, 'groups': {'groups': 2}}
    """
    uses: Counter[str] = Counter()
    for names in fields.values():
        uses.update(names)
    usual = {
        field: {name: count for name, count in names.items() if count * _RAREST >= uses[name]}
        for field, names in sorted(fields.items())
    }
    ordered = {field: dict(sorted(names.items(), key=lambda item: (-item[1], item[0]))) for field, names in usual.items()}
    return {field: names for field, names in ordered.items() if names and field in MEANINGS}


def written(harvest: Harvest) -> str:
    r"""The harvest as TOML, a line for each field.

    >>> print(written({"torch 2.13": {"n_hid": {"hidden_size": 6}}}).partition("\n")[2])
    <BLANKLINE>
    ["torch 2.13"]
    n_hid = { hidden_size = 6 }
    <BLANKLINE>
    """
    lines = [_HEAD]
    for library, fields in harvest.items():
        lines.append(f'\n["{library}"]\n')
        for field, names in fields.items():
            lines.append(f"{field} = {{ {', '.join(f'{name} = {count}' for name, count in names.items())} }}\n")
    return "".join(lines)


def read(path: Path = FILE) -> Harvest:
    """The harvest in a file, an empty one where there is no file."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def differences(before: Harvest, after: Harvest) -> Iterator[str]:
    """What a new harvest changes, a line for each name, whatever the libraries' versions.

    >>> list(differences({"torch 2.13": {"n_hid": {"hidden_size": 6}}}, {"torch 2.14": {"n_hid": {"hidden_size": 6, "width": 1}}}))
    ['torch: n_hid is called width in 1 class, not in 0']
    """
    counts, new = _flat(before), _flat(after)
    for library, field, name in sorted(counts.keys() | new.keys()):
        old, now = counts.get((library, field, name), 0), new.get((library, field, name), 0)
        if old != now:
            yield f"{library}: {field} is called {name} in {now} class{'es' * (now != 1)}, not in {old}"


def _flat(harvest: Harvest) -> Mapping[tuple[str, str, str], int]:
    return {
        (library.split()[0], field, name): count
        for library, fields in harvest.items()
        for field, names in fields.items()
        for name, count in names.items()
    }
