"""What live code calls the sizes: names of our fields, harvested from constructors and configuration classes by evidence.

A name plays a role where the code shows it, not where it sounds like it. Of a constructor of torch.nn and keras.layers our mirror,
which is tested against the real one, says which field an argument fills. A configuration class of transformers is built with traced
sizes, and the shapes of the tensors say it: what numbers the rows of the token embedding is the vocabulary. How each role is
recognised is in `configured`.

    python -m symparams.frameworks.names           writes symparams/notation/dialects/harvested.toml, in about two minutes
    python -m symparams.frameworks.names --check   says what the installed libraries would change in it
"""
