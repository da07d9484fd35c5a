"""The catalogue's files: right ones load, wrong ones name themselves."""

import json
import struct
from pathlib import Path

import pytest

from apps.catalog.base_files import FOLDER, all_bases, read_folder
from apps.catalog.errors import BaseFileError
from kernel.bases import base_folder

NANO = (FOLDER / "all-minilm-l6-v2.toml").read_text(encoding="utf-8")
LOCAL = [base for base in all_bases().values() if base.available == "always"]


def read_with(tmp_path: Path, old: str, new: str, name: str = "all-minilm-l6-v2.toml") -> None:
    assert old in NANO
    (tmp_path / name).write_text(NANO.replace(old, new, 1), encoding="utf-8")
    read_folder(tmp_path)


def test_two_bases_need_no_hub():
    assert [(base.id, base.engine, base.methods) for base in LOCAL] == [
        ("all-minilm-l6-v2", "encoder", ("classification",)),
        ("finery-nano", "vllm", ("supervised",)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("context_length = 512", "", "missing required field `context_length`"),
        ("context_length = 512", 'context_length = "512"', "$.context_length"),
        ("training = 400_000", "training = -1", "$.price.training"),
        ("training = 400_000", "training = 0.4", "$.price.training"),
        ('engine = "encoder"', 'engine = "tgi"', "$.engine"),
        ('engine = "encoder"', 'engine = "vllm"', "$.methods"),
        ("max_lora_rank = 64", "max_lora_rank = 60", "$.max_lora_rank"),
        ("max_lora_rank = 64", "max_lora_rank = 8", "$.defaults.classification.lora_rank"),
        ("max_length = 256", "max_length = 1024", "$.defaults.classification.max_length"),
        ("[defaults.classification]", "[defaults.supervised]", "$.defaults"),
        ("languages", "language", "unknown field `language`"),
        ("released_on = 2021-08-30", 'released_on = "2021"', "$.released_on"),
        ('source = "package', 'source = "http', "$.source"),
        ('source = "package:', 'source = "hub:', "$.available"),
        ("cached_input = 20_000", "cached_input = 20_001", "$.price.cached_input"),
        ("[price]", "[price", "all-minilm-l6-v2.toml"),
    ],
)
def test_wrong_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, says: str):
    with pytest.raises(BaseFileError) as failure:
        read_with(tmp_path, old, new)

    assert str(failure.value).startswith("all-minilm-l6-v2.toml: ")
    assert says in str(failure.value)


def test_id_is_the_files_name(tmp_path: Path):
    with pytest.raises(
        BaseFileError, match=r"^other\.toml: expected the file's name, 'other' - at `\$\.id`$"
    ):
        read_with(tmp_path, "context", "context", name="other.toml")


def test_empty_catalogue_is_an_error(tmp_path: Path):
    with pytest.raises(BaseFileError, match="no base"):
        read_folder(tmp_path)


@pytest.mark.parametrize("base", LOCAL, ids=lambda base: base.id)
def test_facts_are_those_of_the_model(base):
    folder = base_folder(base.source)
    config = json.loads((folder / "config.json").read_text())

    assert base.parameters == count_parameters(folder)
    assert base.context_length == config["max_position_embeddings"]


def count_parameters(folder: Path) -> int:
    total = 0
    for path in folder.glob("*.safetensors"):
        with path.open("rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        for name, tensor in header.items():
            if name != "__metadata__" and tensor["dtype"] in ("F32", "F16", "BF16"):
                size = 1
                for dimension in tensor["shape"]:
                    size *= dimension
                total += size
    return total
