r"""Formulas and sentences as strangers write them, for `readings`: in READMEs, papers, course notes, posts, code.

Each row of STRANGERS is a text, the names that are known to be sizes, and the value of the last side of each reading, the
likeliest first; the values are built here in sympy. SENTENCES must have no reading, whatever names are known.
"""

from sympy import Integer, Rational, ceiling, floor

from symparams.notation import symbols

B, C, D, E, H, I, K, L, N, O, R, S, T, V, a, b, c, d, e, f, g, h, i, k, l, m, n, o, p, s, v, w, x = symbols(
    "B C D E H I K L N O R S T V a b c d e f g h i k l m n o p s v w x"
)
dh, dx, dk, dff, eh, nm, nx, na, width, inp, hidden, dim, units, vocab, context, dmodel, Vd, Nd, Ld = symbols(
    "dh dx dk dff eh nm nx na width inp hidden dim units vocab context dmodel Vd Nd Ld"
)
d_model, d_ff, d_ffn, d_mlp, d_emb, d_head, n_head, n_heads, n_layer, n_layers, n_vocab, n_ctx, n_embd, n_embed, n_blocks = symbols(
    "d_model d_ff d_ffn d_mlp d_emb d_head n_head n_heads n_layer n_layers n_vocab n_ctx n_embd n_embed n_blocks"
)
C_in, C_out, c_in, c_out, k_h, k_w, N_layers, n_0, n_1, n_2, n_3, n_l, L_hat, g_k, W_l, theta, Theta, in_channels = symbols(
    "C_in C_out c_in c_out k_h k_w N_layers n_0 n_1 n_2 n_3 n_l L_hat g_k W_l theta Theta in_channels"
)
emb_dim, input_dim, input_channel, num_units, size_of_input, size_of_output, input_size, hidden_size, vocab_size = symbols(
    "emb_dim input_dim input_channel num_units size_of_input size_of_output input_size hidden_size vocab_size"
)
embed_dim, num_layers, intermediate_size, n_experts, num_heads, head_dim, block_size, out_channels, kernel_size = symbols(
    "embed_dim num_layers intermediate_size n_experts num_heads head_dim block_size out_channels kernel_size"
)
num = Integer

