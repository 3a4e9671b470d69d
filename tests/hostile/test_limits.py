"""What strangers found to raise errors that are not ours, or to take seconds: each is answered or refused within one second."""

import json
import time
import warnings

import pytest

from symparams import breakdown, check, closed_form, derive, latex, leading_order, read, read_model, summary, symbols
from symparams.checks.documents.linting import lint_file
from symparams.errors import SymparamsError

N, d, V, h, l, L = symbols("N d V h l L")
TRANSFORMER = "Transformer(N, d, V)"
LIMIT = 1.0  # seconds of processor time
BIG, BIGGER = 10**39 + 7, 10**39 + 9


def form(text):
    return closed_form(read_model(text))


def judged(claim, model=TRANSFORMER, **where):
    verdict = check(claim, read_model(model), where)
    assert verdict.report and json.dumps(verdict.as_json())
    return verdict


FOREIGN = {
    "the index of a sum has a value": lambda: judged("12d", "ForEach(Linear(l//3+1, l), (l,1,L))"),
    "the index has one in a condition": lambda: judged("O(d^2)", "ForEach(Linear(l//3+1, l), (l, 1, L))", l=10**5, L=1),
    "a root": lambda: judged(r"\sqrt{d+5}", "Linear(d, h)"),
    "a root of a root": lambda: judged("d^(1/62)*V"),
    "a rounded sum of rounded terms": lambda: read(r"⌊\sum_{i=0}^{99} ⌊i/2⌋/3⌋"),
    "a stack of tables": lambda: read_model("Stacked(Embedding(V, d), N)"),
    "a stack of dense layers": lambda: read_model("Stacked(Linear(V, d), N)"),
    "6,438 digits": lambda: str(form("Linear(d**64, d)").at({"d": 10**99})),
    "60,213 digits": lambda: str(form("ForEach(Linear(2**l, l), (l, 1, L))").at({"L": 10**5})),
    "digits in TeX": lambda: latex(form("ForEach(Linear(2**l, l), (l, 1, 1000000000))")),
    "a relation for an index": lambda: latex(form("Given(ForEach(Linear(l//3+1, l), (l, 1, L)), {l: 3})")),
    "an index in a relation": lambda: form("Given(ForEach(Linear(d//3+1, l), (l, 1, L)), {d: l})"),
    "a power of zero": lambda: read_model("Linear(0**d, 0**-1)"),
}
SLOW = {
    "a geometric sum": lambda: form("ForEach(Linear(2**l, l), (l, 1, 10**12))"),
    "its count": lambda: read_model("ForEach(Linear(2**l, l), (l, 1, 10**12))").params,
    "its verdict": lambda: judged("12", "ForEach(Linear(2**l, l), (l, 1, 10**12))"),
    "its derivation": lambda: str(derive(read_model("ForEach(Linear(2**l, l), (l, 1, 10**12))"))),
    "a high power of a root": lambda: form("LSTM(50257, (n_ctx//L + d)**(11800654503310461168877641759541616298191/7))"),
    "a high power of a root at values": lambda: form("Linear(Max(1, d)**(7231543345211/7), d)").at({"d": 10**40}),
    "n^n": lambda: read(r"\sum_{n=0}^{10^{12}} n^n"),
    "n^n judged": lambda: judged(r"\sum_{n=0}^{10^{12}} n^n"),
    "2^k": lambda: read(r"\sum_{k=1}^{10^{12}} 2^k"),
    "2^k judged": lambda: judged(r"\sum_{k=1}^{10^{12}} 2^k d"),
    "floors in a sum": lambda: judged(r"\sum_{l=1}^{N} \lfloor l/2 \rfloor d"),
    "maxima in a sum": lambda: form("ForEach(Linear(Max(l, d), l), (l, 1, L))"),
    "maxima in a sum judged": lambda: judged("12 d", "ForEach(Linear(Max(l, d), l), (l, 1, L))"),
    "2^d at values": lambda: form("Linear(2**d, d)").at({"d": 10**10}),
    "d^h at values": lambda: form("Linear(d**h, d)").at({"h": 10**9}),
    "d^h broken down": lambda: breakdown(read_model("Linear(d**h, d)")).at({"h": 10**9}),
    "d^h summed up": lambda: str(summary(read_model("Linear(d**h, d)"), {"h": 10**9})),
    "d^h within": lambda: leading_order(read_model("Linear(d**h, d)").params, d).within(1, at={"h": 10**9}),
    "a root of a quotient of 40 digits": lambda: judged(f"({BIG}/{BIGGER})^(1/7) d"),
    "such a root in a model": lambda: form(f"Linear(d, floor(({BIG}/{BIGGER})**(1/7)*d))"),
    "a rounded quotient of high degree": lambda: form("Linear(floor((d+h)**64/(d+1)**31), d)"),
    "such a quotient judged": lambda: judged("12 d", "Linear(floor((d+h)**64/(d+1)**31), d)"),
    "a minimum of 15 powers": lambda: form(f"Linear(Min({', '.join(f'(d+{i})**{i % 5 + 2}' for i in range(15))}), d)"),
    "a minimum of minima": lambda: form(f"Linear(Min({', '.join(f'Max(d+{i}, h, V*{i})' for i in range(7))}), d)"),
    "a long sum of floors": lambda: form("ForEach(Linear(l//2+1, l), (l, 1, L))").at({"L": 10**5}),
    "a sum from a half": lambda: judged(r"\sum_{i=1/2}^{N} 1/i"),
    "a sum from half a width": lambda: form("ForEach(Linear(12/l, 3), (l, d/2, L))").at({"L": 100, "d": 5}),
    "terms of a leading order": lambda: leading_order((d + h + V + 1) ** 200, d),
    "terms of a count": lambda: closed_form(read_model("Linear((d+h)**13, 1)")).expanded,
    "sums of sums": lambda: latex(form("ForEach(ForEach(Linear(2**l, h**l), (l, 1, h)), (h, 1, 10**9))")),
    "sums of sums judged": lambda: judged(r"\sum_{k=1}^{10^{110}} 2^k", "ForEach(ForEach(Linear(l+i, d), (i, 1, l)), (l, 1, L))"),
    "a power of powers judged": lambda: judged("d/h + h/d", "MultiHeadAttention(ceiling(2/d), (n_ctx*h)**N*Max(7, n_ctx, N)/L)"),
}


