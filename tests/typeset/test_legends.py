import pytest

import symparams as sp

N, d, V, n, E, I, H, O, s = sp.symbols("N d V n E I H O s")
LAYER = sp.TransformerEncoderLayer(d)


def meanings(layer, *overruled) -> dict[str, str]:
    return {symbol.name: words for symbol, words in sp.legend(layer, *overruled).rows}


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            sp.Sequential(sp.Embedding(V, d), positions=sp.Embedding(n, d), layers=sp.Repeat(LAYER, N)),
            {"V": "vocabulary size", "d": "model width", "n": "learned positions", "N": "layers"},
        ),
        (
            sp.Sequential(wte=sp.Embedding(V, d), wpe=sp.Embedding(n, d), token_type=sp.Embedding(s, d), h=sp.Repeat(LAYER, N)),
            {"V": "vocabulary size", "d": "model width", "n": "learned positions", "s": "token types", "N": "layers"},
        ),
        (
            sp.Sequential(project=sp.Linear(I, d), layers=sp.Repeat(LAYER, N)),  # d is an output first, and the model's width
            {"I": "input features", "d": "model width", "N": "layers"},
        ),
        (
            sp.Repeat(sp.Sequential(sp.MultiHeadAttention(d), experts=sp.Repeat(sp.FeedForward(d, 4 * d), E)), N),
            {"N": "layers", "E": "experts", "d": "model width"},
        ),
        (sp.Sequential(sp.Repeat(sp.Linear(H, H), N)), {"N": "copies", "H": "input features"}),
        (sp.Repeat(sp.LSTM(H, H), N), {"N": "layers", "H": "hidden units"}),
        (sp.Stacked(sp.LSTM(I, H), N), {"N": "layers", "I": "input features", "H": "hidden units"}),
        (sp.ForEach(sp.Linear(N * d, N), (d, 1, H)), {"N": "output features", "H": "a limit of an index"}),
        (
            sp.Transformer(N, d, V, positions=n),
            {"N": "layers", "d": "model width", "V": "vocabulary size", "n": "learned positions"},
        ),
    ],
)
def test_meanings_are_read_off_the_place(layer, expected):
    assert meanings(layer) == expected


def test_an_author_overrules_them():
    model = sp.Sequential(sp.Repeat(sp.Linear(d, d), N))
    assert meanings(model, {N: "layers", "d": "channels"}) == {"N": "layers", "d": "channels"}
