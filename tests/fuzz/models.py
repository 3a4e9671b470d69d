"""Texts of models: layers over sizes of every kind, with sums, roundings, powers and huge numbers, and broken texts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from symparams import breakdown, closed_form, derive, latex, leading_order, symbols
from symparams.models.reading import read_model
from tests.formulas.fuzz import mutated
from tests.fuzz.running import Target

__all__ = ["MODELS", "model_text", "size_text"]

NAMES = ("d", "h", "V", "N", "L", "l", "d_ff", "n_ctx")
NUMBERS = ("1", "2", "3", "7", "12", "64", "768", "50257", "10**9", "10**12", "9" * 40, "2**63", "0", "1_000")
_CONVENTIONS = (
    "bias=False",
    "bias=True",
    "biases=2",
    "gated=True",
    "final_norm=True",
    "positions=1024",
    'head="untied"',
    "n_head=h",
)


def size_text(chance: random.Random, depth: int = 3) -> str:
    """A size: a name, a number, or what is made of them."""
    if depth == 0 or chance.random() < 0.35:
        return chance.choice(NAMES) if chance.random() < 0.75 else chance.choice(NUMBERS if chance.random() < 0.3 else NUMBERS[:8])

    def part() -> str:
        return size_text(chance, depth - 1)

    match chance.randint(0, 8):
        case 0:
            return f"({part()})**({part()})"
        case 1:
            return f"({part()})**{chance.choice((2, 3, 8, 31, 64, -1, '(1/2)', '(1/7)'))}"
        case 2:
            return f"{chance.choice(('floor', 'ceiling'))}(({part()})/({part()}))"
        case 3:
            return f"{chance.choice(('Max', 'Min'))}({', '.join(part() for _ in range(chance.choice((2, 2, 3, 8, 15))))})"
        case 4:
            return f"({part()}) // ({part()})"
        case 5:
            return f"({part()}) % ({part()})"
        case 6:
            return f"({part()})/({part()})"
        case _:
            return f"({part()} {chance.choice('+-**')} {part()})"


def model_text(chance: random.Random, depth: int = 3) -> str:
    """A model: a layer, or several put together."""

    def size() -> str:
        return size_text(chance, chance.choice((0, 0, 0, 0, 1, 1, 2, 3)))

    def below() -> str:
        return model_text(chance, depth - 1)

    def options() -> str:
        return "".join(f", {chance.choice(_CONVENTIONS)}" for _ in range(chance.choice((0, 0, 0, 1, 2))))

    if depth > 0 and chance.random() < 0.5:
        match chance.randint(0, 7):
            case 0 | 1:
                return f"Sequential({', '.join(below() for _ in range(chance.randint(1, 4)))})"
            case 2:
                return f"Repeat({below()}, {size()})"
            case 3 | 4:
                index = chance.choice(("l", "l", "l", "i", "d"))
                return (
                    f"ForEach({below()}, ({index}, {chance.choice(('1', '1', '0', size()))}, {chance.choice(('L', 'N', size()))}))"
                )
            case 5:
                return f"Given({below()}, {{{chance.choice(NAMES)}: {size()}}})"
            case 6:
                return f"Where({below()}, {chance.choice(('Eq', 'Ne'))}(Mod({size()}, {size()}), 0))"
            case _:
                return f"{chance.choice(('Stacked', 'Bidirectional'))}({below()}{chance.choice((', ' + size(), ''))})"
    name, count = chance.choice(
        (
            ("Linear", 2), ("Linear", 2), ("Embedding", 2), ("LSTM", 2), ("GRU", 2), ("RNN", 2), ("Conv2d", 3), ("Conv1d", 3),
            ("LayerNorm", 1), ("RMSNorm", 1), ("BatchNorm", 1), ("MultiHeadAttention", 1), ("MultiHeadAttention", 2),
            ("FeedForward", 2), ("TransformerEncoderLayer", 1), ("TransformerEncoderLayer", 2), ("TransformerDecoderLayer", 2),
            ("Transformer", 3), ("Transformer", 4), ("EncoderDecoderTransformer", 3), ("SeparableConv2d", 3),
        )
    )  # fmt: skip
    return f"{name}({', '.join(size() for _ in range(count))}{options()})"


def _inputs(chance: random.Random) -> Iterator[tuple[str, int, int]]:
    while True:
        text = model_text(chance)
        for _ in range(chance.choice((0, 0, 0, 0, 0, 0, 1, 3))):
            text = mutated(text, chance)
        yield text, chance.choice((1, 3, 64, 10**3, 10**5, 10**9, 10**40)), chance.randint(0, 7)


def _answer(given: tuple[str, int, int]) -> str:
    text, size, question = given
    model = read_model(text)
    repr(model)
    free = sorted(model.params.free_symbols, key=str)
    questions = (
        lambda: latex(closed_form(model)),
        lambda: closed_form(model).at(dict.fromkeys(free, size)),
        lambda: closed_form(model).at(dict.fromkeys(free[:1], size)),
        lambda: repr(breakdown(model, by=("part", "role")).at(dict.fromkeys(free, size))),
        lambda: derive(model).check(),
        lambda: repr(leading_order(model.params, free[0] if free else symbols("d")).relative_error),
        lambda: repr(leading_order(model.params, dict.fromkeys(free, 1))),
        lambda: model.conditions,
    )
    questions[question]()
    return "answered"


MODELS = Target(_inputs, _answer)
