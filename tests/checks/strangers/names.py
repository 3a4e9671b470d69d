"""What papers, frameworks and courses call the sizes of a network, and how each syntax spells such a name.

A name is an identifier: `d_model` stands for d_{model}, d_{\\text{model}} and d_model alike.
"""

import random
import re
from collections.abc import Iterable, Mapping

# role: letters of papers and courses | subscripted | frameworks and model configurations | code and words
_POOL = {
    "n_in": "I i m x X D n N delta p q | d_in n_in n_x d_x N_i n_0 D_in | input_size in_features input_dim n_features | "
    "inp inputDim nIn dx inputs",
    "n_out": "O o k K C c y q mu | d_out n_out n_y n_1 D_out N_o | out_features output_size units num_classes | "
    "out outputDim nOut classes labels",
    "d_model": "d D H h E e C m M n w delta | d_model d_m d_e d_h D_model n_d d_embed d_emb | "
    "hidden_size n_embd embed_dim model_dim embedding_size hidden_dim d_hidden emb_dim dim | "
    "width hidden hiddenSize dModel emb channels dmodel",
    "d_ff": "f F m M I h k D phi H | d_ff d_ffn d_f D_ff d_mlp d_inner d_i n_ff | "
    "intermediate_size ffn_dim n_inner dim_feedforward ffn_hidden_size mlp_dim hidden_dim | "
    "ffn inner intermediateSize dFF ff mlpDim",
    "layers": "N L l n B b K T lambda_0 | n_layer n_l N_L L_enc n_layers N_layers n_blocks | "
    "num_hidden_layers num_layers n_layer encoder_layers num_blocks | depth layers numLayers nLayer blocks",
    "heads": "h H a A N n k eta | n_h n_head n_heads N_h n_a n_q | num_attention_heads num_heads nhead n_head | "
    "heads numHeads nHead",
    "kv_heads": "g G k K kv | n_kv n_g h_kv n_kv_heads G_kv | num_key_value_heads num_kv_heads num_query_groups | groups kvHeads",
    "d_head": "k K D s p kappa | d_h d_k d_head D_h d_q d_a | head_dim key_dim kv_channels size_per_head | headDim headSize hd",
    "vocab": "V v W n M S nu | n_vocab n_v N_V V_t | vocab_size n_words vocabulary_size num_embeddings n_token | "
    "vocab vocabSize tokens words",
    "positions": "T S s t n L P l C tau | n_ctx n_pos L_max T_max n_positions | "
    "max_position_embeddings block_size max_seq_len context_length seq_length n_positions | "
    "context ctx maxLen seqLen block",
    "n_hid": "H h n m D k u U d N sigma | n_h d_h n_hid d_hid n_a N_h | "
    "hidden_size hidden_dim units num_units num_hidden rnn_size n_hidden | hidden hiddenDim nHidden width dh cells",
    "c_in": "C c M m I i D p | C_in c_in C_i n_in c_1 C_1 f_in C_0 | in_channels input_channels in_planes | cin inChannels Cin ch",
    "c_out": "K O o N n F f q | C_out c_out C_o n_out c_2 C_2 f_out | out_channels filters planes num_filters | "
    "cout outChannels Cout",
    "channels": "C c n F d | n_c N_c c_out | num_features num_channels | channels numFeatures features",
    "kernel": "k K f F s r D_K kappa | k_w k_h F_h f_w D_k K_s | kernel_size filter_size patch_size receptive_field | "
    "kernel ksize kernelSize ks",
    "groups": "G g q | n_g N_g | groups num_groups | nGroups",
    "n_proj": "P p r R | d_p n_p d_proj n_r | proj_size num_proj projection_size | proj projDim",
    "d_encoder": "E e s M | d_enc d_s d_e | encoder_hidden_size kdim d_encoder | encDim",
    "experts": "E e n X | n_e N_E n_exp | num_experts num_local_experts n_routed_experts | experts numExperts",
    "embed": "E e m d D n k epsilon | d_e d_emb d_w n_e | embedding_dim embedding_size embed_dim emb_dim output_dim | "
    "emb embed embDim wordDim",
    "classes": "C c K k n O | n_c N_c n_cls n_labels | num_classes num_labels n_classes | classes labels numClasses",
    "other": "a b c g p q r s t u x y z A B Q R U W X Y Z rho theta psi omega beta | "
    "a_1 b_1 n_s n_t s_1 r_q r_kv d_r d_c n_p | rank ratio size_1 extra_size",
}
POOL = {role: tuple(dict.fromkeys(names.replace("|", " ").split())) for role, names in _POOL.items()}

_ROLES = {
    r"vocab": "vocab",
    r"key_value_heads|kv_heads|query_groups": "kv_heads",
    r"attention_heads|n_heads?\b|num_heads|_heads$": "heads",
    r"head_dim|d_kv|key_dim": "d_head",
    r"position|max_len": "positions",
    r"intermediate|ffn|d_ff|n_inner|inner_dim": "d_ff",
    r"layers?\b|layers|depth": "layers",
    r"labels|classes": "classes",
    r"experts": "experts",
    r"kernel|patch_size": "kernel",
    r"channels|conv_dim": "channels",
    r"hidden_size|d_model|n_embd|embed|emb_dim|\bdim\b|hidden_dim": "d_model",
}
_GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "eta",
            "theta",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "rho",
            "sigma",
            "tau",
            "phi",
            "psi",
            "omega",
        ],
        ["α", "β", "γ", "δ", "ε", "η", "θ", "κ", "λ", "μ", "ν", "ρ", "σ", "τ", "φ", "ψ", "ω"],
        strict=True,
    )
)
_BELOW = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def role_of(field: str) -> str:
    """The kind of size that a configuration's field holds."""
    return next((role for pattern, role in _ROLES.items() if re.search(pattern, field)), "other")


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def names_of(role: str, field: str = "") -> tuple[str, ...]:
    """The names that a size of this role may bear; the field of a configuration is one of them."""
    own = (field, camel(field)) if field else ()
    return (*POOL[role], *own, *(POOL["other"] if role == "other" else ()))


def identity(name: str) -> str:
    """What makes two names one for a reader: n and N are two, d_model and dModel one."""
    plain = name.replace("_", "")
    return plain if len(plain) == 1 else plain.lower()


def draw_names(
    roles: Mapping[str, str], draw: random.Random, taken: Iterable[str] = (), fields: bool = False, collide: Iterable[str] = ()
) -> dict[str, str]:
    """A name for each size, all distinct for a reader; those in `collide`, which mean another size elsewhere, are likelier."""
    used = {identity(name) for name in taken}
    tempting = set(collide)
    names: dict[str, str] = {}
    for size in draw.sample(sorted(roles), len(roles)):
        choices = [name for name in names_of(roles[size], size if fields else "") if identity(name) not in used]
        letters = [name for name in "abcdefghjklmnpqrstuvwxyzABCDGHJKLMPQRSTUVWXYZ" if identity(name) not in used]
        collisions = [name for name in choices if name in tempting and name != size]
        names[size] = draw.choice(collisions if collisions and draw.random() < 0.4 else choices or letters or [f"x_{len(names)}"])
        used.add(identity(names[size]))
    return names


def glues(name: str) -> bool:
    """Whether a name may stand in a product without a sign: a letter, bare or with a subscript."""
    head, _, below = name.partition("_")
    return (len(head) == 1 or head in _GREEK) and "_" not in below


def in_unicode(name: str, draw: random.Random) -> str:
    head, _, below = name.partition("_")
    head = _GREEK.get(head, head)
    if below and len(below) == 1 and below in _BELOW and draw.random() < 0.5:
        return head + _BELOW[below]
    return f"{head}_{below}" if below else head


def in_latex(name: str, draw: random.Random) -> str:
    if not glues(name):
        escaped = name.replace("_", r"\_")
        return draw.choice([rf"\text{{{escaped}}}", rf"\mathrm{{{escaped}}}", rf"\texttt{{{escaped}}}", rf"\textit{{{escaped}}}"])
    head, _, below = name.partition("_")
    spelled = f"\\{head}" if head in _GREEK else head
    if not below:
        return draw.choice(["|V|", r"|\mathcal{V}|", "V"]) if name == "V" else spelled
    if len(below) == 1:
        return f"{spelled}_{draw.choice([below, f'{{{below}}}'])}"
    return f"{spelled}_" + draw.choice([f"{{{below}}}", rf"{{\text{{{below}}}}}", rf"{{\mathrm{{{below}}}}}", rf"\text{{{below}}}"])
