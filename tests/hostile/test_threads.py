"""Eight threads at once: the answers of one thread, and the process as before."""

import random
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from sympy.core.parameters import global_parameters

from symparams import breakdown, check, closed_form, latex, read_model
from symparams.checks.documents.linting import lint_file
from symparams.errors import SymparamsError

MODELS = [
    "Transformer(N, d, V)", "LSTM(I, H, biases=2)", "ForEach(Linear(l//2+1, l*2**l), (l, 1, L))", "Linear(1if, d)",
    'Linear("\\d", d)',
    "Given(Transformer(N, d, V, d_ff), {d_ff: 256*ceiling(8*d/768)})", "Stacked(GRU(I, H), L)", "Linear(Max(d, h), floor(d/h))",
]  # fmt: skip
CLAIMS = ["12Nd^2", "4(IH + H^2 + H)", "N(12d^2 + 13d) + Vd", r"\lfloor d/h \rfloor h", "4(e h + h^2 + 2h)"]
DOCUMENT = '''def f(d):
    """Counts.

    .. symparams: LSTM(I, H) params

    $4(IH + H^2 + H) \\l$
    """
# symparams: Linear(d, d)
n = d*d + d
'''


def _answer(job):
    kind, number, path = job
    try:
        match kind:
            case "form":
                model = read_model(MODELS[number % len(MODELS)])
                return latex(closed_form(model)), repr(breakdown(model)), repr(model.conditions)
            case "check":
                return str(check(CLAIMS[number % len(CLAIMS)], read_model(MODELS[number % 2])))
            case _:
                return [(finding.line, finding.status, finding.message) for finding in lint_file(path)]
    except SymparamsError as error:
        return type(error).__name__, str(error)


@pytest.fixture
def eager_switching():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def test_eight_threads_answer_as_one(tmp_path, eager_switching):
    path = tmp_path / "module.py"
    path.write_text(DOCUMENT, encoding="utf-8")
    jobs = [(kind, number, path) for number in range(16) for kind in ("form", "form", "check", "lint")]
    alone = [_answer(job) for job in jobs]
    random.Random(0).shuffle(order := list(range(len(jobs))))
    before = list(warnings.filters), global_parameters.evaluate, sys.getrecursionlimit()
    with ThreadPoolExecutor(8) as threads:
        together = dict(zip(order, threads.map(_answer, [jobs[place] for place in order]), strict=True))
    assert [together[place] for place in range(len(jobs))] == alone
    assert (list(warnings.filters), global_parameters.evaluate, sys.getrecursionlimit()) == before


def test_reading_touches_no_warnings_filter(monkeypatch, tmp_path):
    """`catch_warnings` replaces the filters of the whole process, and two threads within it can leave them replaced."""
    path = tmp_path / "module.py"
    path.write_text(DOCUMENT, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(warnings, "catch_warnings", None)
        for number in range(len(MODELS)):
            _answer(("form", number, path))
        lines = [finding.line for finding in lint_file(path)]
    assert lines == [6, 9]