# names that nobody declared
NAMES = [
    ("4 * (width*inp + width*width + width)", "", [4 * (width * inp + width**2 + width)]),
    ("2*nhead*dmodel + nhead", "n h e a d m o l", [2 * symbols("nhead") * dmodel + symbols("nhead")]),
    ("4 d_mlp m + 4 m^2 + 4 m", "", [4 * d_mlp * m + 4 * m**2 + 4 * m]),
    ("3*[dh*(dh+dx)+dh]", "", [3 * (dh * (dh + dx) + dh), 3 * (d * h * (d * h + d * x) + d * h)]),
    ("4*(width*inp + width)", "", [4 * (width * inp + width)]),
    ("3*[dh*(dh+dx)+dh]", "d h x", [3 * (dh * (dh + dx) + dh), 3 * (d * h * (d * h + d * x) + d * h)]),
    ("self.input_channel * 9", "", [9 * input_channel]),
    ("4 * d_mlp * emb_dim", "d e m b", [4 * d_mlp * emb_dim]),
    ("2·n_embed·d_mlp + d_emb", "d n", [2 * n_embed * d_mlp + d_emb]),
    ("12 * N_layers * dmodel**2", "N d", [12 * N_layers * dmodel**2]),
    ("12 N_layers d_model^2", "", [12 * N_layers * d_model**2]),
    ("4(eh + h^2 + h)", "", [4 * (e * h + h**2 + h), 4 * (eh + h**2 + h)]),
    ("4(eh + h^2 + h)", "e h", [4 * (e * h + h**2 + h)]),
    ("4(nm + n^2 + n)", "n", [4 * (n * m + n**2 + n), 4 * (nm + n**2 + n)]),
    ("Vd", "V d", [V * d]),
    ("Vd + 12Ld^2", "d V", [V * d + 12 * L * d**2, Vd + 12 * Ld**2]),
    ("4dk*(dh+dx)", "d h", [4 * d * k * (d * h + d * x), 4 * dk * (dh + dx)]),
    ("[(num_units + input_dim + 1) * num_units] * 4", "", [4 * (num_units + input_dim + 1) * num_units]),
    (
        "params = 4 * ((size_of_input + 1) * size_of_output + size_of_output^2)",
        "",
        [4 * ((size_of_input + 1) * size_of_output + size_of_output**2)],
    ),
    ("12 * d^2 * L + 2 * V * d", "", [12 * d**2 * L + 2 * V * d]),
    ("n_vocab * d_model + n_blocks*(4(d_model*d_head*n_head) + 2(d_model*d_ffn)) + d_model * n_vocab", "",
     [n_vocab * d_model + n_blocks * (4 * d_model * d_head * n_head + 2 * d_model * d_ffn) + d_model * n_vocab]),
    (r"\hat{L} \cdot d^2", "d", [L_hat * d**2]),
    ("12 dim^2 + 13 dim", "", [12 * dim**2 + 13 * dim]),
    ("(f*f*C_in+1)*K", "K", [(f * f * C_in + 1) * K]),
    ("K²C_inC_out + C_out", "", [K**2 * C_in * C_out + C_out]),
    ("k·k·c_inc_out + c_out", "c_in c_out k", [k**2 * c_in * c_out + c_out]),
    (r"\mathrm{hidden}\times(\mathrm{inp}+\mathrm{hidden}+1)", "", [hidden * (inp + hidden + 1)]),
    ("12bLhs^2", "", [12 * b * L * h * s**2, 12 * symbols("bLhs") ** 2]),
    ("sbh(34+5as/h)", "", [s * b * h * (34 + 5 * a * s / h), None]),
    ("2B s h^2", "", [2 * B * s * h**2]),
    ("2e3h", "e h", [2000 * h]),
    ("embed_dim x num_heads x 3", "", [embed_dim * num_heads * 3]),
    (r"{g}_{k}\,d + {g}_k", "", [g_k * d + g_k]),
    (r"3{\cdot}d{\times}d", "", [3 * d**2]),
    ("(3 x 3 x 18) x18", "", [num(9 * 18 * 18)]),
    ("H × (I + H + 1) + O(H + 1)", "H I O", [H * (I + H + 1) + O * (H + 1), H * (I + H + 1)]),
]  # fmt: skip

# labels, what stands around a formula, the sizes behind it
AROUND = [
    (r"|\Theta| = 2 \times d \times h", "d h", [2 * d * h]),
    (r"N(\text{model}) = 12 L d^2", "N L d", [12 * L * d**2]),
    ("Params(N,d,V) = 12Nd^2 + Vd", "N d V", [12 * N * d**2 + V * d]),
    ("N(Q,K,V) = 3*(d_model*d_head*n_head) + d_head*n_head*d_model", "N K V", [4 * d_model * d_head * n_head]),
    ("N(llama2-7b) = 6738149376", "N", [num(6738149376)]),
    ("#params = 4*d**2", "d", [4 * d**2]),
    ("# params = 4·d²", "d", [4 * d**2]),
    (r"\#\text{params} = 4d^2", "d", [4 * d**2]),
    ("P_{total} = 12d^2", "d", [12 * d**2]),
    ("GPT-2 = 124M", "", [num(124 * 10**6)]),
    ("参数 = 4d^2", "d", [4 * d**2]),
    ("参数 = 4 \\times d^2", "d", [4 * d**2]),
    (r"\text{每层} = 12d^2", "d", [12 * d**2]),
    (r"\text{每层}：12d^2", "d", [12 * d**2]),
    ("Количество параметров = 3(dh + h² + h)", "d h", [3 * (d * h + h**2 + h)]),
    ("Число параметров слоя: 12d²", "d", [12 * d**2]),
    ("パラメータ数 = 4h(d+h)", "d h", [4 * h * (d + h)]),
    ("매개변수 수 = 4h^2", "h", [4 * h**2]),
    ("Nombre de paramètres = 12·d²", "d", [12 * d**2]),
    ("Parâmetros: 12d^2", "d", [12 * d**2]),
    (r"\boxed{N = 12 L d^2}", "L d", [12 * L * d**2]),
    (r"$$\boxed{P = 12 L d^2}.$$", "L d", [12 * L * d**2]),
    (r"P = \boxed{12 L d^2}", "L d", [12 * L * d**2]),
    (r"\begin{equation}\begin{split} P &= 4d^2 \\ &+ 8d^2 . \end{split} \label{eq:1}\end{equation}", "d", [12 * d**2]),
    (r"\begin{align} P &= 12d^2,\tag{3} \end{align}", "d", [12 * d**2]),
    (r"4d^2 \text{(attention)} + 8d^2 \quad\text{(MLP)}", "d", [12 * d**2]),
    (r"12 d^2 + 13 d \text{ (4 biases)}", "d", [12 * d**2 + 13 * d]),
    (r"\begin{align} P &= 4d^2 \\ \intertext{and the other half} &+ 8d^2 \end{align}", "d", [12 * d**2]),
    (r"\underbrace{4d^2}_{\text{attention}} + \underbrace{8d^2}_{\text{MLP}}", "d", [12 * d**2]),
    ("4(eh+h^2+h), V = 50277", "e h V", [4 * (e * h + h**2 + h)]),
    ("12Nd^2 where d = 768 and N = 12", "N d", [12 * N * d**2]),
    (r"12Nd^2, \quad d=768", "N d", [12 * N * d**2]),
    (r"12Nd^2 \quad (N = 12, d = 768)", "N d", [12 * N * d**2]),
    (r"12Nd^2 \text{ with } d = 768", "N d", [12 * N * d**2]),
    ("4 * d^2 (Q, K, V, O) + 8 * d^2", "d", [12 * d**2]),
    ("12Nd^2 for N=12; d=768", "N d", [12 * N * d**2]),
    (r"P = \begin{cases} 4d^2 + 4d & \text{if bias} \\ 4d^2 & \text{otherwise} \end{cases}", "d", [4 * d**2 + 4 * d, 4 * d**2]),
]

