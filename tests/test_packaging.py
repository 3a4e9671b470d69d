"""What an index, a citation manager and a new user read about the project: complete, consistent, and true of the files."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import symparams

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
SCHEMA_1_2_0 = {"authors", "cff-version", "message", "title"}  # the keys that the Citation File Format requires
DISTRIBUTIONS = {"IPython": "jupyter"}  # where a module's name is not that of what installs it


def names(requirements):
    """The distributions that requirements name, those of other extras of ours included."""
    for requirement in requirements:
        if extra := re.fullmatch(r"symparams\[(\w+)\]", requirement):
            yield from names(EXTRAS[extra[1]])
        else:
            yield re.match(r"[\w-]+", requirement)[0]


def imported(source):
    """The top-level modules that a program imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def test_the_version_is_that_of_the_package():
    assert symparams.__version__ == version("symparams") == str(CITATION["version"])


def test_an_index_page_has_what_it_shows():
    assert {"Homepage", "Source", "Issues", "Changelog"} <= PROJECT["urls"].keys()
    assert all(url.startswith("https://") for url in PROJECT["urls"].values())
    assert PROJECT["authors"]
    assert PROJECT["readme"] == "README.md"


def test_the_readme_reads_on_an_index_page():
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", README, flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)]*)\)", prose) + re.findall(r"(?:src|href)=[\"']([^\"']*)", prose)
    assert targets and all(target.startswith("https://") for target in targets), "relative links lead nowhere on an index page"
    assert "$" not in prose, "index pages show TeX as it is"


def test_the_readme_names_every_extra():
    table = README.partition("## Installing")[2].partition("\n## ")[0]
    assert {f"`{extra}`" for extra in EXTRAS} <= set(re.findall(r"^\| (`\w+`) ", table, re.MULTILINE))


def test_its_first_two_commands_install_and_test():
    first, second = re.findall(r"^```bash\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[:2]
    assert "pip install --quiet . " in first and "symparams derive" in first
    assert '".[test]"' in second and "pytest" in second


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebooks_extra_brings_what_a_notebook_imports(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    modules = {name for cell in cells if cell["cell_type"] == "code" for name in imported("".join(cell["source"]))}
    beside = {helper.stem: helper for helper in path.parent.glob("*.py")}  # what notebooks share, which imports as well
    modules |= {name for module in modules & beside.keys() for name in imported(beside[module].read_text(encoding="utf-8"))}
    standard = {"symparams", *sys.stdlib_module_names, *beside}
    brought = set(names([*PROJECT["dependencies"], *EXTRAS["notebooks"]]))
    assert {DISTRIBUTIONS.get(module, module) for module in modules - standard} <= brought


def test_users_are_not_pinned():
    users = [*PROJECT["dependencies"], *EXTRAS["frameworks"], *EXTRAS["notebooks"]]
    assert not [requirement for requirement in users if "==" in requirement]


def test_the_citation_has_what_its_format_requires():
    assert CITATION.keys() >= SCHEMA_1_2_0
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in {"software", "dataset"}
    assert all({"name"} <= author.keys() or {"family-names"} <= author.keys() for author in CITATION["authors"])
    assert CITATION["license"] == PROJECT["license"]


def test_the_changelog_keeps_its_format():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.match(r"# Changelog\n", text)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE)[0] == "[Unreleased]"
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds
