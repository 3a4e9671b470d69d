import time

from hypothesis import given, settings, strategies

from tests.formulas.fuzz import SIGNS, answer


@settings(max_examples=400, deadline=1000)
@given(strategies.text(max_size=200) | strategies.lists(strategies.sampled_from(SIGNS), max_size=40).map("".join))
def test_any_text_is_answered(text):
    assert answer(text) in ("read", "refused")


def test_what_grows_is_capped():
    texts = [
        "ceil(4d^1000+4d)", "(4d^1000-d)^(1/3)", "max(4d^999+4d,h)", "int(d^900-d)", "∑_{i=d^1000-d}^{h} i", "h/(d^1000-d)",
        "2" + "^(1/2)" * 20, "(-2)" + "^(1/2)" * 20, "sqrt(1+" * 30 + "2" + ")" * 30, "max(√2+√3-√(5+2√(6)), 0)",
        "⌈√2" + "+√2+√3" * 9 + "⌉",
        "9**9**9", "9^{9^9}", "2^{1000000}", "10^(10^10)", "(" * 4000, "[" * 4000, "{" * 4000, "-" * 4000, "d^" * 2000, "((" * 900,
        r"\frac" * 800, r"\sqrt" * 700, r"\text" * 700, r"\underbrace{" * 300 + "}" * 300, r"\text{" * 600, "1" * 4000,
        "1e" + "9" * 1000,         r"\sum_{l=1}^{L}" * 250 + "d", r"\sum_{i=1}^{10^{9}} i^{12}", r"\sum_{i=1}^{L} (i+d+h+k)^{12}",
        r"\sum_{i=1}^{L} i^{i^i}",
        "*".join(["(d+h+k)^999"] * 200), "+".join(["d"] * 900), "*".join(["9" * 100] * 30), "max(" * 60 + "d" + ",h)" * 60,
        "+".join(f"max(d*{i}+h, h*{i}+k, k)" for i in range(12)), "max(" + ",".join(f"d*{i}-h^{i}" for i in range(8)) + ")",
        "floor(" * 38 + "d/7" + "/3)" * 38, "//7".join(["d"] * 300), "(2*d+2*h)^1000", "(1/3+d/7)^1000", "(d/3)^(1/1000)",
        "99999999999999999999^(1/997)", "d" + "'" * 3000, "x " * 2000, "d_" * 1500, "_" * 4000, "^" * 4000, "²" * 4000, "\\" * 4000,
        "$" * 4000, "#" * 4000, "Sum(" * 900, "Sum(" * 30 + "d" + ",(l,1,L))" * 30, "sum([" * 800, "O(" * 2000,
        "|" * 4000, "½" * 4000,
    ]  # fmt: skip
    for text in texts:
        for syntax in ("latex", "unicode", "python", "text"):
            before = time.process_time()
            answer(text[:4000], syntax)
            assert time.process_time() - before < 1, (text[:60], syntax)
