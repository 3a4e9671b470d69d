"""Recoveries in several threads: the same forms as one after the other, and torch, logging and sockets as before."""

import logging
import socket
import warnings
from concurrent.futures import ThreadPoolExecutor

import torch

from symparams.frameworks.recovery import recover
from symparams.notation import symbols

i, h = symbols("input_size hidden_size")


def _state():
    return (
        vars(torch.nn.Parameter)["__new__"],
        torch.nn.init.kaiming_uniform_,
        torch.nn.Linear.reset_parameters,
        torch.FloatTensor,
        torch.get_default_dtype(),
        socket.socket.connect,
        logging.root.manager.disable,
        list(warnings.filters),
    )


def test_four_threads_recover_as_one():
    before = _state()

    def recovered(number):
        if number % 2:
            return recover(torch.nn.LSTM, ["input_size", "hidden_size"], method="symbolic").expr
        return recover(lambda d, N: N * (12 * d * d + 13 * d)).expr

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(recovered, range(4)))
    d, n = symbols("d N")
    assert found[::2] == [12 * n * d**2 + 13 * n * d] * 2
    assert all((expr - 4 * (i * h + h**2 + 2 * h)).expand() == 0 for expr in found[1::2])
    assert _state() == before
    assert torch.nn.Linear(2, 3).weight.device.type == "cpu"
