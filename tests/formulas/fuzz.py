"""Throws broken formulas at the reader: `python -m tests.formulas.fuzz --inputs 1000000`.

Seeds are the formulas and the refused texts of `cases` and `strangers`; each input is a seed mutated a few times, two seeds
spliced, or a soup of the signs of all syntaxes. Whatever comes, `read` and `readings` answer with formulas or with their own
error, within a second.
`--coverage` lets atheris choose the inputs, where it is installed.
"""

import argparse
import importlib
import random
import resource
import signal
import sys
import time
from collections import Counter

from symparams.errors import FormulaTextError
from symparams.formulas import read, readings
from tests.formulas.cases import READABLE, REFUSED
from tests.formulas.strangers import SENTENCES, STRANGERS

_NAMES = {symbol.name for row in READABLE for symbol in row[2].free_symbols}
DECLARED = {**{name: name for name in sorted(_NAMES)}, "cfg.d_model": "d_cfg"}
SLOWEST = 1.0  # seconds

SEEDS = [row[1] for row in READABLE] + [row[0] for row in (*REFUSED, *STRANGERS) if len(row[0]) < 300] + SENTENCES
_SIGNS = (
    r"\frac \sum \sqrt \text \mathrm \left \right \lceil \rceil \lfloor \rfloor \times \cdot \underbrace \overbrace \max \min \%"
    r" \mathcal{O}( \begin{aligned} \end{aligned} \\ & \tag{1} \, \# \{ \} _{ ^{ _ ^ ** // * / + - = ≈ ∼ ( ) [ ] { } , : . ' | % #"
    " ~ $ $$ ² ³ ⁿ ⁻¹ ½ ₁ ₘ √ ∑ × · ⌈ ⌉ ⌊ ⌋ （ ） 【 】 ： π α Ψ 参数 ℎ é \N{COMBINING ACUTE ACCENT} \ud800 \x00 \t \n"
    " 0 1 9 10 99999999 1e99 1,024 1.5 .5 124M 6.7B 10^ **9 **99**99 9^9^ 0x1 1_000 e5 d h V N L d_model d_{model}"
    " hidden_size sum( max( min( int( pow( ceil( floor( sqrt( Sum( (l,1,L) O( math. cfg. return if lambda a/b x"
    r" \quad \text{(note)} \num{ \boxed{ \begin{cases} \end{cases} \le < >= about million parameters where , d=768 n_{l-1}"
    " ^{[l]} (1+O( else lambda:d: def(f): C_inC_out as the += 124'439'808"
)
SIGNS = [*_SIGNS.split(" "), " ", "  "]


def inputs(seed: int, count: int):
    """`count` texts, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.random()
        if kind < 0.25:
            yield "".join(chance.choice(SIGNS) for _ in range(chance.randint(1, 25)))
            continue
        text = chance.choice(SEEDS)
        if kind < 0.35:
            other = chance.choice(SEEDS)
            text = text[: chance.randint(0, len(text))] + other[chance.randint(0, len(other)) :]
        if kind > 0.5:
            for _ in range(chance.choice((1, 1, 2, 3))):
                text = grown(text, chance)
        for _ in range(chance.choice((0, 0, 0, 1, 2, 6)) if kind > 0.5 else chance.randint(1, 3)):
            text = mutated(text, chance)
        yield text


def grown(text: str, chance: random.Random) -> str:
    """A larger formula around a formula, or another number or name in it."""
    places = [place for place, character in enumerate(text) if character.isdigit() or character.isalpha()]
    match chance.randint(0, 5):
        case 0:
            return f"({text}){chance.choice(('^2', '**3', '^{d}', '²', '/h', '*7', '//5', '(d+1)', ' x 4', '^(1/2)'))}"
        case 1:
            return f"{text} {chance.choice(('+', '-', '*', '=', '≈', '/', '×'))} {chance.choice(SEEDS)}"
        case 2:
            call = chance.choice(("max", "min", "\\max", "sum", "pow", "Sum"))
            return f"{call}({text}, {chance.choice(SEEDS)})"
        case 3:
            before = chance.choice(("\\sum_{l=1}^{L} ", "\\frac{1}{2}", "\\sqrt", "ceil", "floor", "int", "-", "4", "d", "sqrt"))
            return f"{before}({text})"
        case _ if places:
            place = chance.choice(places)
            return text[:place] + str(chance.choice((0, 1, 2, 10, 99, 1000, "d", "h", "V", "K"))) + text[place + 1 :]
    return text


def mutated(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    stop = min(len(text), start + chance.randint(0, 8))
    match chance.randint(0, 6):
        case 0:
            return text[:start] + text[stop:]
        case 1:
            return text[:start] + chance.choice(SIGNS) + text[start:]
        case 2:
            return text[:start] + chance.choice(SIGNS) + text[stop:]
        case 3:
            return text[:start] + text[start:stop] * chance.choice((2, 3, 20)) + text[stop:]
        case 4:
            return text[:start] + chr(chance.choice((chance.randint(1, 127), chance.randint(128, 0x2FFF)))) + text[start:]
        case 5:
            return text[:start] + chance.choice("([{") * chance.choice((1, 5, 60)) + text[start:]
        case _:
            return text[:start] + str(chance.randint(0, 10 ** chance.choice((1, 3, 12, 40)))) + text[start:]


def answer(text: str, syntax: str | None = None) -> str:
    """What the reader does with a text: "read" or "refused"; any other error is the fuzzer's find."""
    try:
        formula = read(text, DECLARED, syntax, functions=("f",))
    except FormulaTextError as error:
        return "refused" if str(error) and error.text == text else "lost"
    assert str(formula)
    return "read"


