import pytest
from hypothesis import given
from sympy import Add, Integer, Rational, fraction

import symparams as sp
from symparams.notation import same
from symparams.tree import Copies, IndexedBy, Relations
from tests.strategies import SYMBOLS, Recipe, recipes, values

N, d, V, I, H, L, g = sp.symbols("N d V I H L g")


def by_hand(layer: sp.Layer) -> int:
    """A count of integer layers that shares nothing with the library but the list of weights: every copy is walked."""

    def copies(scopes, env):
        if not scopes:
            yield env
            return
        scope, *rest = scopes
        match scope:
            case Copies(count=count, shared=shared):
                for _ in range(1 if shared else int(count.subs(env))):
                    yield from copies(rest, env)
            case IndexedBy(index=index, start=start, stop=stop):
                for i in range(int(start.subs(env)), int(stop.subs(env)) + 1):
                    yield from copies(rest, {**env, index: i})
            case Relations(rule=rule):
                yield from copies(rest, {**env, **{key: value.subs(env) for key, value in rule}})

    total = 0
    for placed in layer.weights():
        if placed.weight.kind != "buffer" and placed.tied_to is None:
            for env in copies(placed.scopes, {}):
                size = 1
                for dimension in placed.weight.shape:
                    size *= int(dimension.subs(env))
                total += size
    return total


@given(recipes, values)
def test_the_closed_form_at_sizes_is_the_count_of_the_layer_of_those_sizes(recipe: Recipe, sizes: dict[str, int]):
    symbolic, concrete = sp.closed_form(recipe(SYMBOLS)), recipe({name: Integer(size) for name, size in sizes.items()})
    free = {symbol.name for symbol in symbolic.expr.free_symbols}
    counted = by_hand(concrete)
    assert symbolic.at({name: size for name, size in sizes.items() if name in free}) == counted
    assert concrete.params == counted


@given(recipes)
def test_a_closed_form_its_expansion_and_its_factors_are_the_same_formula(recipe: Recipe):
    layer = recipe(SYMBOLS)
    closed = sp.closed_form(layer)
    assert same(closed.expr, layer.params)
    assert same(closed.expanded, layer.params)
    assert same(closed.factored, layer.params)


@given(recipes)
def test_every_breakdown_sums_to_the_total(recipe: Recipe):
    layer = recipe(SYMBOLS)
    for by in ("part", "role", "training", ("part", "role"), ("part", "role", "training")):
        for depth in (None, 1, 3):
            rows = sp.breakdown(layer, by, depth).rows
            assert same(Add(*(row.expr for row in rows)), layer.params)
            for row in rows if layer.params != 0 else ():  # their sum is 1, then; as a quotient it may be too large to be decided
                part, whole = fraction(row.share)
                assert same(part * layer.params, row.expr * whole)


def test_many_symbols_are_told_apart_in_time():
    """300 layers of 301 widths: cancelling each share took longer than anybody waits."""
    sizes = sp.symbols(" ".join(f"a{number}" for number in range(301)))
    rows = sp.breakdown(sp.Sequential(*map(sp.Linear, sizes, sizes[1:]))).at(dict.fromkeys(sizes, 2))
    assert len(rows.rows) == 300 and {row.expr for row in rows.rows} == {6} and sum(row.share for row in rows.rows) == 1


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        (sp.LSTM(I, H), "4*(H*I + H**2 + H)"),
        (sp.LSTM(I, H, biases=2), "4*(H*I + H**2 + 2*H)"),
        (sp.Recurrent(I, H, g), "g*(H*I + H**2 + H)"),
        (sp.Transformer(N, d, V), "N*(12*d**2 + 13*d) + V*d"),
        (sp.Transformer(6, d, V), "6*(12*d**2 + 13*d) + V*d"),
        (sp.Transformer(1, d, V), "V*d + 12*d**2 + 13*d"),
        (sp.Transformer(12, 768, 50257), "123651840"),
        (sp.Repeat(sp.Repeat(sp.LSTM(I, H), L), N), "4*N*L*(H*I + H**2 + H)"),
        (sp.Repeat(sp.LayerNorm(d), N), "2*N*d"),
        (sp.Repeat(sp.LayerNorm(d), N - 1), "2*(N - 1)*d"),
        (sp.Stacked(sp.RNN(I, H), L), "(L - 1)*(2*H**2 + H) + H*I + H**2 + H"),
        (sp.Stacked(sp.RNN(I, H), 1), "H*I + H**2 + H"),
        (sp.Given(sp.Repeat(sp.Linear(d, d), N), {N: 3 * L}), "3*L*(d**2 + d)"),
        (sp.Sequential(sp.BatchNorm(d)), "2*d"),
        (sp.LayerNorm(d, gain=False, bias=False), "0"),
    ],
)
def test_the_picture_is_kept(layer: sp.Layer, printed: str):
    assert repr(sp.closed_form(layer)) == printed


