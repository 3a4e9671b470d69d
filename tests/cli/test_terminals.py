"""What is printed to terminals that are narrow, or that cannot show every character, and to none."""

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from functools import cache
from types import SimpleNamespace

import click
import pytest

from symparams.checks import Kind
from symparams.cli import main
from symparams.formulas.records import records
from symparams.typeset.catalogue import catalogue_table

SYMPARAMS = [sys.executable, "-m", "symparams"]
COMMANDS = [
    ["derive", "Transformer(N, d, V)", "--leading", "d"],
    ["derive", "EncoderDecoderTransformer(N, d, V, d_ff)"],
    ["breakdown", "Transformer(N, d, V)", "--by", "part", "--by", "role"],
    ["breakdown", "Transformer(N, d, V)", "--at", "N=96,d=12288,V=50257"],
    ["count", "Sequential(Transformer(N, d, V, d_ff), EncoderDecoderTransformer(n, e, v, e_ff), LSTM(I, H))"],
    ["leading", "Transformer(N, d, V, d_ff)", "--grows", "d:1,d_ff:1", "--at", "N=12,d=768"],
    ["check", "4×e² + (4 e f + f + e) + 4 e", "--model", "TransformerEncoderLayer(d, d_ff)"],
]


def environment(**changes: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "PYTHONIOENCODING")} | changes


@cache
def piped(*arguments: str, encoding: str = "utf-8", **changes: str) -> tuple[int, str]:
    """The status of a command and what it writes to a pipe, with errors behind it."""
    variables = environment(PYTHONIOENCODING=encoding, **changes)
    result = subprocess.run([*SYMPARAMS, *arguments], capture_output=True, check=False, env=variables)
    return result.returncode, (result.stdout + result.stderr).decode(encoding)


def printed(monkeypatch: pytest.MonkeyPatch, *arguments: str, encoding: str = "utf-8") -> str:
    """The same, in this process."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit):
        main(arguments)
    return stream.buffer.getvalue().decode(encoding)


def in_terminal(columns: int, *arguments: str, **changes: str) -> str:
    """What a command writes to a real terminal that is so wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([*SYMPARAMS, *arguments], stdout=theirs, stderr=theirs, stdin=theirs, env=environment(**changes))
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so that the other end is closed
            break
        if not part:
            break
        written += part
    os.close(ours)
    process.wait()
    return written.decode("utf-8").replace("\r\n", "\n")


def columns_of(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def words(text: str) -> str:
    """A text without what its layout adds."""
    return re.sub(r"[\s─]", "", text)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(monkeypatch, arguments):
    whole = printed(monkeypatch, *arguments)
    for columns in (40, 60, 80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        narrow = printed(monkeypatch, *arguments)
        assert max(map(columns_of, narrow.splitlines())) <= columns
        assert sorted(words(narrow)) == sorted(words(whole))  # the same characters; columns of a table are cut line by line
        assert "…" not in narrow


@pytest.mark.parametrize("columns", [60, 80])
def test_a_real_terminal(columns):
    arguments = COMMANDS[0]
    shown = in_terminal(columns, *arguments)
    assert max(map(columns_of, shown.splitlines())) <= columns
    assert (0, shown) == piped(*arguments, COLUMNS=str(columns))


def test_the_catalogue_fits_and_says_everything():
    """Claims of up to 199 characters, wide characters among them."""
    table = catalogue_table(SimpleNamespace(record=record, agrees=True, kind=Kind.EXACT) for record in records())
    for columns in (60, 80, 120):
        text = table.text(columns)
        assert max(map(columns_of, text.splitlines())) <= columns
        assert sorted(words(text)) == sorted(words(table.text()))


def test_without_a_terminal_a_formula_is_one_line(monkeypatch):
    long = "Sequential(" + ", ".join(f"Linear(width{i}, width{i + 1})" for i in range(40)) + ")"
    assert len(printed(monkeypatch, "count", long).splitlines()) == 1


def test_tex_and_json_are_never_folded(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    (line,) = printed(monkeypatch, "latex", "Transformer(N, d_model, V, d_ff, positions=n_ctx)").splitlines()
    assert len(line) > 40
    assert json.loads(printed(monkeypatch, "count", "Transformer(N, d_model, V, d_ff)", "--json"))["params"]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_terminal_without_unicode(monkeypatch, arguments):
    """What the encoding has stays as it is, and no formula loses a sign."""
    original = printed(monkeypatch, *arguments)
    for encoding in ("ascii", "latin-1", "cp1252", "cp437", "koi8-r"):
        shown = printed(monkeypatch, *arguments, encoding=encoding)
        assert "?" not in shown and "\\" not in shown
        for line, before in zip(shown.splitlines(), original.splitlines(), strict=True):
            if before.encode(encoding, "ignore").decode(encoding) == before:
                assert line == before


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_the_status_does_not_depend_on_the_encoding(encoding):
    status, shown = piped("check", "4×e² + (4 e f + f + e) + 4 e", "--model", "TransformerEncoderLayer(d, d_ff)", encoding=encoding)
    assert status == 1 and "Traceback" not in shown
    assert "claim - model = 2*d*d_ff - 4*d" in shown


def test_the_nearest_characters():
    status, shown = piped("check", "4×e² + 3·e − e ≈ 27.2倍", "--model", "Linear(d, d)", encoding="ascii")
    assert status == 2 and "27.2\\u500d" in shown
    assert "d -> oo" in piped("leading", "LSTM(e, d)", "--grows", "d", encoding="ascii")[1]
    assert "d → ∞" in piped("leading", "LSTM(e, d)", "--grows", "d")[1]
    text = "4×d² − x⁻¹⁰ ≈ α_é ½ → ∞"
    assert text.encode("ascii", "symparams.nearest") == b"4xd^2 - x^-10 ~ alpha_e 1/2 -> oo"
    assert text.encode("latin-1", "symparams.nearest").decode("latin-1") == "4×d² - x^-¹0 ~ alpha_é ½ -> oo"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_json_says_the_same_in_every_encoding(encoding):
    arguments = ("check", "4×e² + 4·e", "--model", "MultiHeadAttention(d)", "--json")
    answer = json.loads(piped(*arguments, encoding=encoding)[1])
    assert answer["claim"] == json.loads(piped(*arguments)[1])["claim"] == "4×e² + 4·e"


def test_a_name_that_is_no_text_can_be_shown():
    """File names are bytes; Python hands on what is no UTF-8 as surrogates, which no encoding takes."""
    command = [*SYMPARAMS, "lint", b"caf\xe9.md", "--json"]
    result = subprocess.run(command, capture_output=True, check=False, env=environment())
    assert result.returncode == 2 and b"Traceback" not in result.stderr
    assert json.loads(result.stdout)["unreadable"] == 1


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_is_ascii(name):
    """Click writes help past a stream whose encoding is ASCII."""
    assert main.commands[name].get_help(click.Context(main.commands[name], info_name=name)).replace("≈", "").isascii()
