"""What holds for all commands: their help, JSON, refusals, and that each is a file of its name."""

import json
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

import symparams.cli
from symparams.cli import main


def run(*arguments: str):
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def commands() -> dict[str, click.Command]:
    return dict(main.commands)


def test_the_commands():
    assert {"derive", "count", "breakdown", "leading", "latex"} <= set(commands())
    assert run("--help").exit_code == 0
    assert "symparams, version" in run("--version").output


def test_a_command_is_a_file_of_its_name():
    files = {module.name for module in iter_modules(symparams.cli.__path__)}
    assert files == {*commands(), "completion", "group", "messages", "named", "printing", "quantities", "sizes", "terminal"}


def test_no_command_loads_what_only_one_needs():
    """What the commands import at the top, all of them pay for."""
    late = {f"symparams.{room}" for room in ("asymptotics", "checks", "derivations", "formulas", "frameworks", "typeset")}
    late |= {"torch", "keras", "transformers", "numpy", "rich"}
    program = f"import sys, symparams.cli; print({late} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("name", sorted(commands()))
def test_help_shows_examples_that_work(name: str):
    shown = run(name, "--help").output
    examples = re.findall(r"^  +symparams (.+)$", shown, re.M)
    assert examples
    for example in examples:
        result = run(*shlex.split(example))
        assert (result.exit_code, result.stderr) == (0, ""), example
        assert result.output.strip()


@pytest.mark.parametrize("name", ["derive", "count", "breakdown", "leading", "latex"])
def test_json_has_the_keys_of_every_command(name: str):
    grows = ["--grows", "d"] if name == "leading" else []
    answer = json.loads(run(name, "Transformer(N, d, V)", "--at", "N=96,d=12288,V=50257", "--json", *grows).output)
    assert answer["params"] == "N*(12*d**2 + 13*d) + V*d"
    assert answer["closed_form"] == "N*(12*d**2 + 13*d) + V*d"
    assert answer["latex"] == r"N\left(12 d^{2} + 13 d\right) + V d"
    assert answer["value"] == 174_579_068_928
    without = json.loads(run(name, "LSTM(I, H)", "--json", *(["--grows", "H"] if grows else [])).output)
    assert without["closed_form"] == "4*(H*I + H**2 + H)"
    assert "value" not in without


def test_the_main_job_in_the_terminal():
    shown = run("derive", "Transformer(N, d, V)", "--leading", "d").output
    assert "= N*(12*d**2 + 13*d) + V*d" in shown
    assert "≈ 12*N*d**2" in shown
    assert "put in d_ff = 4*d" in shown
    assert re.search(r"V +vocabulary size", shown)


