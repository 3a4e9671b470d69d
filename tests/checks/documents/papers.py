"""Whole documents the way people write them, each with its findings: the line and what it comes to there.

The verdicts follow from the formulas of the layers, which other tests compare with live modules: a Transformer(N, d, V) has
N(12d² + 13d) + Vd, an LSTM(I, H) 4(HI + H² + H), a GRU(I, H) 3(HI + H² + H), MultiHeadAttention(d) 4d² + 4d parameters; GPT-2 has
124,439,808.
"""

GPT2 = "Transformer(12, 768, 50257, positions=1024, final_norm=True)"
RIGHT, WRONG, ASKED = "right", "wrong", "unreadable"

TEX = {
    "macros of a preamble": (
        r"""\documentclass[11pt]{article}
\usepackage{amsmath,xspace}
\newcommand{\dmodel}{\ensuremath{d_{\text{model}}}\xspace}
\newcommand\nlayers{n_{\text{layer}}}
\newcommand{\sq}[1]{{#1}^2}
\def\nvocab{n_{\text{vocab}}}
\DeclareMathOperator{\params}{params}
\begin{document}
The embedding table is shared with the output layer.
% symparams: Transformer(n_layer, d_model, n_vocab) params
\begin{equation}\label{eq:total}
  \nlayers \left(12 \sq{\dmodel} + 13 \dmodel\right) + \nvocab \dmodel .
\end{equation}
The leading term $12\nlayers\dmodel^2$ dominates.
% symparams: Transformer(n_layer, d_model, n_vocab)
\[ \nlayers \left(12 \sq{\dmodel} + 14 \dmodel\right) + \nvocab \dmodel \]
\end{document}
""",
        [(11, RIGHT), (16, WRONG)],
    ),
    "optional arguments and redefinition": (
        r"""\newcommand{\pow}[2][2]{#2^{#1}}
\newcommand{\h}{d}
\renewcommand{\h}{H}
\providecommand{\h}{q}
% symparams: LSTM(I, H)
\begin{equation*} 4(I\h + \pow{\h} + \h) \end{equation*}
% symparams: LSTM(I, H)
$$ 4(I \h + \pow[3]{\h} + \h) $$
""",
        [(6, RIGHT), (8, WRONG)],
    ),
    "paired delimiters and short names for environments": (
        r"""\usepackage{mathtools}
\DeclarePairedDelimiter{\paren}{(}{)}
\newcommand{\be}{\begin{equation}}
\newcommand{\ee}{\end{equation}}
% symparams: GRU(I, H)
\be
 3\paren*{HI + H^2 + H}
\ee
""",
        [(6, RIGHT)],
    ),
    "a definition over several lines": (
        r"""\newcommand{\gates}[1]{%
  #1
  (HI + H^2 + H)%
}
% symparams: GRU(I, H)
\[ \gates{3} \]
% symparams: LSTM(I, H)
\[ \gates 4 \]
""",
        [(6, RIGHT), (8, RIGHT)],
    ),
    "a macro that expands to itself": (
        r"""\newcommand{\dm}{\dm'}
% symparams: MultiHeadAttention(d)
$4\dm^2 + 4\dm$
% symparams: MultiHeadAttention(d)
$4d^2 + 4d$
""",
        [(3, ASKED), (5, RIGHT)],
    ),
    "gather has one formula a row": (
        r"""% symparams: LSTM(I, H)
\begin{gather}
  4(HI + H^2 + H) \\
  4(HI + H^2 + 2H)
\end{gather}
""",
        [(2, ASKED)],
    ),
    "a comment above each row of an align": (
        r"""\begin{align}
  % symparams: LSTM(I, H)
  P_{\text{LSTM}} &= 4(HI + H^2 + H), \label{eq:lstm} \\
  % symparams: GRU(I, H)
  P_{\text{GRU}} &= 3(HI + H^2 + 2H), \label{eq:gru} \\
  P_{\text{RNN}} &= HI + H^2 + H. % symparams: RNN(I, H)
\end{align}
""",
        [(3, RIGHT), (5, WRONG), (6, RIGHT)],
    ),
    "one formula over several rows": (
        r"""% symparams: Transformer(N, d, V)
\begin{align}
  P &= N(4d^2 + 4d) + N(8d^2 + 5d) \notag \\
    &\quad + 4Nd + Vd \label{eq:sum} \\[4pt]
    &= N(12d^2 + 13d) + Vd. \tag{7}
\end{align}
% symparams: Transformer(N, d, V)
\begin{equation}
\begin{split}
  P &= N\,(12d^2 + 13d) \\
    &+ Vd,
\end{split}
\label{eq:split}
\end{equation}
% symparams: Transformer(N, d, V)
\begin{multline}
  N(12d^2 + 13d) \\ + Vd
\end{multline}
""",
        [(2, RIGHT), (8, RIGHT), (16, RIGHT)],
    ),
    "rows of an align that are different equations": (
        r"""% symparams: TransformerEncoderLayer(d)
\begin{align*}
  P_{\text{attn}} &= 4d^2 + 4d, \\
  P_{\text{ffn}} &= 8d^2 + 5d, \\
  P &= 12d^2 + 13d.
\end{align*}
""",
        [(2, ASKED)],
    ),
    "two formulas behind qquad": (
        r"""% symparams: LSTM(I, H)
\begin{equation}
  P_L = 4(HI + H^2 + H), \qquad P_G = 3(HI + H^2 + H)
\end{equation}
% symparams: GRU(I, H)
\[ P_L = 4(HI + H^2 + H) \quad\text{and}\quad P_G = 3(HI + H^2 + H) \]
""",
        [(2, ASKED), (6, ASKED)],
    ),
    "a number and sizes in a sentence": (
        rf"""% symparams: {GPT2}
GPT-2 has 124M parameters, $d=768$, and $N=12$ layers, and saw 10B tokens.
% symparams: {GPT2}
Our baseline, with 12 layers, $n_{{\text{{head}}}} = 12$ heads and width $d = 768$, has
$124{{,}}439{{,}}808$ parameters.
% symparams: {GPT2}
GPT-2 small ($N = 124$M, trained on 300B tokens) is our baseline.
% symparams: {GPT2}
It has about 131 million parameters.
""",
        [(2, RIGHT), (5, RIGHT), (7, RIGHT), (9, WRONG)],
    ),
    "a number and a formula in one sentence": (
        rf"""% symparams: {GPT2}
With $12Nd^2$ weights, GPT-2 has 124M parameters.
% symparams: Transformer(N, d, V)
A model of $N$ layers and width $d$ has $N(12d^2 + 13d) + Vd$ parameters, where $V$ is the vocabulary.
% symparams: Transformer(N, d, V)
The model has width $d=768$ and $N=12$ layers.
""",
        [(2, ASKED), (4, RIGHT), (5, ASKED)],
    ),
    "a display in a sentence": (
        r"""% symparams: Transformer(N, d, V)
With biases, and with $d_{\text{ff}} = 4d$, the total is
\begin{equation}
  P = N(12d^2 + 13d) + Vd,
\end{equation}
where $d$ is the width; $12Nd^2$ for short.
""",
        [(3, RIGHT)],
    ),
    "behind a formula and behind a display": (
        r"""\begin{equation}
  4(HI + H^2 + H)
\end{equation} % symparams: LSTM(I, H)
The GRU needs $3(HI + H^2 + H)$ % symparams: GRU(I, H)
parameters, less than $4(HI + H^2 + H)$. % symparams: GRU(I, H)
""",
        [(3, RIGHT), (4, RIGHT), (5, WRONG)],
    ),
    "what is in a sentence beside the claim": (
        r"""% symparams: Transformer(N, d, V)
Let $W \in \mathbb{R}^{d \times d}$; then, for $d \to \infty$ and a learning rate of $3 \times 10^{-4}$, there are
$12Nd^2 + 13Nd + Vd$ weights, see Eq.~3.
% symparams: RMSNorm(d)
An RMSNorm has $d$ weights, a LayerNorm more.
% symparams: Transformer(96, 12288, 50257)
GPT-3 has $96$ layers of width $12{,}288$ and $\approx 1.75 \times 10^{11}$ parameters.
""",
        [(3, RIGHT), (5, RIGHT), (7, RIGHT)],
    ),
    "quantities": (
        r"""% symparams: LSTM(I, H) speed
$4H$
% symparams: LSTM(I, H) parameters; where n=I, m=H
$4(mn + m^2 + m)$
""",
        [(2, ASKED), (4, RIGHT)],
    ),
    "intertext between two formulas": (
        r"""% symparams: LSTM(I, H)
\begin{align}
P &= 4(HI + H^2 + H) \\
\intertext{and for the GRU}
Q &= 3(HI + H^2 + H)
\end{align}
""",
        [(2, ASKED)],
    ),
}

