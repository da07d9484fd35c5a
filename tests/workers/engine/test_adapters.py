"""What reaches an engine: verified files under a name of our form, and nothing else."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel

from kernel.errors import FineryError
from kernel.ids import new_id
from tests.workers.engine import tiny_models
from tests.workers.engine.tiny_models import BERT_TARGETS
from workers.engine.adapters import fetch
from workers.engine.errors import AdapterNotFound, AdapterRejected

BASE, LABELS = "tiny-bert", ("no", "yes")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("adapter")
    tiny_models.build_bert(root / "base")
    tiny_models.build_adapter(BertModel.from_pretrained(root / "base"), root / "a", BERT_TARGETS, 1, 0.1)
    tiny_models.add_head(root / "a", 2, 64, 1)
    (root / "a" / "parity.json").write_text('{"samples": [{"text": "a customer wrote this"}]}')
    return root / "a"


def _publish(store: Path, folder: Path, **changes: object) -> str:
    fields = {"base": BASE, "kind": "classification", "targets": BERT_TARGETS, "labels": LABELS}
    return tiny_models.publish(store, folder, **{**fields, **changes})  # type: ignore[arg-type]


def _refused(name: str, tmp_path: Path, kind: type[FineryError], base: str = BASE) -> None:
    with pytest.raises(kind):
        fetch(name, tmp_path / "store", tmp_path / "cache", base=base, max_rank=16)
    assert not list((tmp_path / "cache").glob("*"))
    assert not list((tmp_path / "cache").glob(".*"))


def test_fetch_gives_what_an_engine_needs_and_no_customer_text(folder: Path, tmp_path: Path) -> None:
    name = _publish(tmp_path / "store", folder)

    found = fetch(name, tmp_path / "store", tmp_path / "cache", base=BASE, max_rank=16)

    assert {path.name for path in found.folder.iterdir()} == {
        "manifest.json",
        "adapter_config.json",
        "adapter_model.safetensors",
        "head.safetensors",
    }
    config = json.loads((found.folder / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["modules_to_save"]) == (4, 8, None)


def test_fetched_adapter_needs_the_store_no_more(folder: Path, tmp_path: Path) -> None:
    name = _publish(tmp_path / "store", folder)
    first = fetch(name, tmp_path / "store", tmp_path / "cache", base=BASE)

    second = fetch(name, tmp_path / "gone", tmp_path / "cache", base=BASE)

    assert second == first


@pytest.mark.parametrize(
    "name",
    [
        "",
        "adp_",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "tiny-bert",
        "adp_../../../../../etc/passwd00@000000000000",
        "adp_" + "0" * 26,
        "adp_" + "0" * 26 + "@" + "0" * 11,
        "adp_" + "0" * 26 + "@" + "0" * 13,
        "adp_" + "0" * 26 + "@" + "0" * 12 + "\n",
        "adp_" + "0" * 26 + "@" + "A" * 12,
        "adp_" + "u" * 26 + "@" + "0" * 12,
        " adp_" + "0" * 26 + "@" + "0" * 12,
        "adp_" + "0" * 26 + "@" + "0" * 12 + "/../x",
        "adp_" + "0" * 26 + "@" + "٠" * 12,
        new_id("adp_") + "@" + "0" * 12,
    ],
)
def test_names_of_another_form_or_unknown_are_not_found(name: str, tmp_path: Path) -> None:
    _refused(name, tmp_path, AdapterNotFound)


def test_another_base_is_not_found(folder: Path, tmp_path: Path) -> None:
    _refused(_publish(tmp_path / "store", folder), tmp_path, AdapterNotFound, base="another")


def test_another_base_is_not_found_in_the_cache_either(folder: Path, tmp_path: Path) -> None:
    name = _publish(tmp_path / "store", folder)
    fetch(name, tmp_path / "store", tmp_path / "cache", base=BASE)

    with pytest.raises(AdapterNotFound):
        fetch(name, tmp_path / "store", tmp_path / "cache", base="another")


@pytest.mark.parametrize(
    "changes",
    [
        {"adapter_id": new_id("adp_")},
        {"rank": 8},
        {"rank": 32},
        {"rank": 0},
        {"alpha": 0},
        {"lora_int_id": 0},
        {"labels": ("no", "yes", "perhaps")},
        {"targets": ("query",)},
        {"targets": (*BERT_TARGETS, "missing")},
        {"targets": (".*",)},
        {"targets": ()},
        {"files": {}},
        {"version": 2},
    ],
    ids=str,
)
def test_a_manifest_that_lies_is_refused(folder: Path, tmp_path: Path, changes: dict[str, object]) -> None:
    _refused(_publish(tmp_path / "store", folder, **changes), tmp_path, AdapterRejected)


def _flip_a_bit(stored: Path) -> None:
    path = stored / "adapter_model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _shorten(stored: Path) -> None:
    path = stored / "head.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


def _edit_manifest(stored: Path) -> None:
    path = stored / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"alpha":8', b'"alpha":9'))


def _link_weights(stored: Path) -> None:
    path = stored / "adapter_model.safetensors"
    path.rename(stored / "elsewhere")
    path.symlink_to("elsewhere")


def _link_manifest(stored: Path) -> None:
    path = stored / "manifest.json"
    path.rename(stored / "elsewhere")
    path.symlink_to("elsewhere")


def _link_folder(stored: Path) -> None:
    stored.rename(stored.with_name("elsewhere"))
    stored.symlink_to("elsewhere")


def _pipe(stored: Path) -> None:
    (stored / "adapter_model.safetensors").unlink()
    os.mkfifo(stored / "adapter_model.safetensors")


def _remove(stored: Path) -> None:
    (stored / "head.safetensors").unlink()


@pytest.mark.parametrize(
    "tamper",
    [_flip_a_bit, _shorten, _edit_manifest, _link_weights, _link_manifest, _link_folder, _pipe, _remove],
)
def test_tampered_files_are_refused(folder: Path, tmp_path: Path, tamper: Callable[[Path], None]) -> None:
    name = _publish(tmp_path / "store", folder)

    tamper(tmp_path / "store" / "adapters" / name.partition("@")[0])

    _refused(name, tmp_path, AdapterRejected)


def test_an_upload_without_its_manifest_is_not_there_yet(folder: Path, tmp_path: Path) -> None:
    name = _publish(tmp_path / "store", folder)

    (tmp_path / "store" / "adapters" / name.partition("@")[0] / "manifest.json").unlink()

    _refused(name, tmp_path, AdapterNotFound)


@pytest.mark.parametrize("file", ["adapter_model.bin", "../escape.safetensors", "modeling.py"])
def test_a_manifest_with_other_files_is_refused(folder: Path, tmp_path: Path, file: str) -> None:
    digest = {"sha256": "0" * 64, "bytes": 1}
    files = {"adapter_model.safetensors": digest, "head.safetensors": digest, file: digest}

    _refused(_publish(tmp_path / "store", folder, files=files), tmp_path, AdapterRejected)


def test_a_pickle_under_the_name_of_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    fake = tmp_path / "fake"
    fake.mkdir()
    torch.save({"a": 1}, fake / "adapter_model.safetensors")
    (fake / "head.safetensors").write_bytes((folder / "head.safetensors").read_bytes())

    _refused(_publish(tmp_path / "store", fake), tmp_path, AdapterRejected)


@pytest.mark.parametrize("extra", ["base_model.model.embeddings.weight", "lora_A.weight"])
def test_tensors_that_are_not_lora_are_refused(folder: Path, tmp_path: Path, extra: str) -> None:
    fake = tmp_path / "fake"
    fake.mkdir()
    tensors = load_file(folder / "adapter_model.safetensors")
    save_file({**tensors, extra: torch.zeros(1)}, fake / "adapter_model.safetensors")
    (fake / "head.safetensors").write_bytes((folder / "head.safetensors").read_bytes())

    _refused(_publish(tmp_path / "store", fake), tmp_path, AdapterRejected)