def test_counts_at_sizes():
    assert run("count", "LSTM(I, H)", "--at", "I=512,H=512").output == "4*(H*I + H**2 + H) = 2,099,200\n"
    assert "850" in run("leading", "Transformer(N, d, V)", "--grows", "d", "--within", "5%", "--at", "N=96,V=50257").output
    assert "99.6 %" in run("breakdown", "Transformer(N, d, V)", "--by", "role", "--at", "N=96,d=12288,V=50257").output
    assert run("count", "LSTM(I, H)", "--at", "I=0x200").output == "4*(H*I + H**2 + H) = 4*H**2 + 2052*H\n"  # a size in Python
    assert run("count", "LSTM(I, H)", "--at", "I=512.0").output == "4*(H*I + H**2 + H) = 4*H**2 + 2052*H\n"
    assert run("count", "Transformer(12, 768, 50257)").output == "123,651,840\n"
    assert run("count", "Transformer(N, d, V)", "--of", "non_embedding").output == "N*(12*d**2 + 13*d)\n"
    sizes = ("--of", "non_embedding", "--at", "N=12,d=768,V=50257")  # V is the model's, if not this formula's
    assert run("count", "Transformer(N, d, V)", *sizes).output == "N*(12*d**2 + 13*d) = 85,054,464\n"
    assert "85,054,464" in run("breakdown", "Transformer(N, d, V)", *sizes).output
    assert run("count", "LSTM(I, H)", "--of", "frozen", "--at", "I=3,H=4").output == "0\n"
    assert "embedding" not in run("breakdown", "Transformer(N, d, V)", "--of", "non_embedding", "--by", "role").output
    assert run("latex", "LSTM(I, H)", "--form", "factored").output == "4 H\\left(H + I + 1\\right)\n"
    assert "\\toprule" in run("latex", "Transformer(N, d, V)", "--form", "breakdown").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["count", "Transformr(N, d, V)"], "did you mean Transformer"),
        (["count", "Linear(3, 4, bais=True)"], "did you mean bias"),
        (["count", "Linear(0, 4)"], "a positive integer"),
        (["count", "Linear(1.5, 4)"], "whole numbers"),
        (["count", "MultiHeadAttention(512, 7)"], "n_head that divides d_model"),
        (["count", "__import__('os').system('true')"], "a call of a layer or model"),
        (["count", "Linear(9**9**9, 3)"], "in a power"),
        (["count", f"Linear({'7' * 3000}, 3)"], "digits"),
        (["count", "Linear(d, 3)", "--at", "Q=3"], "values for the formula's symbols: d"),
        (["count", "Linear(d, 3)", "--at", "d=1_"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d='4'"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d=True"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d=12,288"], "none in numbers"),
        (["count", "Linear(d, 3)", "--at", ""], "sizes such as"),
        (["leading", "Linear(d, 3)", "--grows", "d,d"], "each symbol once"),
        (["leading", "Linear(d, 3)", "--grows", ""], "an identifier"),
        (["latex", "Linear(d, 3)", "--form", "derivation", "--at", "d=3"], "--at has no effect"),
        (["breakdown", "Linear(d, 3)", "--by", "role", "--depth", "2"], "--depth has no effect"),
        (["lint", "a.md", "--stdin-name", "b.md"], "--stdin-name has no effect"),
        (["lint", "a.md", "--json", "--github"], "--github has no effect"),
        (["catalogue", "--json", "--latex"], "--latex has no effect"),
        (["check", "4d", "--model", "Linear(d, 4)", "--json", "--latex"], "--latex has no effect"),
        (["recover", "torch:nn.LSTM", "--table", "x.csv"], "--table has no effect without --all"),
        (["recover", "torch:nn.LSTM", "--workers", "3"], "--workers has no effect without --all"),
        (["recover", "torch:nn.LSTM", "--all", "transformers"], "TARGET"),
        (["recover", "--all", "transformers", "--over", "d"], "--over has no effect with --all"),
        (["recover", "--all", "transformers", "--with", "d=3"], "--with has no effect with --all"),
        (["recover", "--all", "transformers", "--table", "nodir/x.csv"], "make the folder nodir"),
        (["recover", "torch:nn.LSTM", "--seconds", "0"], "--seconds"),
        (["recover", "torch:nn.LSTM", "--gigabytes", "0"], "--gigabytes"),
        (["recover", "torch:nn.LSTM", "--over", "input_size=3"], "names with commas between"),
        (["recover", "torch:nn.LSTM", "--over", ""], "names with commas between"),
        (["recover", "torch:nn.LSTM", "--with", "bias=False", "--with", "bias=True"], "twice"),
        (["recover", "torch:nn.LSTM", "--with", "bidirectional=yes"], "write --with bidirectional=True"),
        (["recover", "torch:nn.LSTM", "--over", "bias"], "--with name=value"),
        (["recover", "torch:nn.LSTM", "--over", "input_size,input_size"], "each name once"),
        (["recover", "--all", "transformers", "--tasks", "causal,causal"], "each name once"),
        (["count", "Linear(d, e)", "--at", "d=3", "--at", "e=4"], "write both in one: --at N=96,d=12288"),
        (["check", "4d", "--model", "Linear(d, 4)", "--where", "d=3", "--where", "e=4"], "--where twice"),
        (["check", "4d", "--model", "Linear(d, 4)", "--model", "Linear(d, 5)"], "--model twice"),
        (["leading", "Linear(d, e)", "--grows", "d", "--grows", "e"], "--grows twice"),
        (["recover", "torch:nn.LSTM", "--method", "both", "--method", "symbolic"], "--method twice"),
        (["count", "Linear(3, 4, bias=0)"], "write bias=True"),
        (["recover"], "module:name"),
        (["count", "Linear(d, 3)", "--at", "d=0"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d=-1"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d=2.5"], "a positive integer"),
        (["count", "Linear(d, 3)", "--at", "d"], "sizes such as"),
        (["count", "Linear(d, 3)", "--at", "d=1,d=2"], "each symbol once"),
        (["count", "Linear(d, 3)", "--at", f"d={'9' * 5000}"], "at most 100 digits"),
        (["count", "Linear(d, 3)", "--at", "d-model=3"], "an identifier"),
        (["leading", "Linear(d, 3)", "--grows", "q"], "one of its symbols"),
        (["leading", "Linear(d, 3)", "--grows", "d:-1"], "a positive integer or fraction"),
        (["leading", "Linear(d, 3)", "--grows", "d", "--within", "x"], "a percentage"),
        (["leading", "Linear(d, 3)", "--grows", "d", "--terms", "0"], "at least 1"),
        (["leading", "Linear(d, 3)"], "--grows"),
        (["breakdown", "Linear(d, 3)", "--by", "colour"], "colour"),
        (["breakdown", "Linear(d, 3)", "--depth", "0"], "at least 1"),
        (["cuont", "Linear(d, 3)"], "cuont"),
        (["count"], "MODEL"),
    ],
)
def test_bad_input_is_a_message_and_exit_status_2(arguments: list[str], message: str):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output + result.stderr


