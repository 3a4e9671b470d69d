"""Running claims of one kind, and counting what came of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.checks.strangers import chains, lost, relations, renamed
from tests.checks.strangers.claims import Claim, judged

KINDS: dict[str, Callable[[int, int], Claim]] = {
    "renamed": renamed.claim,
    "declared": renamed.declared,
    "lost": lost.claim,
    "chains": chains.claim,
    "relations": relations.claim,
}
FEW_NAMES = 6


@dataclass(frozen=True)
class Row:
    """One claim and its outcome, in plain types."""

    kind: str
    seed: int
    index: int
    family: str
    true: bool
    names: int
    word: str
    seconds: float
    change: str
    line: str
    detail: str
    explained: bool | None = None
    placed: bool | None = None
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def fault(self) -> str:
        """What is wrong with the outcome, the worst first; nothing where the outcome is as it should be."""
        if self.word in ("crash", "slow"):
            return f"1 {self.word}"
        if not self.true and self.word == "right":
            return "2 false and called right"
        if self.true and self.word == "wrong":
            return "2 true and called wrong"
        if self.placed is False:
            return "3 the place of the error is not named"
        if self.explained is False and self.word == "wrong":
            return "3 the change is not in the explanation"
        if self.true and self.word == "undecided":
            return "4 true and undecided"
        if self.true and self.word != "right":
            return f"5 true and refused ({self.word})"
        return ""

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "fault": self.fault}


def row(kind: str, seed: int, index: int) -> Row:
    excluded: dict[str, int] = {}
    claim = lost.claim(seed, index, excluded) if kind == "lost" else KINDS[kind](seed, index)
    outcome, verdict = judged(claim)
    explained = placed = None
    if verdict is not None and not verdict.right and not claim.true:
        explained = lost.explained(claim, verdict) if kind == "lost" else None
        placed = chains.placed(claim, verdict) if kind == "chains" else None
    return Row(
        kind,
        seed,
        index,
        claim.family,
        claim.true,
        claim.names,
        outcome.word,
        outcome.seconds,
        claim.change,
        claim.replay(),
        outcome.detail,
        explained,
        placed,
        excluded,
    )


def rows(kind: str, seed: int, count: int, jobs: int = 1) -> Iterator[Row]:
    """The outcomes of the first `count` claims of a seed, in order."""
    if jobs == 1:
        yield from (row(kind, seed, index) for index in range(count))
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(row, *zip(*((kind, seed, index) for index in range(count)), strict=True), chunksize=25)


def share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def summary(all_rows: Sequence[Row]) -> str:
    """The counts in lines."""
    lines = ["outcome by family"]
    words = sorted({row.word for row in all_rows})
    for family in sorted({row.family for row in all_rows}):
        of_family = Counter(row.word for row in all_rows if row.family == family)
        lines.append(f"  {family:<44}" + "".join(f"  {word} {of_family[word]:,}" for word in words if of_family[word]))
    true = [row for row in all_rows if row.true]
    false = [row for row in all_rows if not row.true]
    if true:
        few = [row for row in true if row.names <= FEW_NAMES]
        lines.append(f"true claims called right                       {share(_count(true, 'right'), len(true))}")
        lines.append(f"  of at most {FEW_NAMES} names                           {share(_count(few, 'right'), len(few))}")
        lines.append(f"true claims called wrong                       {share(_count(true, 'wrong'), len(true))}")
        refused = len(true) - _count(true, "right") - _count(true, "wrong")
        lines.append(f"true claims refused or undecided               {share(refused, len(true))}")
    if false:
        lines.append(f"false claims called right                      {share(_count(false, 'right'), len(false))}")
        lines.append(f"false claims called wrong                      {share(_count(false, 'wrong'), len(false))}")
    for name, words in (("explained", "the change is explained "), ("placed", "the error's place is named")):
        known = [row for row in false if getattr(row, name) is not None and row.word == "wrong"]
        if known:
            lines.append(f"  of these {words:<37} {share(sum(getattr(row, name) for row in known), len(known))}")
    excluded = Counter[str]()
    for each in all_rows:
        excluded.update(each.excluded)
    lines += [f"drawn again, {reason}: {number:,}" for reason, number in excluded.items()]
    seconds = sorted(row.seconds for row in all_rows)
    high = seconds[min(len(seconds) - 1, len(seconds) * 95 // 100)]
    middle, slowest = seconds[len(seconds) // 2], seconds[-1]
    lines.append(f"processor time per check: median {middle:.3f} s, 95 % below {high:.3f} s, slowest {slowest:.3f} s")
    faults = Counter(row.fault for row in all_rows if row.fault)
    lines += [f"fault: {fault[2:]}: {number:,}" for fault, number in sorted(faults.items())]
    return "\n".join(lines)


def _count(some: Iterable[Row], word: str) -> int:
    return sum(row.word == word for row in some)


def failures(all_rows: Iterable[Row]) -> list[Row]:
    """The rows with a fault, the worst first, and in the order of their draw within a fault."""
    return sorted((row for row in all_rows if row.fault), key=lambda row: (row.fault, row.index))
