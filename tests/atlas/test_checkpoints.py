"""Headers of safetensors: counted, compared with the config.json beside them, refused where they are broken."""

import json
from math import prod
from pathlib import Path

import pytest

from symparams import architecture
from symparams.atlas.checkpoints import read_checkpoint
from symparams.errors import AtlasError

CONFIG = {"architectures": ["GPT2LMHeadModel"], "n_layer": 2, "n_embd": 8, "n_head": 2, "vocab_size": 11, "n_positions": 5}


def tensors_of(config: dict) -> dict[str, list[int]]:
    found = {}
    for one in architecture(config).tensors:
        for copy in range(one.copies) if not one.tied_to else ():
            found[one.name.format(copy)] = list(one.shape)
    return found


def write(path: Path, tensors: dict[str, list[int]]) -> None:
    path.parent.mkdir(exist_ok=True)
    header, place = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in tensors.items():
        size = 4 * prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text)


def test_a_file_and_its_configuration(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    tensors = tensors_of(CONFIG)
    write(path, tensors)
    found = read_checkpoint(path)
    assert found.count == architecture(CONFIG).count()
    assert found.compared().equal is None
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    assert found.compared().equal is True
    (tmp_path / "config.json").write_text(json.dumps({**CONFIG, "n_layer": 3}))
    different = found.compared()
    assert different.equal is False
    assert "missing: 1 x transformer.h.*.attn.c_attn.weight [8, 24]" in different.lines
    assert different.lines[-1] == "and 7 more"


def test_names_of_the_base_class_and_tied_weights(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    tensors = {name.removeprefix("transformer."): shape for name, shape in tensors_of(CONFIG).items()}
    write(path, tensors)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    assert read_checkpoint(path).compared().equal is True
    write(path, {**tensors_of(CONFIG), "lm_head.weight": [11, 8]})  # some files keep the tied weight as well
    assert read_checkpoint(path).compared().equal is True
    write(path, {**tensors_of(CONFIG), "extra.weight": [3]})
    assert "not in the class: 1 x extra.weight [3]" in read_checkpoint(path).compared().lines


def test_an_index_of_several_files(tmp_path: Path):
    tensors = tensors_of(CONFIG)
    half = len(tensors) // 2
    parts = {"model-1.safetensors": dict(list(tensors.items())[:half]), "model-2.safetensors": dict(list(tensors.items())[half:])}
    for name, some in parts.items():
        write(tmp_path / name, some)
    index = {"weight_map": {tensor: name for name, some in parts.items() for tensor in some}}
    path = tmp_path / "model.safetensors.index.json"
    path.write_text(json.dumps(index))
    assert read_checkpoint(path).count == architecture(CONFIG).count()
    (tmp_path / "model-2.safetensors").unlink()
    with pytest.raises(AtlasError, match="is not beside it"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"12345", b"\xff" * 16, (5).to_bytes(8, "little") + b"{}", (2).to_bytes(8, "little") + b"[]"]
    + [
        len(text).to_bytes(8, "little") + text
        for text in (
            b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}',
            b'{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 4]}}',
            b'{"a": {"shape": [2]}}',
            b'{"a": 3}',
        )
    ],
)
def test_broken_files(tmp_path: Path, content: bytes):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(AtlasError):
        read_checkpoint(path)


MIXTURE = {
    "architectures": ["MixtralForCausalLM"],
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
MIXTURE |= {"num_key_value_heads": 1, "vocab_size": 11, "num_local_experts": 3}


def one_by_one(tensors: dict[str, list[int]]) -> dict[str, list[int]]:
    """The tensors of Mixtral as its published files have them: each expert's own, under the names of the first versions."""
    found = {}
    for name, shape in tensors.items():
        older = name.replace(".mlp.", ".block_sparse_moe.")
        if name.endswith("gate_up_proj"):
            found |= {older.replace("gate_up_proj", f"{e}.{w}.weight"): [12, 8] for e in range(3) for w in ("w1", "w3")}
        elif name.endswith("experts.down_proj"):
            found |= {older.replace("down_proj", f"{e}.w2.weight"): [8, 12] for e in range(3)}
        else:
            found[older] = shape
    return found


def said(folder: Path, tensors: dict[str, list[int]], config: dict):
    write(folder / "model.safetensors", tensors)
    (folder / "config.json").write_text(json.dumps(config))
    return read_checkpoint(folder / "model.safetensors").compared()


def test_files_of_older_versions(tmp_path: Path):
    tensors = one_by_one(tensors_of(MIXTURE))
    found = said(tmp_path, tensors, MIXTURE)
    assert found.equal is True and "one by one" in found.lines[-1]
    fewer = {name: shape for name, shape in tensors.items() if ".experts.2.w2" not in name}
    assert said(tmp_path, fewer, MIXTURE).equal is False
    masks = {f"h.{layer}.attn.bias": [1, 1, 5, 5] for layer in range(2)}
    found = said(tmp_path, {name.removeprefix("transformer."): shape for name, shape in tensors_of(CONFIG).items()} | masks, CONFIG)
    assert found.equal is True and found.lines[-1] == "beside the parameters: 50 in buffers"
    bert = {
        "architectures": ["BertForMaskedLM"],
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "vocab_size": 50,
    }
    older = {
        name.replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta"): shape
        for name, shape in tensors_of(bert).items()
    }
    assert said(tmp_path, older, bert).equal is True


def test_numbers_that_are_stored_twice_are_said(tmp_path: Path):
    found = said(tmp_path, {**tensors_of(CONFIG), "lm_head.weight": [11, 8]}, CONFIG)
    assert found.equal is True and found.lines[-1] == "stored once more, for tied weights: 88"


def test_quantised_files(tmp_path: Path):
    llama = {
        "architectures": ["LlamaForCausalLM"],
        **{name: size for name, size in MIXTURE.items() if name not in ("architectures", "num_local_experts")},
    }
    tensors = tensors_of(llama)
    scales = {f"{name}_scale_inv": [1, 1] for name in tensors if name.endswith("proj.weight")}
    found = said(tmp_path, tensors | scales, llama)
    assert found.equal is True and found.lines[-1] == "beside the parameters: 14 in scales"
    packed = {name.replace("proj.weight", "proj.qweight"): [1, 8] if "proj" in name else shape for name, shape in tensors.items()}
    found = said(tmp_path, packed, llama)
    assert found.equal is None and "packed" in found.lines[0]


def test_names_of_another_version_are_told_from_other_numbers(tmp_path: Path):
    found = said(tmp_path, {f"other.{name}": shape for name, shape in tensors_of(CONFIG).items()}, CONFIG)
    assert found.equal is False and "as many, " in found.lines[-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"a": {"dtype": "I8", "shape": [2], "data_offsets": [0,2]}, "b": {"dtype": "I8", "shape": [], "data_offsets": [1,2]}}',
            "overlap",
        ),
        ('{"a": {"dtype": "F32", "shape": [2], "data_offsets": [100, 108]}}', "leave gaps"),
        ('{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}', "leave gaps"),
        ('{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}', "in 4 bytes"),
        (None, "Git LFS"),
    ],
)
def test_broken_headers_say_why(tmp_path: Path, text: str | None, message: str):
    path = tmp_path / "model.safetensors"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    path.write_bytes(pointer if text is None else len(text).to_bytes(8, "little") + text.encode())
    with pytest.raises(AtlasError, match=message):
        read_checkpoint(path)
