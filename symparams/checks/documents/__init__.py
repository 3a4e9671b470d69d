"""Annotated formulas in whole documents: found in TeX, Markdown, notebooks and Python, and judged one by one."""

from symparams.checks.documents.annotation import Annotation, read_annotation, read_meanings
from symparams.checks.documents.files import files
from symparams.checks.documents.linting import Finding, lint, lint_file, printable

__all__ = ["Annotation", "Finding", "files", "lint", "lint_file", "printable", "read_annotation", "read_meanings"]
