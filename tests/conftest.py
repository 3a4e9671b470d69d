import os

import pytest
from hypothesis import HealthCheck, Phase, settings

os.environ["KERAS_BACKEND"] = "torch"  # read when keras is first imported
pytest.register_assert_rewrite("cases")  # so that a comparison that fails shows both sides

slow = [HealthCheck.too_slow]  # the first example of a run may import a framework
told = [phase for phase in Phase if phase is not Phase.explain]  # which traces every line of a framework: minutes a failure
settings.register_profile("symparams", deadline=None, print_blob=True, suppress_health_check=slow, phases=told)
settings.load_profile("symparams")


def pytest_terminal_summary(terminalreporter):
    live = [report for report in terminalreporter.stats.get("passed", ()) if "live" in report.keywords and report.when == "call"]
    if live:
        classes = {tuple(report.nodeid.split("[")[:2]) for report in live}  # …::test_live_module[LSTM[bias=True]]
        terminalreporter.write_line(f"compared with live modules: {len(live)} combinations of options of {len(classes)} classes")
