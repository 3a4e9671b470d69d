"""The catalogue: published claims as records, read from the data files in the folder `catalogue`.

A record is one claim about one architecture: what was said, where, verbatim; the model that it speaks of; what its symbols mean
there; the numbers that were worked out from it; and the verdict that is expected, with the reason. The same formula may stand in
two records, for two models. Claims that cannot be judged yet are kept, with the reason why not. Judging is not done here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from symparams.errors import RecordError, shown

__all__ = ["Record", "Source", "Worked", "read_records", "records"]


@dataclass(frozen=True)
class Source:
    """Where a claim was published; `status` says whether the source itself was read or a copy of it, `url` is "" if not known."""

    title: str
    author: str
    status: str
    url: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Worked:
    """A number that a source printed, for sizes of the model's symbols, and the verdict that is expected of it.

    sign: "=", or "≈" where the source rounds its numbers, so that zeros at the end are no digits.
    """

    at: tuple[tuple[str, int], ...]
    printed: str
    expected: str
    sign: str = "="


@dataclass(frozen=True)
class Record:
    """One published claim about one architecture.

    where: place: the equation, table or line; statement: the claim verbatim; formula: its mathematical part as written, where the
    statement holds prose, or "" where the claim is numbers only; quantity: what is counted; architecture: in words; model: for
    `read_model`, and over: the model it is divided by, where the claim is a ratio; where: the claim's names as symbols of the model
    or as sizes; cost: the options of `operations`, or of `caches` where it has bytes, for a claim about these; worked: the numbers
    printed; expected: the kind of verdict; why: the reason for it; unjudged: why the claim cannot be judged yet, "" where it is;
    survey: its id in the survey of published formulas, its own where none is given; group: the file it stands in.
    """

    id: str
    group: str
    source: Source
    statement: str
    quantity: str
    architecture: str
    place: str = ""
    formula: str = ""
    syntax: str | None = None
    model: str = ""
    over: str = ""
    where: tuple[tuple[str, str | int], ...] = ()
    cost: tuple[tuple[str, Any], ...] = ()
    worked: tuple[Worked, ...] = ()
    expected: str = ""
    why: str = ""
    unjudged: str = ""
    survey: str = ""

    @property
    def judged(self) -> bool:
        """Whether there is a model to judge the claim by."""
        return not self.unjudged


def records() -> tuple[Record, ...]:
    """All records of the catalogue, those of a file in its order.

    >>> record = next(record for record in records() if record.id == "3.1d")
    >>> record.formula, record.model, record.expected
    ('12 d_{model}^2 + 13 d_{model}', 'TransformerEncoderLayer(d)', 'EXACT')
    """
    return _shipped()


@cache
def _shipped() -> tuple[Record, ...]:
    folder = files("symparams.formulas").joinpath("catalogue")
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return read_records({name.removesuffix(".toml"): texts[name] for name in sorted(texts)})


def read_records(texts: Mapping[str, str]) -> tuple[Record, ...]:
    """The records in texts of TOML, each under the name of its group.

    Raises `RecordError` where a text is no TOML, a record lacks something or has something unknown, or two have one id.
    """
    found: dict[str, Record] = {}
    for group, text in texts.items():
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise RecordError(f"{group}: {error}", "a text of TOML", "mend it there") from None
        sources = {name: _made(Source, values, f"{group}: source {name}") for name, values in table.get("sources", {}).items()}
        for values in table.get("record", ()):
            record = _record(group, values, sources)
            if record.id in found:
                raise RecordError(
                    f"{group}: a second record {record.id}, after one in {found[record.id].group}",
                    "one record an id",
                    "add a letter to one of them",
                )
            found[record.id] = record
    return tuple(found.values())


def _record(group: str, values: Mapping[str, Any], sources: Mapping[str, Source]) -> Record:
    where = f"{group}: record {values.get('id', '?')}"
    if values.get("source") not in sources:
        raise RecordError(f"{where}: source {shown(values.get('source'))}", f"one of {', '.join(sources)}", "declare it")
    worked = tuple(
        _made(Worked, {**number, "at": tuple(number.get("at", {}).items())}, f"{where}: a worked number")
        for number in values.get("worked", ())
    )
    made = {"formula": values.get("statement", "") if values.get("model") else "", "survey": values.get("id", ""), **values}
    cost = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in values.get("cost", {}).items())
    made |= {"group": group, "source": sources[values["source"]], "worked": worked, "cost": cost}
    record: Record = _made(Record, made | {"where": tuple(values.get("where", {}).items())}, where)
    if not record.statement.strip():
        raise RecordError(f"{where}: an empty statement", "the claim verbatim", "copy it")
    if record.judged and not (record.model and record.expected and (record.formula or record.worked)):
        raise RecordError(
            f"{where}: judged without a model, an expected verdict, or a formula or number",
            "all three, or the reason why it is not judged",
            "add them, or say why not in unjudged",
        )
    return record


def _made(cls: Any, values: Mapping[str, Any], where: str) -> Any:
    """An instance of a dataclass, or an error that names the keys at fault."""
    known = {field.name: field for field in fields(cls)}
    if unknown := sorted(set(values) - set(known)):
        raise RecordError(f"{where}: {_listed(unknown)}", f"keys among {_listed(known)}", "mend the name")
    needed = (name for name, field in known.items() if field.default is MISSING)
    if missing := [name for name in needed if name not in values]:
        raise RecordError(f"{where}: no {_listed(missing)}", f"{_listed(missing)}", "add it")
    return cls(**values)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
