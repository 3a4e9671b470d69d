"""A skip is a failure on CI and nowhere else, wherever it comes from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = """
import pytest

@pytest.fixture
def framework():
    pytest.skip("moved on")

@pytest.mark.skipif(True, reason="moved on")
def test_skipped_by_a_mark(): pass

def test_skipped_while_it_runs(): pytest.skip("moved on")

def test_skipped_by_what_it_needs(framework): pass

@pytest.mark.xfail
def test_that_fails_as_expected(): assert False

def test_that_passes(): pass
"""
ABSENT = "import pytest\npytest.importorskip('a_framework_that_nobody_has')\n"


def outcomes(folder, ci, *options):
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "test_some.py").write_text(TESTS)
    (folder / "test_absent.py").write_text(ABSENT)
    command = [sys.executable, "-m", "pytest", "-rA", "--continue-on-collection-errors", "--rootdir", folder, *options, folder]
    environment = {**os.environ, "CI": ci}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    return run.returncode, run.stdout


def test_every_skip_on_ci_is_a_failure_that_says_why(tmp_path):
    status, report = outcomes(tmp_path, "true")
    assert status == 1
    assert "1 failed, 1 passed, 1 xfailed, 3 errors" in report
    assert report.count("does not run on CI: Skipped: moved on") == 6  # three tests, each where it fails and in the summary
    assert "does not run on CI: Skipped: could not import 'a_framework_that_nobody_has'" in report


def test_so_it_is_where_workers_share_the_tests(tmp_path):
    status, report = outcomes(tmp_path, "true", "-n", "1")
    assert status
    assert "skipped" not in report.splitlines()[-1]


def test_elsewhere_a_skip_is_a_skip(tmp_path):
    status, report = outcomes(tmp_path, "")
    assert status == 0
    assert "1 passed, 4 skipped, 1 xfailed" in report