# indices, remainders, relations
MATHS = [
    (r"n^{[1]} n^{[0]} + n^{[1]}", "n", [n_1 * n_0 + n_1]),
    ("n^[1]*n^[0] + n^[1]", "n", [n_1 * n_0 + n_1]),
    (r"W^{(l)} \cdot 2", "l", [2 * W_l]),
    (r"n^{\left(1\right)} n^{(0)}", "n", [n_1 * n_0]),
    (r"\sum_{l=1}^{3} n^{[l]} n^{[l-1]} + n^{[l]}", "n l", [n_1 * n_0 + n_1 + n_2 * n_1 + n_2 + n_3 * n_2 + n_3]),
    (r"\sum_{l=1}^{2} (n_l n_{l-1} + n_l)", "n l", [n_1 * n_0 + n_1 + n_2 * n_1 + n_2]),
    (r"\sum_{l=1}^{L} n_l (n_{l-1} + 1), \quad L = 2", "L", [n_1 * (n_0 + 1) + n_2 * (n_1 + 1)]),
    (r"\sum_{l=0}^{1} n_l n_{l+1} + d", "d", [n_0 * n_1 + n_1 * n_2 + d]),
    ("sum_{i=1}^{2} n_i n_{i-1}", "n", [n_1 * n_0 + n_2 * n_1]),
    (r"\sum_{l=1}^{2} l\,n_l", "", [n_1 + 2 * n_2]),
    (r"\sum_{i=1}^{N} (12d^2 + 13d) + Vd", "N d V", [N * (12 * d**2 + 13 * d) + V * d]),
    (r"\sum_{i=1}^{N} i d + 13d", "N d", [d * N * (N + 1) / 2 + 13 * d]),
    (r"Vd + \sum_{i=1}^{N} 12d^2", "N d V", [V * d + 12 * N * d**2]),
    (r"12Nd^2(1 + \mathcal{O}(1/d))", "N d", [12 * N * d**2]),
    (r"12Nd^2 \left(1+\mathcal{O}\left(\frac{1}{d}\right)\right)", "N d", [12 * N * d**2]),
    ("12·N·d²·(1 + O(1/d))", "N d", [12 * N * d**2]),
    (r"2048^2·12·24 + 2048·100000 > 1{,}400{,}000{,}000", "", [num(1400000000)]),
    (r"12d^2 \le 85{,}000{,}000", "d", [num(85000000)]),
    ("12*d**2 >= 7_000_000", "d", [num(7000000)]),
    ("θ = 12d²", "d", [12 * d**2]),
    (r"V \times d_{\text{model}}", "", [V * d_model]),
    (r"3 \times h \times (d_k \times d_{\text{model}})", "", [3 * h * symbols("d_k") * d_model]),
    (r"\frac{d_{\text{model}}}{h}", "", [d_model / h]),
    (r"n_{vocab}\times d_{model} \ +n_{ctx}\times d_{model}", "", [n_vocab * d_model + n_ctx * d_model]),
    (r"\lceil V/128 \rceil \times 128", "", [ceiling(V / 128) * 128]),
]

