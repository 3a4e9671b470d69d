"""Compiling a LaTeX document, and reading its log."""

import re
import shutil
import subprocess

import pytest


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