def test_how_good_an_approximation_is_at_sizes():
    """12·12·768² = 84,934,656 of 123,651,840."""
    arguments = ("leading", "Transformer(N, d, V)", "--grows", "d", "--at", "N=12,d=768,V=50257")
    shown = run(*arguments).output
    assert re.search(r"^approximation +84,934,656\nexact +123,651,840\nerror +-31.3 % \(-38,717,184\)$", shown, re.M)
    answer = json.loads(run(*arguments, "--json").output)
    assert (answer["approximation"], answer["exact"]) == (84_934_656, 123_651_840)
    assert Fraction(answer["error"]) == Fraction(84_934_656 - 123_651_840, 123_651_840)
    some = json.loads(run(*arguments[:-1], "N=12,d=768", "--json").output)
    assert (some["approximation"], some["exact"]) == (84_934_656, "768*V + 85054464")


def test_the_list_of_commands_is_whole():
    """Click cuts what a line of 80 columns has no room for."""
    listed = run("--help").output.partition("Commands:\n")[2]
    assert "..." not in listed and listed.count(".\n") == len(commands()) == len(listed.splitlines())


def test_a_part_named_twice_is_one():
    twice = run("breakdown", "LSTM(I, H)", "--by", "role", "--by", "role", "--by", "part").output
    assert twice == run("breakdown", "LSTM(I, H)", "--by", "role", "--by", "part").output


def test_json_of_some_sizes_and_of_none():
    some = json.loads(run("count", "LSTM(I, H)", "--at", "I=512", "--json").output)
    assert some["at"] == "4*H**2 + 2052*H" and "value" not in some
    assert json.loads(run("count", "Transformer(12, 768, 50257)", "--json").output)["value"] == 123_651_840
    assert json.loads(run("count", "Linear(3, 4)", "--of", "non_embedding", "--json").output)["of"] == "non_embedding"