def test_two_blocks_repeated_equally_often_stay_apart():
    model = sp.Sequential(sp.Repeat(sp.Linear(d, d), N), sp.Repeat(sp.LSTM(d, d), N))
    assert repr(sp.closed_form(model)) == "N*(d**2 + d) + 4*N*(2*d**2 + d)"


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        (sp.Sequential(a=sp.LSTM(I, H), b=sp.LSTM(I, H)), "8*(H*I + H**2 + H)"),
        (sp.Sequential(a=sp.LSTM(I, H), b=sp.GRU(I, H)), "7*(H*I + H**2 + H)"),
        (sp.Sequential(a=sp.LSTM(I, H), b=sp.LSTM(H, H)), "4*(H*I + H**2 + H) + 4*(2*H**2 + H)"),
        (sp.Sequential(a=sp.LSTM(I, H), b=sp.Linear(I, H), c=sp.LSTM(I, H)), "8*(H*I + H**2 + H) + H*I + H"),
        (sp.Repeat(sp.Sequential(a=sp.LSTM(I, H), b=sp.LSTM(I, H)), N), "8*N*(H*I + H**2 + H)"),
        (sp.Sequential(*[sp.Repeat(sp.Linear(d, d), count) for count in (N, L, N)]), "2*N*(d**2 + d) + L*(d**2 + d)"),
        (sp.Sequential(sp.Transformer(N, d, V), sp.Transformer(N, d, V)), "2*N*(12*d**2 + 13*d) + 2*V*d"),
        (sp.EncoderDecoderTransformer(N, d, V), "N*(12*d**2 + 13*d) + N*(16*d**2 + 19*d) + V*d"),
    ],
)
def test_equal_brackets_are_one_group(layer: sp.Layer, printed: str):
    closed = sp.closed_form(layer)
    assert repr(closed) == printed
    assert same(closed.expr, layer.params)
    assert repr(sp.ClosedForm(sp.derive(layer).check().result)) == printed
    apart = sp.breakdown(sp.Sequential(a=sp.LSTM(I, H), b=sp.LSTM(I, H)))
    assert [repr(sp.ClosedForm(row.form)) for row in apart.rows] == ["4*(H*I + H**2 + H)"] * 2


def test_order_does_not_depend_on_the_alphabet():
    z, a = sp.symbols("z a")
    assert repr(sp.closed_form(sp.Transformer(z, a, N))) == "z*(12*a**2 + 13*a) + N*a"


def test_a_breakdown_tells_biases_from_norms():
    by_role = {row.label[0]: row.expr for row in sp.breakdown(sp.TransformerEncoderLayer(d), by="role").rows}
    assert by_role == {"weight": 12 * d**2, "bias": 9 * d, "norm": 4 * d}


def test_tied_weights_stay_listed_and_count_nothing():
    rows = {row.label[0]: row.expr for row in sp.breakdown(sp.Transformer(N, d, V)).rows}
    assert rows["head"] == 0
    assert sp.Transformer(N, d, V, head="untied").params - sp.Transformer(N, d, V).params == V * d


