import os

from hypothesis import HealthCheck, settings

os.environ["KERAS_BACKEND"] = "torch"  # read when keras is first imported

settings.register_profile(
    "symparams", max_examples=5, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("symparams")


def pytest_terminal_summary(terminalreporter):
    live = [report for report in terminalreporter.stats.get("passed", ()) if "live" in report.keywords and report.when == "call"]
    if live:
        classes = {report.nodeid.split("[")[0] + report.nodeid.split("[")[1] for report in live}
        terminalreporter.write_line(f"compared with live modules: {len(live)} combinations of options of {len(classes)} classes")
