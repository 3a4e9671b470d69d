"""pdflatex sets whatever symparams writes."""

from symparams import latex
from tests.typeset.compiling import compiled
from tests.typeset.emitted import MODELS, derivations, formulas, layer, tables


def test_one_document_of_all_that_is_emitted(tmp_path):
    models = [layer(text) for text in MODELS]
    lines = dict.fromkeys(f"${formula}$\n" for model in models for formula in formulas(model))
    lines |= dict.fromkeys(f"\\[\n{latex(derivation)}\n\\]" for model in models for derivation in derivations(model))
    lines |= dict.fromkeys(f"{latex(table)}\n" for model in models for table in tables(model))
    assert len(lines) > 1500
    document = tmp_path / "emitted.tex"
    wide = "\\documentclass{article}\n\\usepackage{amsmath,booktabs}\n\\hfuzz=\\maxdimen\\textwidth=3000pt\n\\begin{document}\n"
    document.write_text(wide + "\n".join(lines) + "\n\\end{document}\n", encoding="utf-8")
    assert "Missing character" not in compiled(document)
