"""How commands end, as the shell sees it: 1 is a judgement and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

SYMPARAMS = [sys.executable, "-m", "symparams"]
MODEL = ["--model", "Transformer(N, d, V)"]
LONG = "Sequential(" + ", ".join(f"Linear(d{i}, d{i + 1})" for i in range(60)) + ")"


def ended(*arguments: str, program: str = "", **options) -> subprocess.CompletedProcess[str]:
    """A command as a process; `program` changes something in it first."""
    command = [sys.executable, "-c", f"{program}\nfrom symparams.cli import main\nmain()"] if program else SYMPARAMS
    return subprocess.run([*command, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "12Nd^2 + 13Nd + Vd", *MODEL], 0),
        (["check", "12Nd^2", *MODEL], 1),
        (["check", "124M", *MODEL], 2),  # undecided without sizes
        (["check", "12 (N", *MODEL], 2),
        (["count", "Linear(3, 4)"], 0),
        (["count", "Liner(3, 4)"], 2),
        (["--version"], 0),
        (["no-such-command"], 2),
        ([], 2),
    ],
)
def test_the_statuses(arguments, status):
    result = ended(*arguments)
    assert result.returncode == status
    assert "Traceback" not in result.stderr


def test_a_form_that_is_not_recovered_is_an_answer(tmp_path):
    (tmp_path / "odd.py").write_text("def build(d):\n    return hash(str(d * d)) % 1000003 + 1\n")
    result = ended(
        "recover", "odd:build", "--json", cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.getcwd(), "PYTHONHASHSEED": "0"}
    )
    assert (result.returncode, '"recovered": false' in result.stdout) == (1, True)


@pytest.mark.parametrize(
    "failure", ["KeyError('d')", "MemoryError()", "RecursionError()", "AssertionError()", "SystemExit(1)", "SystemExit('no')"]
)
def test_a_fault_of_symparams_is_no_judgement(failure):
    program = f"import symparams\ndef fails(*_):\n    raise {failure}\nsymparams.check = fails"
    result = ended("check", "12Nd^2", *MODEL, program=program)
    assert (result.returncode, result.stdout) == (2, "")
    if "SystemExit" not in failure:
        assert "Traceback" in result.stderr and "a fault of symparams" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["derive", LONG], ["check", "12Nd^2", *MODEL], ["--help"], ["check", "12 (N", *MODEL]], ids=lambda a: a[0]
)
def test_a_closed_pipe_is_no_judgement(arguments):
    readable, writable = os.pipe()
    os.close(readable)  # nobody reads, from the first line on
    process = subprocess.run([*SYMPARAMS, *arguments], stdout=writable, stderr=writable, check=False)
    os.close(writable)
    assert process.returncode == 141  # as shells say it of a program that SIGPIPE ended


def test_what_is_left_in_the_buffer_says_nothing():
    process = subprocess.Popen([*SYMPARAMS, "derive", LONG], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_is_no_judgement():
    with open("/dev/full", "w") as full:
        process = subprocess.run([*SYMPARAMS, "derive", LONG], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (process.returncode, process.stderr) == (2, "Error: No space left on device\n")
    with open("/dev/full", "w") as full:  # nor one that swallows the message
        assert subprocess.run([*SYMPARAMS, "count", "LSTM(I,"], stdout=full, stderr=full, check=False).returncode == 2
        assert subprocess.run([*SYMPARAMS, "no-such-command"], stderr=full, check=False).returncode == 2


def test_an_interrupt_is_no_judgement():
    program = "import symparams, time\nsymparams.check = lambda *_: (print('begun', flush=True), time.sleep(60))\n"
    program += "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background ignores it
    program += "from symparams.cli import main\nmain()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "check", "4d", *MODEL], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert "Traceback" not in errors


def test_documents_that_cannot_be_decided(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!-- symparams: Transformer(N, d, V) --> $124M$\n")
    result = ended("lint", str(path))
    assert (result.returncode, result.stdout.splitlines()[-1]) == (2, "1 undecided in 1 file")
    path.write_text(path.read_text() + "<!-- symparams: LSTM(I, H) --> $4IH$\n")
    assert ended("lint", str(path)).returncode == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_judgement(closed):
    """Python has no stream then, not one that fails."""
    lint = subprocess.run(f"{sys.executable} -m symparams lint - --stdin-name a.md {closed}", shell=True, input=b"", check=False)
    assert lint.returncode == (2 if closed == "<&-" else 0)
    wrong = subprocess.run([f"{sys.executable} -m symparams check 4d --model 'Linear(d, d)' {closed}"], shell=True, check=False)
    assert wrong.returncode == 1


def test_what_a_model_prints_is_no_output(tmp_path):
    (tmp_path / "noisy.py").write_text(
        "import atexit, os\nprint('imported')\natexit.register(print, 'at the end')\n"
        "def build(d):\n    print('built', d)\n    os.write(1, b'past Python')\n"
        "    os.system('echo from a shell')\n    return 3 * d * d\n"
    )
    result = ended("recover", "noisy:build", "--json", cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert json.loads(result.stdout)["params"] == "3*d**2"
    for words in ("imported", "built", "past Python", "from a shell", "at the end"):
        assert words in result.stderr


@pytest.mark.parametrize(
    "arguments", [["recover", "--all", "transformers"], ["recover", "transformers:LlamaForCausalLM"]], ids=" ".join
)
def test_a_framework_that_is_missing(arguments):
    program = "import sys\nsys.modules.update(torch=None, transformers=None, keras=None)"
    result = ended(*arguments, program=program)
    assert result.returncode == 2
    assert 'pip install "symparams[frameworks]"' in result.stderr and "Traceback" not in result.stderr
