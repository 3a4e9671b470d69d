"""Twenty snippets that somebody has looked at, each an object of another kind in an environment that fits it.

`python -m tests.golden` writes golden/*.tex anew; `python -m tests.typeset FOLDER` sets each on a page and draws it. Look at the
pictures of those that changed before committing them.
"""

from pathlib import Path

from symparams import (
    LSTM,
    Embedding,
    LLaMA,
    Sequential,
    Transformer,
    breakdown,
    caches,
    check,
    closed_form,
    compare,
    derive,
    latex,
    leading_order,
    legend,
    operations,
    summary,
    symbols,
)
from symparams.frameworks.recovery import recover
from symparams.models.reading import read_model
from tests.typeset.compiling import CLASSES, OPENING

FOLDER = Path(__file__).with_name("golden")
N, d, V, I, H, e, n, h, h_kv, d_ff, b, s = symbols("N d V I H e n h h_kv d_ff b s")
GPT = Transformer(N, d, V, positions=n, final_norm=True)
GROUPED = LLaMA(N, d, V, d_ff, h, h_kv)


def attention(hidden_size, num_heads):
    """A function whose form is recovered."""
    assert hidden_size % num_heads == 0
    return 4 * hidden_size * hidden_size + num_heads


PAGES = {  # by name: the class of the page, the object, the environment and its options
    "expression": ("one-column", lambda: 12 * N * d**2 / (V + d), {"env": "inline"}),
    "layer": ("one-column", lambda: LSTM(I, H), {"env": "equation", "label": "eq:lstm"}),
    "closed_form": ("two-column", lambda: closed_form(GROUPED), {"env": "equation", "label": "eq:llama"}),
    "closed_form_multline": ("ACL", lambda: closed_form(GROUPED).expanded, {"env": "multline"}),
    "encoder_decoder": ("ICML", lambda: read_model("EncoderDecoderTransformer(N, d, V, d_ff)"), {"env": "align", "label": "eq:ed"}),
    "worked": ("one-column", lambda: closed_form(LSTM(I, H)).worked(I=512, H=512), {"env": "align*"}),
    "rounded": ("acmart", lambda: closed_form(GPT).worked(N=12, d=768, V=50257, n=1024), {"env": "align", "numbers": ("short", 4)}),
    "aligned": (
        "one-column",
        lambda: closed_form(read_model("GPT2(N, d, V, n)")),
        {"env": "aligned", "width": 24, "notation": "kaplan"},
    ),
    "breakdown": ("two-column", lambda: breakdown(GROUPED), {"env": "table", "caption": "LLaMA.", "label": "tab:llama"}),
    "breakdown_by_role": (
        "one-column",
        lambda: breakdown(GPT, ("part", "role")),
        {"env": "longtable", "caption": "GPT-2."},
    ),
    "breakdown_at_sizes": (
        "IEEEtran",
        lambda: breakdown(GPT).at(N=12, d=768, V=50257, n=1024),
        {"env": "table", "caption": "GPT-2."},
    ),
    "summary": (
        "two-column",
        lambda: summary(Sequential(Embedding(V, e), LSTM(e, H))),
        {"env": "table", "caption": "Words."},
    ),
    "legend": ("two-column", lambda: legend(GROUPED), {"env": "table", "caption": "Symbols."}),
    "approximation": ("two-column", lambda: leading_order(GPT.params, {d: 1, V: 1}), {"env": "equation"}),
    "derivation": ("two-column", lambda: derive(GPT), {"env": "align", "label": "eq:derivation"}),
    "derivation_of_parts": ("NeurIPS", lambda: derive(Transformer(N, d, V)), {"env": "align*", "detail": "substitutions"}),
    "verdict": ("two-column", lambda: check("12Nd^2 + 13Nd", Transformer(N, d, V)), {"env": "inline"}),
    "comparison": ("two-column", lambda: compare(Transformer(N, d, V), "12Nd^2"), {"env": "align*"}),
    "comparison_of_three": (
        "two-column",
        lambda: compare(*map(read_model, ("LSTM(I, H)", "GRU(I, H)", "RNN(I, H)"))),
        {"env": "table", "caption": "Recurrent layers."},
    ),
    "recovered": ("two-column", lambda: recover(attention), {"env": "align*"}),
    "operations": ("two-column", lambda: closed_form(GROUPED, operations(b, s)), {"env": "align", "notation": "megatron"}),
    "operations_by_part": (
        "acmart",
        lambda: breakdown(GPT, of=operations(b, s)),
        {"env": "table", "caption": "Operations."},
    ),
    "cache": ("ACL", lambda: derive(GROUPED, of=caches(b, s)), {"env": "align*"}),
}


def snippet(name):
    """What a golden file holds: a snippet broken for the columns of its class."""
    column, made, options = PAGES[name]
    return f"{latex(made(), **{'width': column, **options})}\n"


def document(name):
    """A page of its class with what a golden file holds, after a line of prose."""
    column, shown = PAGES[name][0], snippet(name)
    if PAGES[name][2]["env"] == "aligned":
        shown = f"\\[\n{shown}\\]"
    prose = f"This line of prose shows how wide the column of {column} is set, and what follows is {name.replace('_', ' ')}:"
    begin = f"{CLASSES[column]}\\allowdisplaybreaks\\pagestyle{{empty}}\\begin{{document}}{OPENING.get(column, '')}"
    return f"{begin}\n{prose}\n{shown}\nAnd the text goes on.\n\\end{{document}}\n"
