"""The next move in the words of the terminal: where={"X": …} is --where X=… there."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

__all__ = ["in_terminal"]

_MOVE = re.compile(r"^  (next: |sizes ) .*", re.MULTILINE)  # the lines of a message that say what to do
_ARGUMENT = re.compile(
    r"""\b(?P<name>\w+)=(?P<value>\{[^}]*\}|\[[^\]]*\]|"[^"]*"|'[^']*'|[\w.]*)(?:[\ \w]*\((?P<option>--[^)]*)\))?""", re.VERBOSE
)


def in_terminal(message: str, parameters: Iterable[click.Parameter]) -> str:
    r"""A message whose next move names a command's options where it named the arguments of the function behind it.

    >>> where, over = click.Option(["--where"], metavar="e=d,h=512"), click.Option(["--over"], metavar="d,N")
    >>> print(in_terminal('q: what is it?\n  next:   say it in where={"q": …}', [where]))
    q: what is it?
      next:   say it in --where q=…
    >>> print(in_terminal('over\n  next:   write over=["d", "N"], or where={…}', [where, over]))
    over
      next:   write --over d,N, or --where e=d,h=512
    >>> print(in_terminal("bias='False'\n  next:   write bias=False without quotes (--with bias=False)", []))
    bias='False'
      next:   write --with bias=False
    """
    options = {parameter.name: parameter for parameter in parameters if isinstance(parameter, click.Option)}

    def option(found: re.Match[str]) -> str:
        if found["option"]:  # the message names it itself
            return found["option"]
        known = options.get(found["name"])
        if known is None:
            return found[0]
        value = re.sub(r"\s*:\s*", "=", re.sub(r"[{}\[\]\"']", "", found["value"])).replace(", ", ",")
        return f"{known.opts[0]} {value if value not in ('', '…') else known.metavar or ''}".rstrip()

    return _MOVE.sub(lambda line: _ARGUMENT.sub(option, line[0]), message)
