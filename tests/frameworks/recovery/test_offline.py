import socket
import threading
import urllib.error
import urllib.request

import pytest

from symparams.errors import RecoveryError
from symparams.frameworks.recovery import recover
from symparams.frameworks.recovery.building.offline import OfflineError, offline

NAMES = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


def state():
    return [getattr(socket, name) for name in NAMES], dict(vars(socket.socket))


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()


def test_no_connection_within_and_all_as_before_afterwards(server):
    before = state()
    with offline():
        with socket.socket() as one, pytest.raises(OfflineError, match=rf"127.0.0.1:{server[1]} was refused"):
            one.connect(server)
        with socket.socket() as one, pytest.raises(OfflineError, match="is downloaded"):
            one.connect_ex(server)
        with pytest.raises(OfflineError, match=r"example\.org"):
            socket.getaddrinfo("example.org", 80)
        with pytest.raises(urllib.error.URLError, match=r"example\.org was refused"):
            urllib.request.urlopen("https://example.org/weights.h5")
    assert state() == before
    socket.create_connection(server).close()


def test_all_as_before_after_an_error_and_when_one_is_within_another(server):
    before = state()
    with pytest.raises(KeyError), offline(), offline():
        raise KeyError
    assert state() == before
    with offline():
        with offline():
            pass
        with pytest.raises(OfflineError):
            socket.create_connection(server)
    assert state() == before


def test_other_threads_and_sockets_of_this_machine(server):
    told = []

    def connect():
        try:
            socket.create_connection(server)
        except OSError as error:
            told.append(type(error))

    with offline():
        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()
        one, other = socket.socketpair()  # processes talk over these
        one.sendall(b"x")
        assert other.recv(1) == b"x"
        one.close(), other.close()
    assert told == [OfflineError]


def test_a_builder_that_downloads_is_told_so():
    def build(width):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:9/{width}")
        except OSError as error:
            raise RuntimeError("x" * 300) from error

    with pytest.raises(RecoveryError, match=r"OfflineError: a connection to 127.0.0.1.* was refused: nothing is downloaded"):
        recover(build)
