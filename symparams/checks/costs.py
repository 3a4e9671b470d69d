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
from symparams.checks.verdict import Kind, Verdict
from symparams.counting import Caches, ClosedForm, Operations, Quantity, closed_form
from symparams.errors import CostError, MatchError, RegimeError, shown
from symparams.notation import same
from symparams.tree import Layer

__all__ = ["is_cost", "refuse_unknown_parameters", "refuse_unsaid_length", "unscaled", "verdict_on_cost"]

Conventions: TypeAlias = tuple[CostConvention, ...]
_BYTES = re.compile(r"(?<![A-Za-z])([KMGT]i?B|bytes?)(?![A-Za-z])", re.IGNORECASE)
_FLOPS = re.compile(r"(?<![A-Za-z])([KMGTP]?FLOPs?|MACs?|operations)(?![A-Za-z])", re.IGNORECASE)
_ADDS = re.compile(r"(?<![A-Za-z])(MACs?|MAdds?|mult(?:iply)?-adds?)(?![A-Za-z])", re.IGNORECASE)
_SINGLE = re.compile(r"(?<![A-Za-z])[KMGTP]?FLOPs?(?![A-Za-z])", re.IGNORECASE)
_SCALED = re.compile(  # a number in thousands or millions: 4.09 GFLOPs, 569 million mult-adds, 2.15 GB
    r"(?P<number>\d(?:\s*~?\s*(?:thousand|million|billion|trillion|[KMGTB]))?)[\s~]*(?P<scale>[KMGT]?)"
    r"(?:FLOPs?|MACs?|M-?Adds?|mult(?:iply)?-?adds?|(?<=[KMGT])B|bytes)(?:\s*(?:per|a|/)\s*(?:token|position))?[\s.]*$",
    re.IGNORECASE,
)
_EACH = re.compile(r"(?<![A-Za-z])(?:per|a|each)\s+(token|position)s?(?![A-Za-z])|/\s*tokens?(?![A-Za-z])", re.IGNORECASE)
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
    for word in _WORDS.findall(claim):
        name = re.sub(r"[{}]", "", word)
        letters = {name} if "_" in name or name in _LENGTHS else set(name)
        if name not in own and (length := letters & (_LENGTHS - own)) and letters - length <= own | {"b", "B"}:
            given = f"{claim.strip()}, which has {min(length)}, against {of.words} where no length is said, so of one position"
            cost = "flops" if isinstance(of.rule, Operations) else "kv_cache"
            move = f'say it: of="{cost}(1, {min(length)})", with the other options behind it'
            raise MatchError(given, "the number of positions", move)


def unscaled(claim: str) -> str:
    """A number of operations or bytes as a number alone.

    >>> print(unscaled("4.09 GFLOPs"), unscaled("569 million mult-adds"), unscaled("2.15 GB"), unscaled("2*N FLOPs"), sep="; ")
    4.09 G; 569 million; 2.15 G; 2*N FLOPs
    """
    found = _SCALED.search(claim)
    return claim if found is None else claim[: found.start()] + found["number"] + found["scale"].upper()


def is_cost(of: Quantity) -> bool:
    """Whether a quantity is one of operations, or of a cache."""
    return isinstance(of.rule, Operations | Caches)


def verdict_on_cost(
    claim: object, model: Layer, of: Quantity, where: Mapping[Any, Any], judge: Callable[[ClosedForm, bool], Verdict]
) -> Verdict:
    """The verdict on a claim about a cost of a model; `judge` tells how the claim stands to a closed form, and why not.

    Where it is not right, each convention of counting is tried, and two at once where it is clear what its names mean. Raises
    `MatchError` for a claim in another unit.
    """
    _same_unit(claim, of)
    question: MatchError | None = None
    named: Verdict | None = None
    try:
        named = replace(judge(closed_form(model, of), True), model=model, of=of)
    except MatchError as error:
        question = error
    if named is not None and named.right:
        return named
    stated = None if named is None else _stated(named, model, of, where)
    rounded = named is not None and named.formula is not None and named.formula.precision[-1] is not None
    judged: dict[Expr, Verdict | None] = {}  # many conventions make no difference to a model: one judgement for each count
    exact: list[tuple[Conventions, Quantity]] = []
    explained: set[Expr] = set()
    leading: tuple[Conventions, Quantity] | None = None
    other: Conventions = ()  # under which it would be a leading order, which is not that of the quantity
    for conventions, changed in with_conventions(of):
        if question is not None and len(conventions) > 1:
            break
        if exact and len(conventions) > len(exact[0][0]):
            break
        if len(conventions) > 1 and rounded:  # some two conventions fit nearly any rounded number
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
                judged[form.expr] = judge(form, False)
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
            if _same_order(found, form, closed_form(model, of)):
                leading = conventions, changed
            elif len(conventions) == 1:
                other = other or conventions
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
        return replace(judge(closed_form(model, changed), True), model=model, of=changed, conventions=conventions)
    if named.kind is Kind.DIFFERENT and other:
        return replace(named, remark=f"it is the leading order {other[0].words}", by_term=())
    if named.kind is Kind.DIFFERENT and not named.remark:
        words = miscounted(named.difference, model, of)
        return replace(named, remark=words, by_term=() if words else named.by_term)
    return named


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


def _same_unit(claim: object, of: Quantity) -> None:
    """Refuse a claim that states another unit than the quantity has."""
    if not isinstance(claim, str):
        return
    rule, move = of.rule, "pass of=operations(…) for FLOPs, of=caches(…, bytes=2) for bytes"
    if isinstance(rule, Operations):
        others = {_BYTES: move}
        adds = {_SINGLE: "pass of=operations(…), two for each multiply-add, or leave the unit out"}
        others |= adds if rule.multiply_adds else {_ADDS: "pass of=operations(…, multiply_adds=True)"}
        others |= {} if rule.per_token else {_EACH: "pass of=operations(…, per_token=True)"}
    else:
        others = {_FLOPS: move}
    for unit, move in others.items():
        if found := unit.search(claim):
            given = f"{shown(claim)}, which speaks of {found[0].strip()}, against {of.words}"
            raise MatchError(given, f"a claim about {of.words}", move)
