"""The committed notebooks: executed from top to bottom, free of errors and of this machine, with every id of their article.

`pytest --nbval` runs them; here only what is stored is read.
"""

import json
import re
from pathlib import Path

import pytest
import rich.console
from sympy import Integer

from symparams.notation import Table

FOLDER = Path(__file__).parents[1] / "notebooks"
IDS = {
    "00_five_minutes": [],
    "01_lstm_gru_transformer": [f"0.{number}" for number in range(1, 15)],
    "02_simple_rnn": [f"1.{number}" for number in range(1, 9)],
    "03_lstm_keras_summary": ["2.1", "2.2"],
    "04_transformer_closed_form": [f"3.{number}" for number in range(1, 8)],
    "05_ffn_rnn_cnn": [f"4.{number}" for number in range(1, 7)],
    "06_is_it_right": [],
    "07_from_code_to_formula": [],
    "08_what_does_a_token_cost": [],
    "09_who_is_wrong_about_flops": [],
    "10_modern_language_models": [],
    "11_vision_and_speech": [],
    "12_the_gpt3_table": [],
    "13_appendix_in_ten_minutes": [],
    "14_which_notation": [],
}


def cells(name):
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def code(name):
    return [cell for cell in cells(name) if cell["cell_type"] == "code"]


def outputs(name):
    return [output for cell in code(name) for output in cell["outputs"]]


def shown_text(output):
    return "".join(output.get("text", [])) + "".join(output.get("data", {}).get("text/plain", []))


def test_these_are_all_the_notebooks():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == list(IDS)


@pytest.mark.parametrize("name", IDS)
def test_executed_once_from_top_to_bottom(name):
    counts = [cell["execution_count"] for cell in code(name)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", IDS)
def test_claims_are_asserts_and_none_failed(name):
    assert any(re.search(r"^\s*assert ", "".join(cell["source"]), re.MULTILINE) for cell in code(name))
    assert [output for output in outputs(name) if output["output_type"] == "error" or output.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", IDS)
def test_nothing_of_the_machine_is_in_it(name):
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.:/])/(?:home|root|tmp|usr|work|opt|mnt|private|Users)/|[A-Z]:\\\\|\.\./", text) == []
    assert not any(re.search(r"\b0x[0-9a-f]{6,}", shown_text(output)) for output in outputs(name))


@pytest.mark.parametrize("name", IDS)
def test_what_is_displayed_has_a_text(name):
    displayed = [output for output in outputs(name) if output["output_type"] in ("display_data", "execute_result")]
    assert all(shown_text(output).strip() for output in displayed)
    drawn = [output["data"] for output in displayed if output["output_type"] == "display_data"]
    assert all("image/png" in data or "application/vnd.jupyter.widget-view+json" in data for data in drawn)


def test_sliders_have_a_picture_where_no_kernel_runs():
    for name in IDS:
        before: list[dict] = []
        for cell in code(name):
            if any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in cell["outputs"]):
                assert any("image/png" in output.get("data", {}) for output in before), name
                assert "nbval-ignore-output" in cell["metadata"]["tags"]
            before += cell["outputs"]


@pytest.mark.parametrize(("name", "ids"), [(name, ids) for name, ids in IDS.items() if ids])
def test_every_id_has_a_verdict(name, ids):
    verdicts = shown_text(outputs(name)[-1])
    assert "Verdict" in verdicts.splitlines()[0]
    assert list(dict.fromkeys(re.findall(r"^\s*(\d\.\d+) ", verdicts, re.MULTILINE))) == ids
    markdown = [line for cell in cells(name) if cell["cell_type"] == "markdown" for line in cell["source"]]
    headings = " ".join(line for line in markdown if line.startswith("## "))
    assert set(re.findall(r"\b\d\.\d+\b", headings)) == set(ids)


def test_a_table_in_a_notebook_leaves_showing_to_jupyter(monkeypatch):
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    shown = repr(Table(("Part", "Parameters"), (("head", Integer(1152)),)))
    assert "1,152" in shown
