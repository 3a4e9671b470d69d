"""What people call the sizes: the meaning of each field of our layers, and the names that papers, frameworks and posts use for it.

Two files hold the names. `harvested.toml` is written by `python -m symparams.frameworks.names`, which reads them off live code;
`written.toml` is written by hand, a table for each paper, course, post or repository. Each library and each source has one voice:
where it uses a name for several fields the voice is divided, in a library by the number of classes. The sum orders what a name may
mean. It is an order of trials: that a name usually is one size proves nothing about the text at hand.

>>> fields_named("n_embd"), fields_named("nEmbd"), fields_named("config.numHiddenLayers")
(('d_model', 'shape', 'd_encoder'), ('d_model', 'shape', 'd_encoder'), ('n_layer', 'n_decoder_layer', 'count'))
>>> DIALECTS["n_proj"][:3]
('n_proj', 'proj_size', 'P')
"""

from symparams.notation.dialects.fields import DATA, DERIVED, DIALECTS, MEANINGS, fields_named
from symparams.notation.dialects.spelling import canonical

__all__ = ["DATA", "DERIVED", "DIALECTS", "MEANINGS", "canonical", "fields_named"]
