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
