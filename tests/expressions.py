"""Random names and expressions of all kinds that formulas are made of."""

from hypothesis import strategies as st
from sympy import Integer, Max, Min, Rational, Sum, ceiling, floor

from symparams.notation import symbol
from symparams.notation.names import GREEK

_PIECES = st.sampled_from(["d", "h", "H", "model", "ff", "kv", "head", "x1", "2", "16", "Max", "text", "_", *sorted(GREEK)[:6]])
names = st.one_of(
    st.sampled_from(["d", "h", "N", "V", "I", "E", "d_model", "d_ff", "n_kv_head", "hidden_size", "W_xh", "alpha", "lambda_"]),
    st.lists(_PIECES, min_size=1, max_size=3).map("_".join).filter(lambda name: not name[0].isdigit()),
    st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,8}\Z"),
)

_SYMBOLS = st.sampled_from(["N", "d", "h", "V", "d_model", "hidden_size", "embed_dim", "alpha"]).map(symbol)
_NUMBERS = st.one_of(
    st.integers(-3, 12).map(Integer),
    st.integers(1000, 10**9).map(Integer),
    st.builds(Rational, st.integers(-9, 9), st.integers(2, 9)),
)
_INDEX = symbol("l")


_POSITIVE = st.one_of(_SYMBOLS, st.integers(2, 64).map(Integer), st.builds(lambda a, b: a + b, _SYMBOLS, _SYMBOLS))
_EXPONENTS = st.one_of(
    st.sampled_from([Integer(-2), Integer(-1), Rational(1, 2), Rational(-2, 3), Integer(3)]),
    st.builds(lambda a, b, c: a * b + c, _SYMBOLS, st.sampled_from([Integer(1), Integer(-1), Rational(1, 3)]), st.integers(-1, 1)),
)


def _larger(smaller):
    return st.one_of(
        st.lists(smaller, min_size=2, max_size=4).map(lambda terms: sum(terms[1:], terms[0])),
        st.builds(lambda a, b: a * b, smaller, smaller),
        st.builds(lambda a, b: a - b, smaller, smaller),
        st.builds(lambda a, b: a / b, smaller, _POSITIVE),
        st.builds(lambda a, b: a**b, _POSITIVE, _EXPONENTS),
        st.builds(lambda a, b: a**b, smaller, st.sampled_from([Integer(2), Integer(3)])),
        smaller.map(floor),
        smaller.map(ceiling),
        st.builds(Max, smaller, smaller),
        st.builds(Min, smaller, smaller),
        st.builds(lambda a, b: Sum(a * _INDEX**b, (_INDEX, 1, b)), smaller, _SYMBOLS),
    )


expressions = st.recursive(st.one_of(_SYMBOLS, _NUMBERS), _larger, max_leaves=8)