MARKDOWN = {
    "a model card": (
        f"""---
license: mit
---
# GPT-2

| Layers | Width | Parameters |
|---|---|---|
| 12 | 768 | 124M | <!-- symparams: {GPT2} -->

- **Model size:** **124,439,808 parameters** <!-- symparams: {GPT2} -->
<!-- symparams: {GPT2} -->
- **Parameters:** 124.4 million
<!-- symparams: {GPT2} -->
The smallest model has **130,000,000** parameters and was trained on 40GB of text, see `openai-community/gpt2`.
""",
        [(8, RIGHT), (10, RIGHT), (12, RIGHT), (14, WRONG)],
    ),
    "MathJax macros": (
        """# Notes

$$\\newcommand{\\dmodel}{d_{\\text{model}}}$$
$$
\\def\\vocab{V}
\\newcommand{\\sq}[1]{#1^2}
$$

<!-- symparams: Transformer(N, d_model, V) -->
$$
N(12\\sq{\\dmodel} + 13\\dmodel) + \\vocab\\dmodel
$$
""",
        [(10, RIGHT)],
    ),
    "escaped brackets": (
        """<!-- symparams: LSTM(I, H) -->
The layer has \\\\( 4(HI + H^2 + H) \\\\) parameters.

<!-- symparams: GRU(I, H) -->
\\\\[ 3(HI + H^2 + H) \\\\]

<!-- symparams: GRU(I, H) -->
\\( 3(HI + H^2 + 2H) \\)
""",
        [(2, RIGHT), (5, RIGHT), (8, WRONG)],
    ),
    "bold formulas": (
        f"""<!-- symparams: LSTM(I, H) -->
**4 × (I × H + H² + H)**

<!-- symparams: {GPT2} -->
It has **~124M** parameters.

<!-- symparams: LSTM(128, 256) -->
Total params: **394,240**
""",
        [(2, RIGHT), (5, RIGHT), (8, RIGHT)],
    ),
    "GitHub's maths": (
        """<!-- symparams: LSTM(I, H) -->
```math
4(HI + H^2 + H)
```
<!-- symparams: LSTM(I, H) -->
An LSTM has $`4(HI + H^2 + H)`$ parameters.
""",
        [(2, RIGHT), (6, RIGHT)],
    ),
    "a heading with a colon and a list": (
        f"""<!-- symparams: LSTM(I, H) -->
An LSTM's parameters:

$$4(HI + H^2 + H)$$

<!-- symparams: {GPT2} -->
- GPT-2 small: 124M parameters
- GPT-2 medium: 355M parameters
""",
        [(4, RIGHT), (7, RIGHT)],
    ),
    "a sentence of code spans": (
        """<!-- symparams: LSTM(I, H) params; where input_size=I, hidden_size=H -->
`nn.LSTM(input_size, hidden_size)` with `hidden_size=256` has `4 * (input_size*hidden_size + hidden_size**2 + 2*hidden_size)`
parameters, see `torch.nn`.

<!-- symparams: LSTM(I, H) -->
It is either `4*(I*H + H**2 + H)` or `4*(I*H + H**2 + 2*H)`.
""",
        [(2, WRONG), (6, ASKED)],
    ),
    "claims right beside the comment": (
        """An LSTM has $4(HI + H^2 + H)$ <!-- symparams: LSTM(I, H) --> and a GRU <!-- symparams: GRU(I, H) --> $3(HI + H^2 + H)$
parameters, an RMSNorm <!-- symparams: RMSNorm(d) --> $d$.

Width $d=768$ <!-- symparams: RMSNorm(768) --> is the default.
""",
        [(1, RIGHT), (1, RIGHT), (2, RIGHT), (4, ASKED)],
    ),
    "a sentence of a README": (
        f"""<!-- symparams: {GPT2} -->
We train `gpt2` for 10 hours on 8 GPUs with a rate of `3e-4` on 40 GB; it has
124.4M params. OPT-125M is alike.

<!-- symparams: {GPT2} -->
> **Params**: 124M | **Layers**: 12

<!-- symparams: {GPT2} -->
LLaMA 7B is larger, ours has 124M parameters.
""",
        [(3, RIGHT), (6, RIGHT), (9, ASKED)],
    ),
    "a ratio in words": (
        """<!-- symparams: GRU(I, H) / LSTM(I, H) -->
A GRU has 75% of the parameters of an LSTM.
""",
        [(2, RIGHT)],
    ),
    "a table with many numbers": (
        f"""<!-- symparams: {GPT2} -->
| model | parameters |
|---|---|
| small | 124M |
| medium | 355M |
""",
        [(4, ASKED)],
    ),
}

PYTHON = {
    "docstrings": (
        '''r"""Sizes.

.. symparams: LSTM(I, H)

.. math::

   4(HI + H^2 + H)

$$\\newcommand{\\h}{H}$$
.. symparams: GRU(I, H)
   It has :math:`3(\\h I + \\h^2 + \\h)` parameters.
"""


class Attention:
    """Multi-head attention.

    .. symparams: MultiHeadAttention(d)
    It has 4*d**2 + 4*d parameters.

    .. symparams: MultiHeadAttention(d)
    4 d^2 + 4 d
    """
''',
        [(7, RIGHT), (11, RIGHT), (19, ASKED), (22, RIGHT)],
    ),
    "an f-string is no docstring": (
        '''def f(d):
    f"""Attention of {d}.

    .. symparams: MultiHeadAttention(d)
    4 d^2
    """
    return 4 * d**2 + 4 * d  # symparams: MultiHeadAttention(d)


def g(d):
    """Bad escape \\N{no such name}. symparams: Bad("""
    # symparams: MultiHeadAttention(d)
    return 4 * d**2 + 4 * d
''',
        [(2, ASKED), (7, RIGHT), (11, ASKED), (13, RIGHT)],
    ),
}