# code
CODE = [
    ("lambda d: 12*d**2 + 13*d", "", [12 * d**2 + 13 * d]),
    ("params = lambda d, f: 4*d**2 + 2*d*f", "", [4 * d**2 + 2 * d * f]),
    ("def params(d, f):\n    return 4*d*d + 2*d*f", "", [4 * d**2 + 2 * d * f]),
    (
        "def params(d: int, f: int = 3) -> int:\n    '''Counts them.'''\n    attn = 4*d*d  # attention\n    mlp = 2*d*f\n\n"
        "    return attn + mlp",
        "",
        [4 * d**2 + 2 * d * f],
    ),
    (
        "def count(vocab, context, n_embd, n_layer):\n    return (\n        vocab * n_embd\n        + context * n_embd\n"
        "        + n_layer * (12 * n_embd * n_embd + 9 * n_embd)\n    )",
        "",
        [vocab * n_embd + context * n_embd + n_layer * (12 * n_embd**2 + 9 * n_embd)],
    ),
    (
        "d_k = d_model // n_heads\nattn = n_layers * (4 * d_model * d_model)  # q,k,v,o\nffn = n_layers * (2 * d_model * d_ff)\n"
        "total = attn + ffn + vocab * d_model",
        "",
        [n_layers * 4 * d_model**2 + n_layers * 2 * d_model * d_ff + vocab * d_model],
    ),
    ("a = n_embd * 2\nb = a * \\\n  a\nreturn b", "", [4 * n_embd**2]),
    ("4*d*d + (4*d if bias else 0)", "", [4 * d**2 + 4 * d, 4 * d**2]),
    ("d * 2 if self.tie is None else d", "", [2 * d, d]),
    ("(d if a else 0) + (h if a else 0)", "", [d + h, num(0)]),
    ("sp.Integer(4)*d", "", [4 * d]),
    ("sympy.Rational(3, 2) * d", "", [Rational(3, 2) * d]),
    ("Fraction(8, 3) * d**2", "", [Rational(8, 3) * d**2]),
    ("params = 12*d**2  # weights only", "", [12 * d**2]),
    ("params = 4 * hidden_size * (input_size + hidden_size + 1) * 2", "", [8 * hidden_size * (input_size + hidden_size + 1)]),
    ("self.num_params = 4 * hidden_size * (input_size + hidden_size + 1)", "", [4 * hidden_size * (input_size + hidden_size + 1)]),
    ("return int(vocab_size * n_embd + 1024 * n_embd)", "", [vocab_size * n_embd + 1024 * n_embd]),
    ("self.config.num_layers * (self.config.embed_dim ** 2)", "", [num_layers * embed_dim**2]),
    ("8 * dim // 3 * 3", "", [3 * floor(8 * dim / 3)]),
    ("1e6", "", [num(10**6)]),
    ("12.0*d**2", "", [12 * d**2]),
    ("4 * d**2 <= 7077888", "", [num(7077888)]),
]

