"""Broken formulas for the reader; `python -m tests.fuzz reader` throws them.

Seeds are the formulas and the refused texts of `cases`; each input is a seed mutated a few times, two seeds spliced, or a soup
of the signs of all syntaxes. Whatever comes, the reader answers with a formula or with its own error, within a second.
`python -m tests.formulas.fuzz` lets atheris choose the inputs by coverage, where it is installed.
"""

import importlib
import random
import sys

from symparams.errors import FormulaTextError
from symparams.formulas import read
from tests.formulas.cases import READABLE, REFUSED
from tests.formulas.strangers import SENTENCES, STRANGERS

_NAMES = {symbol.name for row in READABLE for symbol in row[2].free_symbols}
DECLARED = {**{name: name for name in sorted(_NAMES)}, "cfg.d_model": "d_cfg"}

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


def texts(chance: random.Random):
    """Texts without end, the same for the same seed."""
    while True:
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
        assert str(error) and error.text == text
        return "refused"
    assert str(formula)
    return "read"


def guided() -> None:
    """Inputs chosen by coverage; runs until it is stopped or finds something."""
    import atheris

    for name in [name for name in sys.modules if name.startswith("symparams.formulas")]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["symparams.formulas"]):  # sympy's 20,000 functions would take minutes
        globals()["read"] = importlib.import_module("symparams.formulas").read
    atheris.Setup(sys.argv, lambda data: answer(atheris.FuzzedDataProvider(data).ConsumeUnicode(400)))
    atheris.Fuzz()


if __name__ == "__main__":
    guided()
