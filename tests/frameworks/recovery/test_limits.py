"""Builds that take too long or too much, and what is as before afterwards."""

import logging
import resource
import signal
import socket
import time

import pytest
import torch

from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.recovery import recover
from symparams.frameworks.recovery.building.limits import OutOfTimeError, memory_limit, time_limit


def never_ends(width):
    while True:
        pass


def sleeps(width):
    time.sleep(60)


def swallows(width):
    try:
        time.sleep(60)
    except Exception:
        return width


def takes_much(width):
    return len([0] * 10**10)


@pytest.mark.parametrize("build", [never_ends, sleeps, swallows])
def test_a_build_that_does_not_end_is_told(build):
    began = time.monotonic()
    with pytest.raises(RecoveryError, match=r"a build took more than 0.3 s\n  wanted: a constructor that ends"):
        recover(build, seconds=0.3)
    assert time.monotonic() - began < 10


def test_a_build_that_takes_too_much_memory_is_refused():
    with pytest.raises(RecoveryError, match=r"more than 0.5 GB"):
        recover(takes_much, gigabytes=0.5)


def test_a_model_that_is_too_slow_at_some_sizes_only_does_not_go_on_for_ever():
    def build(width, depth):
        if depth > 8:
            time.sleep(60)
        return width * depth

    began = time.monotonic()
    with pytest.raises((RecoveryError, NotRecoveredError)):
        recover(build, seconds=0.2)
    assert time.monotonic() - began < 20


def test_limits_are_as_before_afterwards():
    def state():
        return (
            resource.getrlimit(resource.RLIMIT_DATA),
            signal.getsignal(signal.SIGALRM),
            signal.getitimer(signal.ITIMER_REAL)[0] > 0,
            logging.root.manager.disable,
            socket.socket.connect,
            torch.get_default_device(),
            torch.get_default_dtype(),
        )

    before = state()
    for build in (never_ends, takes_much):
        with pytest.raises(RecoveryError):
            recover(build, seconds=0.2, gigabytes=0.5)
    recover(torch.nn.Linear, ["in_features", "out_features"])
    assert state() == before


def test_a_limit_of_processor_time_does_not_count_sleep():
    with time_limit(0.2, of="processor"):
        time.sleep(0.4)
    with pytest.raises(OutOfTimeError), time_limit(0.2, of="processor"):
        never_ends(0)


def test_the_limit_of_a_whole_recovery_is_not_taken_for_that_of_a_build():
    with pytest.raises(OutOfTimeError), time_limit(0.5, of="processor"):
        recover(never_ends, seconds=20)


def test_an_inner_limit_of_memory_is_no_more_than_the_outer():
    with memory_limit(0.2), memory_limit(10), pytest.raises(MemoryError):
        bytearray(10**9)
    assert len(bytearray(10**9)) == 10**9


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"gigabytes": -1}])
def test_limits_are_above_0(limits):
    with pytest.raises(RecoveryError, match="a limit above 0"):
        recover(lambda d: d, **limits)