@pytest.mark.parametrize("name", [*FOREIGN, *SLOW])
def test_only_our_errors_and_within_a_second(name):
    start = time.process_time()
    try:
        (FOREIGN | SLOW)[name]()
    except SymparamsError as error:
        assert str(error)
    assert time.process_time() - start < LIMIT


def test_what_is_refused_names_its_size():
    with pytest.raises(SymparamsError, match="up to 6,438 digits"):
        form("Linear(d**64, d)").at({"d": 10**99})
    with pytest.raises(SymparamsError, match="a sum of 100000 terms one by one"):
        form("ForEach(Linear(l//2+1, l), (l, 1, L))").at({"L": 10**5})
    with pytest.raises(SymparamsError, match="more than 1,000,000,000,000 terms multiplied out"):
        leading_order((d + h + V + 1) ** 64, d)
    with pytest.raises(SymparamsError, match="degree 95 in a root, a choice, a rounding"):
        read_model("Linear(floor((d+h)**64/(d+1)**31), d)")


def test_sums_have_the_values_of_their_terms():
    assert form("ForEach(Linear(l//2+1, l), (l, 1, L))").at({"L": 3000}) == sum((i // 2 + 1) * i + i for i in range(1, 3001))
    assert form("ForEach(Linear(Max(l, d), l), (l, 1, L))").at({"L": 20, "d": 7}) == sum(max(i, 7) * i + i for i in range(1, 21))
    assert form("ForEach(Linear(l**2*3**l, l), (l, 1, L))").at({"L": 9}) == sum(i**3 * 3**i + i for i in range(1, 10))
    assert form("ForEach(ForEach(Linear(l//2+i, 1), (l, 1, i)), (i, 1, L))").at({"L": 9}) == sum(
        j // 2 + i + 1 for i in range(1, 10) for j in range(1, i + 1)
    )
    assert read(r"⌊\sum_{i=0}^{99} ⌊i/2⌋/3⌋").lhs == sum(i // 2 for i in range(100)) // 3


@pytest.mark.parametrize("prefix", ["", "r", "f", "rf", "b", "u"])
def test_strings_of_every_kind_are_a_finding_or_none(tmp_path, prefix):
    path = tmp_path / "module.py"
    path.write_text(f'def f():\n    {prefix}"""symparams: LSTM(I, H) params\n\n    $4(IH + \\lceil H \\400"""\n', encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for finding in lint_file(path):
            assert not finding.right and "a fault of symparams" not in finding.error


def test_numbers_that_run_into_words_are_refused_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text in ("Linear(1if d else 2, d)", "Linear(0x1for, d)", "Linear(1.or 2, d)", 'Linear("\\d", d)', "Linear(1_0in d, d)"):
            with pytest.raises(SymparamsError):
                read_model(text)
        tied = read_model('Shared(Sequential(a=Embedding(V, d), b1=Linear(d, V, bias=False)), {"b1.weight": "a.weight"})')
    assert tied.params == V * d
