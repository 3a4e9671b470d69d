"""The command `symparams`: reads arguments, calls, prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click
from sympy import Expr, Rational

import symparams
from symparams.errors import SymparamsError, ValuesError, shown
from symparams.notation import symbol, text

_EXAMPLES = {
    "derive": ['"Transformer(N, d, V)" --leading d', '"LSTM(I, H)"'],
    "count": ['"Transformer(N, d, V)" --at N=96,d=12288,V=50257', '"GRU(I, H, biases=2)"'],
    "breakdown": ['"Transformer(N, d, V)" --by part --by role', '"Transformer(N, d, V)" --at N=12,d=768,V=50257'],
    "leading": ['"Transformer(N, d, V)" --grows d --within 5%', '"Transformer(N, d, V)" --grows d:1,V:1'],
    "check": [
        '"12Nd^2 + 13Nd + Vd" --model "Transformer(N, d, V)"',
        '"≈ 12Nd^2" --model "Transformer(N, d, V)"',
        '"4(eh + h^2 + h) = 2,099,200" --model "LSTM(I, H)" --where e=512,h=512',
        '"75 %" --model "GRU(I, H) / LSTM(I, H)"',
    ],
    "lint": ["README.md", "README.md --github"],
    "latex": ['"Transformer(N, d_model, V)"', '"LSTM(I, H)" --of derivation'],
}


class _Group(click.Group):
    """Turns what symparams refuses into a message and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymparamsError as error:
            raise click.UsageError(str(error)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="symparams", prog_name="symparams")
def main() -> None:
    """Derive the size formulas of neural networks.

    A MODEL is written as in Python, "Transformer(N, d, V, positions=n_ctx)", and read without being run; every name that is
    no layer is a symbol.
    """


def _command(function: Callable[..., None]) -> click.Command:
    """A subcommand that takes a MODEL, --at and --json, with its examples in the help."""
    function = click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)
    function = click.option("--at", "at", metavar="N=96,d=12288", callback=_sizes, help="Sizes for the symbols.")(function)
    function = click.argument("model", callback=lambda _, __, given: symparams.read_model(given))(function)
    return _plain_command(function)


def _plain_command(function: Callable[..., None]) -> click.Command:
    """A subcommand with its examples in the help."""
    name = function.__name__
    examples = "\n".join(f"  symparams {name} {example}" for example in _EXAMPLES[name])
    return main.command(epilog=f"\b\nExamples:\n{examples}")(function)