def answers(text: str, syntax: str | None = None) -> str:
    """What `readings` does with a text, likewise; no two of its readings may be the same."""
    try:
        formulas = readings(text, DECLARED, syntax, functions=("f",))
    except FormulaTextError as error:
        return "refused" if str(error) and error.text == text else "lost"
    assert 0 < len(formulas) <= 8
    assert len({(formula.sides, formula.relations, formula.remainders, formula.sizes) for formula in formulas}) == len(formulas)
    assert all(map(str, formulas))
    return "read"


class Hung(BaseException):
    """An input without an answer: no `except Exception` may swallow it."""


def _hung(*_: object) -> None:
    raise Hung


def run(seed: int, count: int) -> tuple[Counter[str], float, str]:
    """How often the reader did what, the longest time it took, and for which text."""
    signal.signal(signal.SIGALRM, _hung)
    done: Counter[str] = Counter()
    longest, hardest = 0.0, ""
    for number, text in enumerate(inputs(seed, count)):
        before = time.process_time()  # of this process alone: other people's work is not the reader's
        signal.alarm(20)
        try:
            syntax = (None, None, "latex", None, "python", None, None, "text")[number % 8]
            done[(answer, answers)[number // 8 % 2](text, syntax)] += 1
        except (Exception, Hung) as error:
            raise AssertionError(f"{type(error).__name__}: {error}, for the text {text!r}") from error
        finally:
            signal.alarm(0)
        took = time.process_time() - before
        if took > longest:
            longest, hardest = took, text
        assert took < SLOWEST, f"{took:.1f} s for {text!r}"
    assert set(done) <= {"read", "refused"}
    return done, longest, hardest


def guided() -> None:
    """Inputs chosen by coverage; runs until it is stopped or finds something."""
    import atheris

    for name in [name for name in sys.modules if name.startswith("symparams.formulas")]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["symparams.formulas"]):  # sympy's 20,000 functions would take minutes
        globals()["read"] = importlib.import_module("symparams.formulas").read
    arguments = [argument for argument in sys.argv if argument != "--coverage"]
    atheris.Setup(arguments, lambda data: answer(atheris.FuzzedDataProvider(data).ConsumeUnicode(400)))
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--coverage", action="store_true", help="let atheris choose the inputs; its options may follow")
    options, _ = parser.parse_known_args()
    if options.coverage:
        return guided()
    before = time.perf_counter()
    done, longest, hardest = run(options.seed, options.inputs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{sum(done.values()):,} inputs in {time.perf_counter() - before:.0f} s: {done['read']:,} read, {done['refused']:,} refused"
    )
    print(f"slowest {1000 * longest:.0f} ms, for {hardest!r}; {memory} MB")
    return None


if __name__ == "__main__":
    main()
