import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings

os.environ["KERAS_BACKEND"] = "torch"  # before anything imports keras
if not os.environ.get("XDG_CACHE_HOME", "").endswith("symparams-tests"):  # what a user recovered on this machine changes no test
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ.setdefault("MPLCONFIGDIR", str(usual / "matplotlib"))  # where matplotlib has looked for fonts already
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(suffix="symparams-tests")
pytest.register_assert_rewrite("tests.frameworks.cases")  # so that a comparison that fails shows both sides

told = [phase for phase in Phase if phase is not Phase.explain]  # which traces every line of a framework: minutes a failure
settings.register_profile("default", deadline=None, print_blob=True, max_examples=40, phases=told)
settings.load_profile("default")


@pytest.fixture(scope="session")
def katex():
    from tests.katex import running

    with running() as katex:
        yield katex


def pytest_terminal_summary(terminalreporter):
    live = [report for report in terminalreporter.stats.get("passed", ()) if "live" in report.keywords and report.when == "call"]
    if live:
        classes = {tuple(report.nodeid.split("[")[:2]) for report in live}  # …::test_live_module[LSTM[bias=True]]
        terminalreporter.write_line(f"compared with live modules: {len(live)} combinations of options of {len(classes)} classes")
