import os

import pytest

os.environ["KERAS_BACKEND"] = "torch"  # read when keras is first imported


@pytest.fixture(scope="session")
def katex():
    from katex import running

    with running() as katex:
        yield katex
