r"""The environments of LaTeX: rows, tables and sentences as whole snippets, from \begin to \end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symparams.errors import LayoutError, did_you_mean, shown
from symparams.notation import fault_of_words
from symparams.typeset.lines import Row

__all__ = ["ENVIRONMENTS", "Frame", "displayed", "floated"]

ENVIRONMENTS = (
    "inline", "equation", "equation*", "align", "align*", "aligned", "multline", "multline*", "table", "longtable",
)  # fmt: skip
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._+/-]*")
_FLOATS = ("table", "longtable")
_QUAD = "\\quad "


@dataclass(frozen=True)
class Frame:
    """What is set around a snippet: the environment, whether it has a number, its label and its caption."""

    env: str
    number: bool = False
    label: str = ""
    caption: str = ""

    @classmethod
    def of(cls, env: object, number: object, label: object, caption: object) -> Frame:
        """The frame that options ask for; raises `LayoutError` where they do not fit together."""
        if env not in ENVIRONMENTS:
            raise LayoutError(f"env={shown(env)}", f"one of {', '.join(ENVIRONMENTS)}", did_you_mean(env, ENVIRONMENTS))
        assert isinstance(env, str)
        bare = env.removesuffix("*")
        if number is not None and not isinstance(number, bool):
            raise LayoutError(f"number={shown(number)}", "True or False", "give a text to refer to with label=…")
        numbered = (bare == env and bare in ("equation", "align", "multline")) if number is None else number
        if numbered and bare in ("inline", "aligned", *_FLOATS):
            raise LayoutError(f"number=True in {env}, which has no number", "equation, align or multline", "choose another env")
        if label is not None and not (isinstance(label, str) and _LABEL.fullmatch(label)):
            wanted = "letters, digits and : . _ + / -, such as eq:count"
            raise LayoutError(f"label={shown(label)}", wanted, "LaTeX writes it to a file: leave other signs out")
        if label and not numbered and not (bare in _FLOATS and caption):
            move = "drop it, or choose equation" if bare not in _FLOATS else "give a caption, which carries the number"
            raise LayoutError(f"label={shown(label)} in {env} without a number", "something with a number to refer to", move)
        if caption is not None and bare not in _FLOATS:
            raise LayoutError(f"caption={shown(caption)} in {env}", "table or longtable", "choose one, or drop the caption")
        if caption is not None and not isinstance(caption, str):
            raise LayoutError(f"caption={shown(caption)}", "a text of TeX", 'write caption="Parameters by part."')
        if caption is not None and (fault := fault_of_words(caption)):
            raise LayoutError(f"caption={shown(caption)}: {fault}", "a text of TeX", "mend it; formulas stand between dollars")
        return cls(bare, numbered, label or "", caption or "")


def displayed(found: Sequence[Row], frame: Frame) -> str:
    r"""Rows in an environment of amsmath.

    >>> print(displayed([Row("P", "= 4 H", True)], Frame("equation", True, "eq:P")))
    \begin{equation}\label{eq:P}
      P = 4 H
    \end{equation}
    """
    label = f"\\label{{{frame.label}}}" if frame.label else ""
    name = frame.env if frame.number or frame.env in ("aligned",) else f"{frame.env}*"
    if frame.env == "inline":
        return f"${_inline(found)}$"
    if frame.env in ("equation", "multline") and sum(row.ends for row in found) > 1:  # one environment for each, as pages may end
        labels = [frame.label, *[""] * len(found)]
        parts = zip(_formulas(found), labels, strict=False)
        return "\n".join(displayed(part, Frame(frame.env, frame.number, one)) for part, one in parts)
    if frame.env == "equation":
        body = _flat(found[0]) if len(found) == 1 else _within("split", _aligned(found, numbered=False))
        return _within(name, f"  {body}" if len(found) == 1 else _shifted(body), label)
    if frame.env == "multline":
        return _within(name, " \\\\\n".join(f"  {_flat(row).removeprefix(_QUAD)}" for row in found), label)
    if frame.env in _FLOATS:
        raise LayoutError(f"rows in {frame.env}", "an environment of amsmath", "choose align")
    return _within(name, _aligned(found, frame.number), label)


def floated(body: str, frame: Frame, columns: str = "", head: str = "", rows: Sequence[str] = ()) -> str:
    r"""A tabular, or what stands in its place, in a float; or rows and their head in a longtable, which crosses pages."""
    label = f"\\label{{{frame.label}}}" if frame.label else ""
    if frame.env == "table":
        caption = [f"  \\caption{{{frame.caption}}}{label}\\smallskip"] if frame.caption else []
        return "\n".join(["\\begin{table}[t]", "  \\centering", *caption, _shifted(body), "\\end{table}"])
    caption = [f"\\caption{{{frame.caption}}}{label} \\\\"] if frame.caption else []
    lines = [f"\\begin{{longtable}}{{{columns}}}", *caption, head, *rows, "\\end{longtable}"]
    return "\n".join(filter(None, lines))


def _formulas(found: Sequence[Row]) -> list[list[Row]]:
    parts: list[list[Row]] = [[]]
    for row in found:
        parts[-1].append(row)
        if row.ends:
            parts.append([])
    return [part for part in parts if part]


def _aligned(found: Sequence[Row], numbered: bool) -> str:
    lines = []
    for place, row in enumerate(found):
        silent = " \\notag" if numbered and not row.ends else ""
        end = "" if place == len(found) - 1 else " \\\\*" if row.tied else " \\\\"
        lines.append(f"  {row.left} &{row.right}{silent}{end}".replace("   &", "  &"))
    return "\n".join(lines)


def _inline(found: Sequence[Row]) -> str:
    """Rows of one formula in a line that TeX may break at the same places."""
    flat = " ".join(_flat(row).removeprefix("\\quad ").removeprefix("{} ") for row in found)
    return re.sub(r" +", " ", flat)


def _flat(row: Row) -> str:
    return " ".join(filter(None, (row.left, row.right)))


def _within(name: str, body: str, label: str = "") -> str:
    return f"\\begin{{{name}}}{label}\n{body}\n\\end{{{name}}}"


def _shifted(body: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in body.splitlines())