def test_the_summary_of_article_002():
    V_, e, h, o = sp.symbols("V e h o")
    model = sp.Sequential(sp.Embedding(V_, e), sp.LSTM(e, h), sp.Linear(h, o))
    table = sp.summary(model, {V_: 1000, e: 128, h: 64, o: 10})
    assert [row[-1] for row in table.rows] == [128_000, 49_408, 650]
    assert [row[-1] for row in table.foot] == [178_058, 178_058, 0]
    keras_norm = sp.Sequential(sp.BatchNorm(h, statistics="frozen"))
    assert [row[-1] for row in sp.summary(keras_norm, {h: 8}).foot] == [32, 16, 16]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sp.breakdown(sp.Linear(2, 3), by="colour"), "one or several of 'part', 'role', 'training'"),
        (lambda: sp.breakdown(sp.Linear(2, 3), depth=0), "at least 1"),
        (lambda: sp.closed_form(12 * d), "a layer"),
        (lambda: sp.closed_form(sp.Linear(d, d)).at({"V": 3}), "values for the formula's symbols: d"),
        (lambda: sp.closed_form(sp.Linear(d, d)).at({d: 0}), "a positive integer"),
        (lambda: sp.closed_form(sp.Linear(d, d)).at({d: 2.5}), "a positive integer"),
        (lambda: sp.closed_form(sp.Linear(d, d)).at({d: N}), "an integer"),
    ],
)
def test_refusals_say_what_was_wanted(call, message: str):
    with pytest.raises(sp.SymparamsError, match=message):
        call()


TIED = sp.Shared(sp.Sequential(sp.Embedding(V, d), sp.Linear(d, V, bias=False)), {"linear.weight": "embedding.weight"})


@pytest.mark.parametrize(
    ("layer", "of", "shares"),
    [
        (sp.LayerNorm(d, gain=False, bias=False), "parameters", []),
        (sp.Linear(1, 1, bias=False), "parameters", [1]),
        (sp.Sequential(sp.Linear(d, V, bias=False), sp.Embedding(V, 3 * d)), "parameters", [Rational(1, 4), Rational(3, 4)]),
        (TIED, "parameters", [1, 0]),
        (TIED, "non_embedding", []),
        (sp.Given(sp.ForEach(sp.Linear(d, d), (g, 2, L)), {L: 1}), "parameters", [0, 0]),  # no layers
    ],
)
def test_the_shares_of_a_breakdown(layer, of, shares):
    assert [row.share for row in sp.breakdown(layer, of=of).rows] == shares


def test_a_breakdown_by_nothing_is_refused():
    from symparams import Transformer, breakdown, symbols
    from symparams.errors import SizeError

    with pytest.raises(SizeError, match="by="):
        breakdown(Transformer(*symbols("N d V")), by=())


def parts(model):
    return [row.label[0] for row in sp.breakdown(model).rows]


def test_a_breakdown_opens_a_model_as_far_as_its_stacks():
    llama = parts(sp.architecture("llama-3-70b").layer)
    assert llama[:3] == ["model.embed_tokens", "model.layers.self_attn", "model.layers.mlp"]
    assert llama[-2:] == ["model.norm", "lm_head"]
    assert parts(sp.architecture("whisper-tiny").layer) == ["model.encoder", "model.decoder", "proj_out"]  # two stacks: no further
    assert parts(sp.architecture("t5-base").layer) == ["shared", "encoder", "decoder", "lm_head"]


def test_a_stack_of_one_part_is_not_opened():
    e, h, o, v = sp.symbols("e h o v")
    assert parts(sp.Sequential(sp.Embedding(v, e), sp.LSTM(e, h), sp.Linear(h, o))) == ["embedding", "lstm", "linear"]
    assert parts(sp.Sequential(sp.Embedding(v, e), sp.Transformer(h, e, v))) == [
        "embedding",
        "language_model.embedding",
        "language_model.layers.attention",
        "language_model.layers.attention_norm",
        "language_model.layers.feed_forward",
        "language_model.layers.feed_forward_norm",
        "language_model.head",
    ]
