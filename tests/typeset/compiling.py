"""The classes that papers use; compiling a LaTeX document, reading its log and drawing its first page."""

import re
import shutil
import subprocess

import pytest

PACKAGES = "\\usepackage{amsmath,amssymb,booktabs}"
CLASSES = {
    "one-column": f"\\documentclass{{article}}{PACKAGES}\\usepackage{{longtable}}",
    "two-column": f"\\documentclass[twocolumn]{{article}}{PACKAGES}",
    "IEEEtran": f"\\documentclass[conference]{{IEEEtran}}{PACKAGES}",
    "acmart": "\\documentclass[sigconf,nonacm]{acmart}\\usepackage{booktabs}",
    # the styles of these are not in TeX Live: their measures and sizes of type, in one column of article
    "NeurIPS": f"\\documentclass{{article}}{PACKAGES}\\setlength\\textwidth{{5.5in}}",
    "ICML": f"\\documentclass{{article}}{PACKAGES}\\setlength\\textwidth{{3.25in}}",
    "ACL": f"\\documentclass[11pt]{{article}}{PACKAGES}\\usepackage{{times}}\\setlength\\textwidth{{7.7cm}}",
}
OPENING = {"acmart": "\\title{x}\\author{x}\\maketitle"}


def compiled(document):
    """Runs latexmk on a document; answers with its log, which is no UTF-8."""
    if not (shutil.which("latexmk") and shutil.which("pdflatex")):
        pytest.skip("no latexmk and pdflatex: install texlive-latex-recommended and latexmk")
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", document.name]
    run = subprocess.run(command, cwd=document.parent, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout.decode("latin-1")[-3000:]
    return document.with_suffix(".log").read_text(encoding="latin-1")


def overfull(log):
    """By how many points lines stick out."""
    return [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]


def drawn(document, dots=80):
    """The first page of a document as a picture, dots to the inch."""
    compiled(document)
    picture = document.with_suffix("")
    options = ["-png", "-singlefile", "-r", str(dots)]
    subprocess.run(["pdftoppm", *options, document.with_suffix(".pdf"), picture], check=True, timeout=60)
    return picture.with_suffix(".png")