# numbers
NUMBERS = [
    ("124 million parameters", "", [num(124 * 10**6)]),
    ("138M parameters", "M", [num(138 * 10**6)]),
    ("**535,818 parameters**", "", [num(535818)]),
    ("about 124M", "", [num(124 * 10**6)]),
    ("roughly 7 billion", "", [num(7 * 10**9)]),
    ("≈ 1.5 billion weights", "", [num(15 * 10**8)]),
    ("1.3 million", "", [num(13 * 10**5)]),
    ("6.7b", "b", [num(67 * 10**8)]),
    ("124 439 808", "", [num(124439808)]),
    ("124'439'808", "", [num(124439808)]),
    ("124_439_808", "", [num(124439808)]),
    (r"\num{124439808}", "", [num(124439808)]),
    (r"124\,439\,808", "", [num(124439808)]),
    ("= 18.4e9", "e E", [num(184 * 10**8)]),
    ("7B", "B", [num(7 * 10**9)]),
    ("6 * 175B * 300B = 3.15e23", "B", [num(315 * 10**21)]),
    ("approximately 65M trainable parameters", "", [num(65 * 10**6)]),
    ("ca. 7 Mrd", "", [num(7 * 10**9)]),
    ("around 213M params", "", [num(213 * 10**6)]),
    ("~7B", "", [num(7 * 10**9)]),
    (r"\approx 6.7\text{ billion parameters}", "", [num(67 * 10**8)]),
    (r"\sim 175~\text{billion}", "", [num(175 * 10**9)]),
    (r"= 124{,}439{,}808 \text{ parameters}", "", [num(124439808)]),
    ("12Nd^2 ≈ 85 million parameters", "N d", [num(85 * 10**6)]),
    ("12Nd^2 = about 85M", "N d", [num(85 * 10**6)]),
    ("over 100M", "", [num(10**8)]),
    ("at most 7B parameters", "", [num(7 * 10**9)]),
    ("1.1亿参数", "", [num(11 * 10**7)]),
    ("Total params: 124,439,808 parameters.", "", [num(124439808)]),
]

STRANGERS = [*NAMES, *AROUND, *MATHS, *CODE, *NUMBERS]

SENTENCES = """the model has 12 layers
attention and feed forward|GPT-2 small|embedding layer 12 d|12 heads|4 layers|GPT-2|GPT-3 175B
feed-forward|encoder/decoder|and/or|attention|parameters|self-attention|MLP|about four times the hidden size
The LSTM has 4 gates|see Table 3|Table 3|Section 3.2|Eq. (5)|see (3)|layer norm|multi-head attention|12 layers, 768 hidden
d is the model width|where d is the model width|This is a sentence.|two linear layers|3 x larger|twice as many
a transformer with N layers|number of parameters|the number of parameters is 12Nd^2|12Nd^2 parameters per layer
N layers of width d|40 GB of memory|16 bits|2 bytes per parameter|64 GPUs|batch size 32|learning rate 1e-4|epoch 3
version 2.13|it is so|no big win|a big d|k-means|BERT-base|ResNet-50|input/output|weights and biases|bias terms|hidden units
four gates|h hidden units|an LSTM layer|word embeddings|we use d = 768|O of n squared|for each layer|for i in range(N)
if bias: x = 1|print(12*d)|import math|d_model is 768|n_layer layers|e.g. 12|yes|d or h|12 tokens|"quoted"|http://example.com
foo@bar.com|100%!|12 attention heads|12-layer model|a 12-layer transformer|6.7B model|7B-parameter model|the 7B|ViT-B/16
Attention is all you need|embedding dimension|1st layer|in total|LSTM|GRU cell|d_model dimensional vectors|up to 7B tokens
4 * the width"""
SENTENCES = [sentence for line in SENTENCES.splitlines() for sentence in line.split("|")]

# What looks like a formula and must be refused, with a part of the reason.
NEAR_FORMULAS = [
    (r"\sum_{i=1}^{N} 12d^2 + 13d", "N d", "of the first of them or of all"),
    (r"\sum_{l=1}^{L} (n_l n_{l-1} + n_l)", "L", "sizes that change with l"),
    (r"sum_{i} n_i n_{i+1}", "", "first value"),
    (r"n_{l-1} h", "n h", "which no sum binds"),
    (r"\sum_{l=0}^{2} n_l n_{l-1}", "", "l = 0"),
    (r"\sum_{l=1}^{100} n_l", "", "too long to write out"),
    (r"12d^2 \lesssim 85", "d", "no sizes decide"),
    (r"12d^2 \text{(×12)}", "d", "in the formula"),
    (r"12d^2 \quad h", "d h", "wide blank"),
    ("total += 4*d", "d", "'='"),
    ('f"{4*d}"', "d", "no meaning"),
    ("a/2b", "a b", "behind a slash"),
    ("1 234", "", "right behind"),
    ("4×(输入 + 隐藏)", "", "not declared"),
    ("x = 4*d**2\nfor i in y:\n  x", "d", "'for'"),
    ("12d^2, 13d", "d", "','"),
    (r"12Nd^2(1 + \mathcal{O}(1/d))(1 + \mathcal{O}(1/N))", "N d", "a second remainder"),
]