def _pairs(given: str, sign: str, wanted: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in given.split(","):
        name, found, value = (piece.strip() for piece in part.partition(sign))
        if not found or not name or name in pairs:
            raise ValuesError(shown(part), wanted, "write each symbol once, with commas between")
        pairs[name] = value
    return pairs


def _sizes(_: click.Context, __: click.Parameter, given: str | None) -> dict[str, int]:
    sizes = {}
    for name, value in _pairs(given, "=", "sizes such as N=96,d=12288").items() if given else ():
        if not re.fullmatch(r"[0-9][0-9_]{0,120}", value):
            raise ValuesError(f"{name}={shown(value)}", "a positive integer of at most 100 digits", f"write {name}=512")
        sizes[name] = int(value)
    return sizes


def _growing(given: str) -> dict[Any, Expr]:
    rates = {}
    for part in given.split(","):
        name, _, rate = part.strip().partition(":")
        if not re.fullmatch(r"([1-9][0-9]{0,5}(/[1-9][0-9]{0,5})?)?", rate):
            raise ValuesError(f"{name} growing at the rate {shown(rate)}", "a positive integer or fraction", f"write {name}:1")
        rates[symbol(name)] = Rational(rate or "1")
    return rates


def _share(given: str) -> Expr:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?\s*%", given) or not (share := Rational(given.rstrip("% ")) / 100):
        raise ValuesError(f"--within {shown(given)}", "a percentage above 0 and below 100", "write --within 5%")
    return share


def _report(model: symparams.Layer, at: dict[str, int], as_json: bool, shown_text: str, **more: Any) -> None:
    """Prints the text, or as JSON the keys that every command gives and those of its own."""
    closed = symparams.closed_form(model)
    keys: dict[str, Any] = {"params": text(closed.expr), "closed_form": repr(closed), "latex": symparams.latex(closed), **more}
    if at:
        keys["value"] = _value(closed, at)
    click.echo(json.dumps(keys, indent=2, ensure_ascii=False) if as_json else shown_text)


def _value(closed: symparams.ClosedForm, at: dict[str, int]) -> int:
    value = closed.at(at)
    if missing := sorted(symbol.name for symbol in value.free_symbols):
        raise ValuesError(f"no size for {', '.join(missing)}", "a size for each symbol", f"add {missing[0]}=… to --at")
    return int(value)


@_command
@click.option("--leading", metavar="d", help="What grows, for a last step to the leading order: d, or d:1,V:1.")
def derive(model: symparams.Layer, at: dict[str, int], as_json: bool, leading: str | None) -> None:
    """Show where the closed form of MODEL comes from, step by step."""
    derivation = symparams.derive(model, _growing(leading) if leading else None).check()
    shown_text = f"{derivation}\n\n{symparams.legend(model)}"
    if at:
        shown_text += f"\n\n{symparams.closed_form(model)} = {_value(symparams.closed_form(model), at):,}"
    steps = [
        {"of": step.of, "rule": step.rule, "after": text(step.after), "latex": symparams.latex(step.after)} for step in derivation
    ]
    _report(model, at, as_json, shown_text, steps=steps, derivation_latex=symparams.latex(derivation))


@_command
def count(model: symparams.Layer, at: dict[str, int], as_json: bool) -> None:
    """Count the parameters of MODEL: the closed form, and the number where sizes are given."""
    closed = symparams.closed_form(model)
    _report(model, at, as_json, f"{closed} = {_value(closed, at):,}" if at else repr(closed))


@_command
@click.option(
    "--by", multiple=True, type=click.Choice(["part", "role", "training"]), help="What tells rows apart; may be repeated."
)
@click.option("--depth", type=int, help="How many names of a path tell parts apart.")
def breakdown(model: symparams.Layer, at: dict[str, int], as_json: bool, by: tuple[Any, ...], depth: int | None) -> None:
    """Break the parameters of MODEL down by part, by role, or by both."""
    rows = symparams.breakdown(model, by or ("part",), depth)
    if at:
        rows = rows.at(at)
    listed = [
        {**dict(zip(rows.by, row.label, strict=True)), "params": text(row.form), "share": text(row.share)} for row in rows.rows
    ]
    _report(model, at, as_json, repr(rows), rows=listed)


@_command
@click.option("--grows", required=True, metavar="d", help="What grows: d, or at given rates d:1,V:1.")
@click.option("--terms", default=1, show_default=True, help="How many orders to keep.")
@click.option("--within", metavar="5%", help="From which size on the relative error is at most this; the others' sizes from --at.")
def leading(model: symparams.Layer, at: dict[str, int], as_json: bool, grows: str, terms: int, within: str | None) -> None:
    """Take the leading order of MODEL's formula, with its regime and its exact relative error."""
    short = symparams.leading_order(symparams.closed_form(model), _growing(grows), terms)
    lines = [f"{short}   {short.regime}", f"relative error  {text(short.relative_error)}"]
    more = {
        "leading": repr(short),
        "leading_latex": symparams.latex(short),
        "regime": short.regime,
        "relative_error": lines[1][16:],
    }
    if within:
        first = next(iter(_growing(grows)))
        from_on = short.within(_share(within), first, {name: size for name, size in at.items() if name != first.name})
        lines.append(f"within {within} from {first.name} = {text(from_on)}")
        more["within"] = text(from_on)
    if at and not within:
        lines.append(f"at the sizes given: exact {_value(symparams.closed_form(model), at):,}")
    _report(model, at if not within else {}, as_json, "\n".join(lines), **more)


@_command
@click.option("--of", type=click.Choice(["closed_form", "expanded", "factored", "derivation", "breakdown"]), default="closed_form")
def latex(model: symparams.Layer, at: dict[str, int], as_json: bool, of: str) -> None:
    """Print LaTeX: of the closed form, its expanded or factored form, the derivation, or the breakdown table."""
    closed = symparams.closed_form(model)
    whole: Any = closed
    if of == "derivation":
        whole = symparams.derive(model)
    elif of == "breakdown":
        whole = symparams.breakdown(model).at(at) if at else symparams.breakdown(model)
    elif of != "closed_form":
        whole = getattr(closed, of)
    written = shown_text = symparams.latex(whole)
    if at and of in ("closed_form", "expanded", "factored"):
        shown_text += f" = {symparams.latex(_value(closed, at))}"
    _report(model, at, as_json, shown_text, latex=written)


@main.command(epilog="\b\nExamples:\n  symparams catalogue\n  symparams catalogue --latex")
@click.option("--latex", "as_latex", is_flag=True, help="Print booktabs tables for a paper.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def catalogue(as_latex: bool, as_json: bool) -> None:
    """Judge the catalogue of published formulas; exit status 1 where a verdict is not the expected one."""
    from symparams.checks.catalogue import judge_catalogue
    from symparams.formulas.records import records
    from symparams.typeset.catalogue import catalogue_latex, catalogue_summary, catalogue_table

    judged = judge_catalogue()
    if as_json:
        found = {judgement.record.id: judgement for judgement in judged}
        click.echo(json.dumps([_entry(record, found.get(record.id)) for record in records()], indent=2, ensure_ascii=False))
    elif as_latex:
        click.echo(catalogue_latex(judged))
    else:
        click.echo(f"{catalogue_table(judged)}\n\n{catalogue_summary(judged, records())}")
    if not all(judgement.agrees for judgement in judged):
        raise click.exceptions.Exit(1)


def _entry(record: Any, judgement: Any) -> dict[str, Any]:
    """A record with what came of it, for JSON."""
    entry = asdict(record)
    if judgement is None:
        return entry
    worked = [verdict.kind.value for verdict in judgement.worked]
    found = {"verdict": judgement.kind.value, "reason": judgement.verdict.reason, "worked_verdicts": worked}
    return entry | found | {"agrees": judgement.agrees}


@_plain_command
@click.argument("claim")
@click.option("--model", required=True, metavar="MODEL", help='What the claim speaks of; "A / B" for a ratio of two.')
@click.option("--where", metavar="e=d,h=512", help="What the claim's names mean: symbols of the model, expressions, or sizes.")
@click.option("--syntax", type=click.Choice(["latex", "unicode", "python", "text"]), help="How it is written; guessed if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--latex", "as_latex", is_flag=True, help="Print the verdict as a sentence of TeX.")
@click.pass_context
def check(ctx: click.Context, claim: str, model: str, where: str | None, syntax: str | None, as_json: bool, as_latex: bool) -> None:
    """Judge CLAIM, a published formula or number: is it right for the model, and if not, why.

    The exit status is 0 where it is right, 1 where it is wrong, and 2 where it cannot be read.
    """
    from symparams.checks import documents

    annotation = documents.read_annotation(model)
    meanings = {**annotation.where, **(documents.read_meanings(where) if where else {})}
    verdict = symparams.check(claim, annotation.model, meanings, syntax)
    shown_text = verdict.latex() if as_latex else documents.printable(verdict.report)
    click.echo(json.dumps(verdict.as_json(), indent=2, ensure_ascii=False) if as_json else shown_text)
    ctx.exit(0 if verdict.right else 1)


@_plain_command
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--github", "as_github", is_flag=True, help="Print what is wrong as annotations of GitHub's CI.")
@click.pass_context
def lint(ctx: click.Context, files: tuple[str, ...], as_json: bool, as_github: bool) -> None:
    """Judge the annotated formulas of .tex, .md, .ipynb and .py files.

    An annotation is a comment above a formula: "% symparams: Transformer(N, d, V) params" in TeX, "# symparams: …" in Python,
    "<!-- symparams: LSTM(I, H) params; where e=I, h=H -->" in Markdown. The exit status is 1 where a formula is wrong, else 2 where
    a file, an annotation or a formula cannot be read, else 0.
    """
    from symparams.checks import documents

    counts = dict.fromkeys(("right", "wrong", "unreadable"), 0)
    listed = []
    for finding in documents.lint(files):
        counts[finding.status] += 1
        if as_json:
            listed.append(finding.as_json())
        elif not as_github:
            click.echo(f"{finding.place}: {finding.message}")
        elif not finding.right:
            click.echo(finding.github)
    if as_json:
        click.echo(json.dumps({**counts, "findings": listed}, indent=2, ensure_ascii=False))
    else:
        said = ", ".join(f"{number} {status}" for status, number in counts.items() if number) or "no annotated formulas"
        click.echo(f"{said} in {len(files)} {'file' if len(files) == 1 else 'files'}")
    ctx.exit(1 if counts["wrong"] else 2 if counts["unreadable"] else 0)


def _fixed(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """name=value, the value read as JSON, or as text where it is none."""
    fixed: dict[str, Any] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if not sign or not name:
            raise ValuesError(shown(part), "name=value", "write --with num_heads=4")
        try:
            fixed[name] = json.loads(value)
        except ValueError:
            fixed[name] = value
    return fixed


@main.command(
    epilog="\b\nExamples:\n  symparams recover torch:nn.LSTM --over input_size,hidden_size\n"
    "  symparams recover transformers:LlamaForCausalLM --over hidden_size,intermediate_size,num_hidden_layers,vocab_size"
)
@click.argument("target", required=False)
@click.option("--over", metavar="d,N", help="The fields to vary; every integer field that matters if not given.")
@click.option("--with", "fixed", multiple=True, metavar="name=value", callback=_fixed, help="A further argument; may be repeated.")
@click.option("--method", type=click.Choice(["both", "symbolic", "blackbox"]), default="both", show_default=True)
@click.option("--all", "library", metavar="transformers", help="Every causal, masked and sequence-to-sequence model type.")
@click.option("--table", type=click.Path(dir_okay=False), help="With --all: the table to go on with.")
@click.option("--workers", default=2, show_default=True, help="With --all: how many processes.")
@click.option("--seconds", default=90.0, show_default=True, help="With --all: the time limit of each type.")
@click.option("--gigabytes", default=6.0, show_default=True, help="With --all: the memory limit of each process.")
@click.option("--only", metavar="gpt2,t5", help="With --all: these model types only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recover(
    target: str | None,
    over: str | None,
    fixed: dict[str, Any],
    method: Any,
    library: str | None,
    table: str | None,
    workers: int,
    seconds: float,
    gigabytes: float,
    only: str | None,
    as_json: bool,
) -> None:
    """Recover the closed form of a parameter count from the code at TARGET, module:name. It executes that code.

    The form comes with the conditions under which it holds and the points that it was verified at, or not at all: exit status 1.
    """
    from symparams.errors import NotRecoveredError, RecoveryError
    from symparams.frameworks.recovery import recover as recovered
    from symparams.frameworks.recovery.conditions import written
    from symparams.frameworks.recovery.finding import find

    if library is not None:
        _recover_all(library, table, workers, seconds, gigabytes, only)
        return
    if target is None:
        raise RecoveryError("no target", "module:name, or --all transformers", "write symparams recover torch:nn.LSTM")
    names = [name.strip() for name in over.split(",")] if over else None
    try:
        found = recovered(find(target), names, fixed=fixed, method=method)
    except NotRecoveredError as error:
        click.echo(json.dumps({"recovered": False, "reason": error.given}) if as_json else error.given)
        raise click.exceptions.Exit(1) from None
    closed = symparams.closed_form(found.layer) if found.layer is not None else None
    answer = {
        "recovered": True,
        "target": found.name,
        "params": text(found.expr),
        "closed_form": repr(closed) if closed is not None else text(found.expr),
        "latex": symparams.latex(closed if closed is not None else found.expr),
        "conditions": [written(condition) for condition in found.conditions],
        "points": [{**dict(point.values), "params": point.number} for point in found.evidence.points],
        "methods": list(found.evidence.methods),
        "agreement": found.evidence.agreement,
        "held": list(found.evidence.held),
        "notes": list(found.evidence.notes),
        "builds": found.evidence.builds,
        "seconds": round(found.evidence.seconds, 3),
    }
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else repr(found))


def _recover_all(library: str, table: str | None, workers: int, seconds: float, gigabytes: float, only: str | None) -> None:
    from collections import Counter
    from pathlib import Path

    from rich.progress import Progress

    from symparams.frameworks.recovery.sweeping import pairs, read_table, sweep

    path = Path(table) if table else Path(f"{library}.csv")
    jobs = pairs(library)
    if only:
        kinds = {kind.strip() for kind in only.split(",")}
        jobs = [job for job in jobs if job[1] in kinds]
    left = [job for job in jobs if job[:2] not in read_table(path)]
    with Progress() as progress:
        bar = progress.add_task(f"{len(jobs) - len(left)} of {len(jobs)} are there already", total=len(left))
        rows = sweep(jobs, path, workers, seconds, gigabytes, lambda row: progress.update(bar, advance=1, description=row.cls))
    counts = Counter(row.outcome for row in rows.values())
    click.echo(f"{path}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
