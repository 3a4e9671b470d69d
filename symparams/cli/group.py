"""How a command is made, and how it ends.

The exit status is 0 where the answer is yes, 1 where it is no (a formula is wrong, a form was not recovered), and 2 where there is
none: what was typed cannot be read, decided or run, or symparams itself failed. A closed pipe and Ctrl-C end a command with the
statuses that shells use for them. So 1 is always a judgement.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import Any

import click
from click.core import ParameterSource

from symparams.cli.completion import model_names
from symparams.cli.messages import in_terminal
from symparams.cli.named import is_named, tree_and_sizes
from symparams.cli.sizes import sizes
from symparams.cli.terminal import fall_back
from symparams.errors import SymparamsError

__all__ = ["Group", "json_option", "model_command", "plain_command", "refuse_ignored", "was_typed", "with_tree"]

NO_ANSWER, INTERRUPTED, CLOSED_PIPE = 2, 128 + 2, 128 + 13  # shells add the number of a signal to 128

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class ClosedPipeError(Exception):
    """Nobody reads on: `symparams catalogue | head`."""


class Command(click.Command):
    """A command that takes each option once: of two values of --at click would keep the last, without a word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments, after a look at how often each option is among them."""
        if not ctx.resilient_parsing:  # a shell that completes them
            _, _, read = self.make_parser(ctx).parse_args(args=list(args))
            single = [one for one in read if isinstance(one, click.Option) and not one.multiple and not one.is_flag]
            if twice := next((one for one in single if single.count(one) > 1), None):
                name, example = twice.opts[0], twice.metavar or ""
                joined = f", or write both in one: {name} {example}" if "," in example else ""
                raise click.UsageError(f"{name} twice\n  wanted: each option once\n  next:   leave one out{joined}", ctx)
        return super().parse_args(ctx, args)


class Group(click.Group):
    """The commands, with one rule for how they end."""

    def main(self, *arguments: Any, standalone_mode: bool = True, **settings: Any) -> Any:
        """Runs a command and ends the process with its exit status."""
        run = partial(super().main, *arguments, standalone_mode=False, **settings)
        if not standalone_mode:
            return run()
        fall_back()
        try:
            status = _status(run)
        except OSError:  # what was wrong could not be said: standard error is full
            status = NO_ANSWER
            _discard()
        sys.exit(status)

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """Reads the arguments; --help and --version print here."""
        with _pipe():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what symparams refuses is told in the words of the terminal."""
        with _pipe():
            try:
                return super().invoke(ctx)
            except SymparamsError as error:
                command = self.commands.get(ctx.invoked_subcommand or "", self)
                raise click.UsageError(in_terminal(str(error), command.params)) from None


@contextmanager
def _pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # click would end with 1
        raise ClosedPipeError from None


def _status(run: Callable[[], Any]) -> int:
    """The exit status of a run, once it has said why it failed where it did."""
    try:
        try:
            return int(run() or 0)
        except click.ClickException as error:
            error.show(file=sys.stderr)
            return NO_ANSWER
        except (click.Abort, KeyboardInterrupt):
            return INTERRUPTED
        except SystemExit as end:  # a model's code may end so, and click after completing words for a shell
            return 0 if end.code in (0, None) else NO_ANSWER
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            place = f"{error.filename}: " if error.filename else ""
            print(f"Error: {place}{error.strerror or error}", file=sys.stderr)
            return NO_ANSWER
        except ClosedPipeError:
            raise
        except Exception:
            import traceback

            traceback.print_exc()
            print("Error: symparams failed, which is a fault of symparams: please report the lines above.", file=sys.stderr)
            return NO_ANSWER
    except (BrokenPipeError, ClosedPipeError):
        _discard()
        return CLOSED_PIPE


def _discard() -> None:
    """What is still in a buffer has nowhere to go when Python ends, which would end with 120."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def plain_command(name: str, *examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command with examples in its help, each written as what follows `symparams name`; a test runs them."""
    lines = "\n".join(f"  symparams {name} {example}".rstrip() for example in examples)
    return click.command(name, cls=Command, epilog=f"\b\nExamples:\n{lines}")


def model_command(name: str, *examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command with examples in its help that takes a MODEL, --at, --class and --json; a name or a file as it is, as a text."""

    def made(function: Callable[..., None]) -> click.Command:
        function = json_option(function)
        words = "Of a config.json, in place of its architectures."
        function = click.option("--class", "cls", metavar="CLASS", help=words)(function)
        function = click.option("--at", "at", metavar="N=96,d=12288", callback=sizes, help="Sizes for symbols.")(function)
        function = click.argument("model", callback=_model, shell_complete=model_names)(function)
        return plain_command(name, *examples)(function)

    return made


def _model(context: click.Context, _: click.Parameter, text: str) -> Any:
    """The layer of a model's text, which is read by symparams; the name or the file of a model as it is."""
    if is_named(text):
        return text
    import symparams

    return symparams.read_model(text)


def with_tree(function: Callable[..., None]) -> Callable[..., None]:
    """The command of a model of the atlas, with its tree as the model and its sizes as those that --at gives."""

    @wraps(function)
    def command(model: Any, at: dict[str, int], cls: str | None, **others: Any) -> None:
        if isinstance(model, str):
            model, at = tree_and_sizes(model, cls, at, others.get("of"))
        else:
            refuse_ignored(["cls"], "without a config.json")
        function(model=model, at=at, **others)

    return command


def was_typed(name: str) -> bool:
    """Whether a parameter of the running command stands in its arguments."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def refuse_ignored(names: Iterable[str], why: str) -> None:
    """Refuses options that were typed and would have no effect, such as --table "without --all"."""
    parameters = {parameter.name: parameter for parameter in click.get_current_context().command.params}
    for name in names:
        if was_typed(name):
            option = parameters[name]
            written = option.opts[0] if isinstance(option, click.Option) else option.make_metavar(click.get_current_context())
            raise click.UsageError(f"{written} has no effect {why}\n  wanted: options that go together\n  next:   leave one out")
