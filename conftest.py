"""A skip on CI is a failure: whatever a test needs is installed there, so a test that stops running has lost its subject."""

import os

import pytest

CI = bool(os.environ.get("CI"))


def failed_where_skipped(report):
    """The report, as a failure where its test or file was skipped on CI; an expected failure is none of these."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        report.outcome, report.longrepr = "failed", f"{report.nodeid} does not run on CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():  # noqa: D103  # pytest's own
    return failed_where_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():  # noqa: D103  # likewise
    return failed_where_skipped((yield))
