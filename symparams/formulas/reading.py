r"""`read` and `readings`: from the text of a formula to what it says, in whatever syntax people write.

text → tokens (`tokens`, and the syntaxes `latex`, `plain`, `python`) → what stands around the sides (`labels`, `stated`) →
sides (`grammar`, `sums`, `calls`) → `Formula`. `read` takes declared names alone and gives the one reading, or refuses;
`readings` takes other names as well and gives every reading: of 4(eh + h^2) the product e·h and the size eh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import Symbol

from symparams.errors import FormulaTextError, NotationError, shown
from symparams.formulas.formula import Formula
from symparams.formulas.naming import Names, Undeclared
from symparams.formulas.sides import SYNTAXES, Reader, guessed
from symparams.formulas.tokens import Undecided
from symparams.notation import bounded_memory

__all__ = ["read", "readings"]

LONGEST_TEXT = 4000
LONGEST_PRODUCT = 3  # letters of a run that may be a product where others are written out
MOST_READINGS = 8
_MOST_TRIALS = 16  # of the branches of one text


def read(
    text: str,
    names: str | Iterable[str | Symbol] | Mapping[str, str | Symbol] = (),
    syntax: str | None = None,
    functions: Iterable[str] = (),
) -> Formula:
    r"""The formula that a text states, read without evaluating any of it.

    `names` declares the symbols: names or symbols, or what the text calls them with what they are; `functions` the names that
    are called. `syntax` is "latex", "unicode", "python" or "text", guessed when left out. Raises `FormulaTextError`, with
    the column, where the text is no formula in the declared names, or could be read in two ways.

    >>> read(r"N \approx 12\,n_{layer} d_{\text{model}}^2", names=("n_layer", "d_model")).rhs
    12*d_model**2*n_layer
    >>> read("4 × (I × H + H² + H)", names="I H").lhs
    4*H**2 + 4*H*I + 4*H
    >>> read("12 * cfg.n_layer * cfg.n_embd ** 2", names=("n_layer", "n_embd")).lhs
    12*n_embd**2*n_layer
    >>> formula = read("N(12d^2+13d)+Vd ≈ 124M", names="N d V")
    >>> formula.relations, formula.precision[-1]
    (('≈',), Precision(value=124000000, unit=1000000))
    """
    known = _names(text, names, syntax, functions)
    try:
        return Reader(text, known, syntax or guessed(text)).formula()
    except RecursionError:  # a caller deep in its own recursion leaves no room
        raise _no_room(text) from None


def readings(
    text: str,
    names: str | Iterable[str | Symbol] | Mapping[str, str | Symbol] = (),
    syntax: str | None = None,
    functions: Iterable[str] = (),
) -> tuple[Formula, ...]:
    r"""Every way in which a text can be read when names that nobody declared are names as well, the likeliest first.

    Where a text writes its products out, each run of letters is one name: dh*(dh+dx). Where it does not, a short run is a
    product first and one name second: 4(eh + h^2). `names` are those that are known to be sizes; they take part in splitting
    runs of letters. Code with conditions, and cases, are one reading a branch. At most 8 readings, no two of which say the same.
    Raises `FormulaTextError` where the text has no reading; sentences have none.

    >>> [str(formula) for formula in readings("4(eh + h^2 + h)")]
    ['4*(e*h + h**2 + h)', '4*(eh + h**2 + h)']
    >>> [str(formula) for formula in readings("3*[dh*(dh+dx)+dh]", "d h x")]
    ['3*(dh*(dh + dx) + dh)', '3*(d*h*(d*h + d*x) + d*h)']
    >>> [(str(formula), formula.branch) for formula in readings("d**2 + (d if bias else 0)")]
    [('d**2 + d', 'bias'), ('d**2 + 0', 'not bias')]
    """
    known = _names(text, names, syntax, functions)
    first = syntax or guessed(text)
    found: dict[object, Formula] = {}
    refusal: FormulaTextError | None = None
    for trial in (first,) if syntax or first != "python" else (first, "text" if text.isascii() else "unicode"):
        for declared in (known, known.without("O")) if "O(" in text.replace(" ", "") and "O" in known.declared else (known,):
            try:
                for formula in _readings(text, declared, trial):
                    found.setdefault((formula.sides, formula.relations, formula.remainders, formula.sizes), formula)
            except FormulaTextError as error:
                refusal = refusal or error
        if found:
            return tuple(found.values())[:MOST_READINGS]
    assert refusal is not None
    raise refusal


def _names(
    text: str, names: str | Iterable[str | Symbol] | Mapping[str, str | Symbol], syntax: str | None, functions: Iterable[str]
) -> Names:
    """The declared names, once the text and the syntax are what they must be."""
    bounded_memory()
    if not isinstance(text, str):
        raise NotationError(f"read({shown(text)})", "a text", 'write read("12Nd^2", names="N d")')
    if syntax is not None and syntax not in SYNTAXES:
        raise NotationError(f"syntax={shown(syntax)}", " or ".join(SYNTAXES), "leave it out to have it guessed")
    if len(text) > LONGEST_TEXT:
        move = "split the text, one formula at a time"
        raise FormulaTextError(text, LONGEST_TEXT, f"a text of {len(text)} characters", f"at most {LONGEST_TEXT}", move)
    return Names(names, functions)


def _readings(text: str, names: Names, syntax: str) -> Iterator[Formula]:
    """The readings of a text in one syntax; the first refusal where there is none."""
    found: dict[Undeclared, list[Formula]] = {}
    refusals: list[FormulaTextError] = []
    written_out = syntax == "python"
    for undeclared in (Undeclared.WHOLE,) if written_out else (Undeclared.WHOLE, Undeclared.LETTERS):
        found[undeclared] = []
        for reader, formula in _branches(text, names.taking(undeclared), syntax, refusals):
            found[undeclared].append(formula)
            written_out = written_out or (undeclared is Undeclared.WHOLE and reader.written_out)
    whole, letters = found[Undeclared.WHOLE], found.get(Undeclared.LETTERS, [])
    known = set(names.declared.values())
    if not written_out and letters and _symbols(letters) <= known:
        whole = []  # Vd^2 with V and d declared is no size Vd
    long = any(len(one.name) > LONGEST_PRODUCT for one in _symbols(whole) - known)
    if written_out and whole and long and not _symbols(letters) <= known | _symbols(whole):
        letters = []  # width*inp is no width*i*n*p, but nm may be n*m: 3 × (n² + nm + n)
    if not whole and not letters:
        many = FormulaTextError(text, 0, "too many branches", f"at most {_MOST_TRIALS}", "give one branch at a time")
        raise refusals[-1] if refusals else many
    yield from (*whole, *letters) if written_out else (*letters, *whole)


def _symbols(formulas: list[Formula]) -> set[Symbol]:
    return {symbol for formula in formulas for side in formula.sides[formula.label is not None :] for symbol in side.free_symbols}


def _branches(text: str, names: Names, syntax: str, refusals: list[FormulaTextError]) -> Iterator[tuple[Reader, Formula]]:
    """One reading for each branch of the text; what is refused goes to `refusals`."""
    pending: list[dict[str, int]] = [{}]
    for _ in range(_MOST_TRIALS):
        if not pending:
            return
        branches = pending.pop(0)
        reader = Reader(text, names, syntax, branches)
        try:
            yield reader, reader.formula()
        except Undecided as undecided:
            question, answers = undecided.args
            pending[:0] = [{**branches, question: answer} for answer in range(len(answers))]
        except FormulaTextError as error:
            refusals.append(error)
        except RecursionError:  # a caller deep in its own recursion leaves no room
            refusals.append(_no_room(text))


def _no_room(text: str) -> FormulaTextError:
    return FormulaTextError(text, 0, "no room left to read in", "a shallower call of read", "call it from less deep")
