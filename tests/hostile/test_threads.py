"""Eight threads at once: the answers of one thread, and the process as before."""

import random
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from sympy.core.parameters import global_parameters

from symparams import breakdown, caches, check, closed_form, code, derive, flops, kv_cache, latex, operations, read_model, symbols
from symparams.checks.documents.linting import lint_file
from symparams.errors import SymparamsError

MODELS = [
    "Transformer(N, d, V)", "LSTM(I, H, biases=2)", "ForEach(Linear(l//2+1, l*2**l), (l, 1, L))", "Linear(1if, d)",
    'Linear("\\d", d)',
    "Given(Transformer(N, d, V, d_ff), {d_ff: 256*ceiling(8*d/768)})", "Stacked(GRU(I, H), L)", "Linear(Max(d, h), floor(d/h))",
]  # fmt: skip
FAMILIES = [
    ("LLaMA(N, d, V, d_ff, h, h_kv)", {"seq": 8}), ("T5(N, d, V, d_ff, h, d_h)", {"seq": 8, "memory": 9}),
    ("ViT(N, d, 224, 16, h)", {"extent": (224, 224)}), ("Mixtral(N, d, V, d_ff, h, E, k)", {"seq": 8, "training": True}),
    ("Mamba2(N, d, V, h)", {"seq": 8}), ("ResNet((3, 4), (64, 128))", {"extent": (224, 224)}),
    ("BERT(N, d, V, positions=512)", {"seq": 512, "per_token": True}), ("RWKV(N, d, V)", {"seq": 8}),
]  # fmt: skip
COST_CLAIMS = ["24bsd^2 N", "N(24bsd^2 + 4bds^2) + 2Vbds", "6Nbs", "2bd^2 GFLOPs", "2Nbds"]
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
            case "family":
                text, data = FAMILIES[number % len(FAMILIES)]
                model = read_model(text)
                return str(closed_form(model)), str(flops(model, **data)), derive(model).check(), code(model)
            case "cost":
                b, s = symbols("b s")
                model = read_model(MODELS[number % len(MODELS)])
                rows = repr(breakdown(model, of=operations(b, s, training=True)))
                return rows, str(flops(model, b, s)), str(kv_cache(model, b, s))
            case "cost check":
                of = (operations, caches)[number % 2](*symbols("b s"))
                return str(check(COST_CLAIMS[number % len(COST_CLAIMS)], read_model(MODELS[0]), of=of))
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
    jobs = [
        (kind, number, path) for number in range(16) for kind in ("form", "form", "check", "lint", "family", "cost", "cost check")
    ]
    alone = [_answer(job) for job in jobs]
    random.Random(0).shuffle(order := list(range(len(jobs))))
    before = list(warnings.filters), global_parameters.evaluate, sys.getrecursionlimit()
    with ThreadPoolExecutor(8) as threads:
        together = dict(zip(order, threads.map(_answer, [jobs[place] for place in order]), strict=True))
    assert [together[place] for place in range(len(jobs))] == alone
    assert (list(warnings.filters), global_parameters.evaluate, sys.getrecursionlimit()) == before


_COLD = """
import sys
from concurrent.futures import ThreadPoolExecutor

def answer(number):
    import symparams
    model = symparams.read_model(("Transformer(N, d, V)", "LLaMA(N, d, V, d_ff)", "LSTM(I, H)")[number % 3])
    match number % 5:
        case 0: return repr(symparams.closed_form(model))
        case 1: return repr(symparams.flops(model, 2, 8))
        case 2: return str(symparams.check("12Nd^2", model).kind)
        case 3: return symparams.latex(symparams.breakdown(model))
        case _: return repr(symparams.leading_order(model.params, sorted(model.params.free_symbols, key=str)[0]))

sys.setswitchinterval(1e-5)
with ThreadPoolExecutor(int(sys.argv[1])) as threads:
    print(*threads.map(answer, range(15)), sep="\\n")
"""


def test_the_first_use_in_eight_threads_is_that_of_one():
    """Every name of the package is loaded at its first use, and so are the tables of names."""
    one, eight = (
        subprocess.run([sys.executable, "-c", _COLD, number], capture_output=True, text=True, check=True).stdout for number in "18"
    )
    assert one == eight and one.count("\n") >= 15


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