def test_the_installed_command_and_the_module_are_one():
    shown = subprocess.run([sys.executable, "-m", "symparams", "count", "GRU(I, H)"], capture_output=True, text=True, check=True)
    assert shown.stdout == "3*(H*I + H**2 + H)\n"


def test_the_order_does_not_depend_on_the_hash_seed():
    printed = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-m", "symparams", "breakdown", "EncoderDecoderTransformer(N, d, V, d_ff)", "--json"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed})
        printed.add(shown.stdout)
    assert len(printed) == 1


VERBS = {"count": [], "breakdown": [], "derive": [], "leading": ["--grows", "d"], "latex": [], "code": [], "compare": ["12Nd^2"]}


@pytest.mark.parametrize("of", ["parameters", "non_embedding", "flops", "training_flops", "multiply_adds", "kv_cache"])
def test_every_verb_takes_every_quantity_by_one_argument(of):
    model = symparams.read_model("Transformer(N, d, V)")
    closed = symparams.closed_form(model, quantity_of(of))
    found = {verb: run(verb, "Transformer(N, d, V)", *more, "--of", of) for verb, more in VERBS.items()}
    assert [verb for verb, answer in found.items() if answer.exit_code] == []
    for verb in ("count", "code"):
        assert str(closed) in found[verb].output
    assert symparams.latex(closed) in found["latex"].output
    assert run("check", str(closed), "--model", "Transformer(N, d, V)", "--of", of).exit_code == 0
    cost = of not in ("parameters", "non_embedding")
    assert (run("code", "Transformer(N, d, V)", "--of", of, "--batch", "7").exit_code == 0) == cost


def quantity_of(name):
    """The quantity that --of names, of a batch b and a length s."""
    b, s = symparams.symbols("b s")
    costs = {
        "flops": symparams.operations(b, s),
        "training_flops": symparams.operations(b, s, training=True),
        "multiply_adds": symparams.operations(b, s, multiply_adds=True),
        "kv_cache": symparams.caches(b, s),
    }
    return costs.get(name, name)


@pytest.mark.parametrize("verb", ["count", "breakdown", "leading"])
def test_costs_as_json_have_a_name(verb: str):
    answer = json.loads(run(verb, "Transformer(N, d, V)", *VERBS[verb], "--of", "kv_cache", "--json").stdout)
    assert "2*N*b*d*s" in str(answer)
    assert answer.get("of", "cache") == "cache"


def test_a_cost_may_be_written_as_a_call():
    as_call = run("count", "Transformer(N, d, V)", "--of", "kv_cache(1, 7, bytes=2)")
    options = ["--of", "kv_cache", "--batch", "1", "--seq", "7", "--bytes", "2"]
    assert as_call.output == run("count", "Transformer(N, d, V)", *options).output
    assert run("check", "36,864", "--model", "gpt2", "--of", "kv_cache(1,1,bytes=2)").exit_code == 0
    twice = run("count", "gpt2", "--of", "kv_cache(1, 7)", "--batch", "2")
    assert twice.exit_code == 2 and "--batch has no effect with data in --of" in twice.stderr
    assert "did you mean bytes?" in CliRunner().invoke(main, ["count", "gpt2", "--of", "kv_cache(1, 7, byts=2)"]).stderr
    assert "is not one of" in run("count", "gpt2", "--of", "flps(1, 7)").stderr


def test_the_notation_of_a_page():
    assert "24 B s h^{2}" in run("latex", "Transformer(N, d, V)", "--of", "flops", "--notation", "megatron").output
    assert "L\\left(12 h^{2}" in run("latex", "Transformer(N, d, V)", "--notation", "megatron", "--name", "N=L").output
    assert "$h$ & model width" in run("latex", "Transformer(N, d, V)", "--form", "legend", "--notation", "megatron").output
    assert "vaswani, kaplan" in run("latex", "Transformer(N, d, V)", "--notation", "gpt").stderr
