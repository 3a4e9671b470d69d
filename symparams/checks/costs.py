"""Claims about operations and caches: judged as the tree counts them, then under every other convention of counting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sympy import Add, Expr

from symparams.asymptotics import leading_order
from symparams.checks.explaining.costs import CostConvention, miscounted, with_conventions
from symparams.checks.explaining.terms import excess
from symparams.checks.readings.units import refuse_other_units, unscaled, with_binary_unit
from symparams.checks.verdict import Kind, Verdict
from symparams.counting import Caches, ClosedForm, Operations, Quantity, closed_form
from symparams.errors import CostError, MatchError, RegimeError
from symparams.formulas import Formula
from symparams.notation import same
from symparams.tree import Layer

__all__ = ["is_cost", "refuse_unknown_parameters", "refuse_unsaid_length", "verdict_on_cost"]

Found: TypeAlias = tuple[tuple[CostConvention, ...], Quantity]
Judge: TypeAlias = Callable[[str | Formula, ClosedForm, bool], Verdict]
_WORDS = re.compile(r"(?<![A-Za-z\\_'’])[A-Za-z]+(?:_\{?\w+\}?)?")
_LENGTHS = frozenset({"s", "S", "T", "seq", "seq_len", "n_ctx"})
_SCALING = re.compile(  # 6ND, C ≈ 2N: so many operations for each parameter and token
    r"\$*\s*(?:[A-Za-z_{}\\]+\s*(?:=|≈|~|\\approx|\\sim)\s*|≈\s*|~\s*)?\d+\s*(?:[*·×]|\\cdot|\\times)?\s*(?P<parameters>[NP])"
    r"(?:\s*(?:[*·×]|\\cdot|\\times)?\s*(?P<tokens>[DT]))?\s*\$*"
)


def refuse_unknown_parameters(claim: object, where: Mapping[Any, Any]) -> None:
    """Asks what N and D are in 6ND, rather than judge it with N as the number of layers: there they mean parameters and tokens.

    Raises `MatchError` unless `where` says it.
    """
    if not isinstance(claim, str) or (found := _SCALING.fullmatch(claim.strip())) is None:
        return
    known = {str(key) for key in where}
    if missing := {name: kind for kind, name in found.groupdict().items() if name and name not in known}:
        means = " and ".join(f"{name}, by its place a number of {kind}" for name, kind in missing.items())
        move = f'write where={{"{next(iter(missing))}": 12*L*d**2}}, say, in the sizes of the model'
        raise MatchError(f"{claim.strip()}: what is {means}?", "what each name means", move)


def refuse_unsaid_length(claim: object, model: Layer, of: Quantity, where: Mapping[Any, Any]) -> None:
    """Asks of how many positions a cost is where a claim has their number, s in 4ds, and the quantity has none.

    Raises `MatchError` unless the model or `where` has such a name.
    """
    if not isinstance(claim, str) or not isinstance(of.rule, Operations | Caches) or of.rule.data.extent:
        return
    own = {str(symbol) for symbol in closed_form(model, of).expr.free_symbols} | {str(key) for key in where}
    for word in _WORDS.findall(unscaled(claim)):
        name = re.sub(r"[{}]", "", word)
        letters = {name} if "_" in name or name in _LENGTHS else set(name)
        if name not in own and (length := letters & (_LENGTHS - own)) and letters - length <= own | {"b", "B"}:
            given = f"{claim.strip()}, which has {min(length)}, against {of.words} where no length is said, so of one position"
            cost = "flops" if isinstance(of.rule, Operations) else "kv_cache"
            move = f'say it: of="{cost}(1, {min(length)})", with the other options behind it'
            raise MatchError(given, "the number of positions", move)


def is_cost(of: Quantity) -> bool:
    """Whether a quantity is one of operations, or of a cache."""
    return isinstance(of.rule, Operations | Caches)


def verdict_on_cost(claim: str | Formula, model: Layer, of: Quantity, where: Mapping[Any, Any], judge: Judge) -> Verdict:
    """The verdict on a claim about a cost of a model; `judge` tells how a text stands to a closed form, and why not.

    Where it is not right, each convention of counting is tried, and two at once where it is clear what its names mean. Raises
    `MatchError` for a claim in another unit.
    """
    refuse_other_units(claim, of)
    text = unscaled(claim) if isinstance(claim, str) else claim
    question: MatchError | None = None
    named: Verdict | None = None
    try:
        named = replace(judge(text, closed_form(model, of), True), model=model, of=of)
    except MatchError as error:
        question = error
    if named is not None and (named.right or (named := _in_binary(claim, named, judge)).kind is Kind.EXACT_UNDER):
        return named
    exact, leading, other = _searched(named, model, of, where, lambda form: judge(text, form, False))
    if exact and named is not None:
        (conventions, _), *rivals = exact
        options = ", ".join(convention.option for convention in conventions)
        others = tuple(rival for rival, _ in rivals)
        return replace(
            named, kind=Kind.EXACT_UNDER, right=False, conventions=conventions, annotation=options, rivals=others, by_term=()
        )
    if named is None:
        raise question or MatchError(f"{claim}", "a claim that can be read", "write it as a formula")
    if leading is not None and named.kind is not Kind.LEADING_ORDER:
        conventions, changed = leading
        return replace(judge(text, closed_form(model, changed), True), model=model, of=changed, conventions=conventions)
    if named.kind is Kind.DIFFERENT and other is not None:
        return replace(named, remark=f"it is the leading order {other.words}", by_term=())
    if named.kind is Kind.DIFFERENT and not named.remark:
        words = miscounted(named.difference, model, of)
        return replace(named, remark=words, by_term=() if words else named.by_term)
    return named


def _in_binary(claim: str | Formula, named: Verdict, judge: Judge) -> Verdict:
    """The verdict on a number of bytes, which is right where its GB are meant as GiB."""
    binary = with_binary_unit(claim) if isinstance(claim, str) else ""
    if not binary or not isinstance(named.model, Layer):
        return named
    if not judge(unscaled(binary), closed_form(named.model, named.of), False).right:
        return named
    convention = CostConvention(binary, "with units of 1024s, as 1 GiB = 2^30 bytes", "unit")
    return replace(named, kind=Kind.EXACT_UNDER, right=False, conventions=(convention,), annotation=binary, by_term=())


def _searched(
    named: Verdict | None, model: Layer, of: Quantity, where: Mapping[Any, Any], judge: Callable[[ClosedForm], Verdict]
) -> tuple[list[Found], Found | None, CostConvention | None]:
    """The fewest conventions under which a claim is exact, each set of them; the first under which it is the leading order; and the
    first under which it would be one, but of another count than the quantity.

    One convention at a time where the claim's names are in question (`named` is None), and for a rounded number: some two fit
    nearly any.
    """
    real = closed_form(model, of)
    stated = None if named is None else _stated(named, model, of, where)
    single = named is None or (named.formula is not None and named.formula.precision[-1] is not None)
    judged: dict[Expr, Verdict | None] = {}  # many conventions make no difference to a model: one judgement for each count
    exact: list[Found] = []
    explained: set[Expr] = set()
    leading: Found | None = None
    other: CostConvention | None = None
    for conventions, changed in with_conventions(of):
        if len(conventions) > (len(exact[0][0]) if exact else 1 if single else 2):
            break
        try:
            form = closed_form(model, changed)
        except CostError:  # the model does not say what that counts, as whether its input has a gradient
            continue
        if form.expr not in judged and stated is not None and named is not None:
            nearer = leading is None and named.kind is not Kind.LEADING_ORDER  # whether an order is still of use
            if excess(stated, form.expr) != 0 or not (nearer or same(stated, form.expr)):
                judged[form.expr] = None
        if form.expr not in judged:
            try:
                judged[form.expr] = judge(form)
            except MatchError:
                judged[form.expr] = None
        found = judged[form.expr]
        if found is None:
            continue
        if found.kind is Kind.EXACT:
            if not any(convention.field == "vectors" for convention in conventions) or form.expr not in explained:
                exact.append((conventions, changed))
            explained.add(form.expr)
        elif found.kind is Kind.LEADING_ORDER and leading is None:
            if _same_order(found, form, real):
                leading = conventions, changed
            elif len(conventions) == 1:
                other = other or conventions[0]
    return exact, leading, other


def _same_order(found: Verdict, form: ClosedForm, real: ClosedForm) -> bool:
    """Whether a count that a claim is the leading order of has the quantity's: 2ND is that of a forward pass, not of training."""
    if found.leading is None:
        return False
    grows = dict(found.leading.grows)
    try:
        return same(*(leading_order(one.expr, grows).expr for one in (form, real)))
    except RegimeError:
        return False


def _stated(named: Verdict, model: Layer, of: Quantity, where: Mapping[Any, Any]) -> Expr | None:
    """The claim in the sizes of the model, where each of its names is one of them or declared; None where it may be read otherwise.

    What has a term that a count does not have is neither that count nor its leading order, whatever the convention.
    """
    formula, real, link = named.formula, closed_form(model, of).expr, named.links[0] if named.links else named
    if formula is None or link.difference is None or not set(formula.relations) <= {"=", "≈", "∼"}:
        return None
    called = formula.label is not None and str(formula.sides[0]) == formula.label
    if any(side.free_symbols for side in formula.sides[2 if called else 1 :]):
        return None
    own, declared = {size.name for size in real.free_symbols}, {str(name): size for name, size in where.items()}
    names = {name for name in formula.names if name != formula.label}
    if not names <= own | declared.keys() or any(name in own and not isinstance(size, int) for name, size in declared.items()):
        return None
    stated = (real + link.difference).expand()
    known = bool(stated.free_symbols) and stated.free_symbols <= real.free_symbols
    return None if not known or any(term.has(Add) for term in Add.make_args(stated)) else stated
