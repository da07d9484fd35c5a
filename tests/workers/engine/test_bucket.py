"""Adapters from a bucket: the same verification, and nothing half-fetched."""

from dataclasses import replace
from pathlib import Path

import pytest
from transformers import BertModel

from kernel.s3 import Bucket
from tests.bucket import bucket, s3_endpoint
from tests.workers.engine import tiny_models
from tests.workers.engine.tiny_models import BERT_TARGETS
from workers.engine.adapters import drop_unknown, fetch
from workers.engine.errors import AdapterNotFound, AdapterRejected

__all__ = ["bucket", "s3_endpoint"]

BASE = "tiny-bert"


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("adapter")
    tiny_models.build_bert(root / "base")
    tiny_models.build_adapter(BertModel.from_pretrained(root / "base"), root / "a", BERT_TARGETS, 1, 0.1)
    tiny_models.add_head(root / "a", 2, 64, 1)
    return root / "a"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def publish(bucket: Bucket, adapter: Path, folder: Path) -> str:
    name = tiny_models.publish(
        folder, adapter, base=BASE, kind="classification", targets=BERT_TARGETS, labels=("no", "yes")
    )
    for path in (folder / "adapters" / name.partition("@")[0]).iterdir():
        key = path.relative_to(folder).as_posix()
        bucket.client().put_object(Bucket=bucket.name, Key=key, Body=path.read_bytes())
    return name


def test_a_bucket_gives_what_a_folder_gives(bucket, adapter, cache, tmp_path):
    name = publish(bucket, adapter, tmp_path / "folder")

    found = fetch(name, bucket, cache, base=BASE, max_rank=16)
    other = fetch(name, tmp_path / "folder", tmp_path / "other", base=BASE, max_rank=16)

    assert found.manifest == other.manifest
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == {
        path.name: path.read_bytes() for path in other.folder.iterdir()
    }
    assert [path.name for path in cache.iterdir()] == [name]
    away = replace(bucket, endpoint="http://127.0.0.1:9")
    assert fetch(name, away, cache, base=BASE).folder == found.folder  # the bucket is needed no more


@pytest.mark.parametrize("file", ["adapter_model.safetensors", "manifest.json"])
def test_another_object_than_promised_is_rejected(bucket, adapter, cache, tmp_path, file):
    name = publish(bucket, adapter, tmp_path / "folder")
    key = f"adapters/{name.partition('@')[0]}/{file}"
    content = bucket.client().get_object(Bucket=bucket.name, Key=key)["Body"].read()
    bucket.client().put_object(Bucket=bucket.name, Key=key, Body=content[:-1] + b"x")

    with pytest.raises(AdapterRejected):
        fetch(name, bucket, cache, base=BASE)

    assert list(cache.iterdir()) == []


def test_an_adapter_that_is_not_there_is_not_found(bucket, adapter, cache, tmp_path):
    name = publish(bucket, adapter, tmp_path / "folder")
    key = f"adapters/{name.partition('@')[0]}/manifest.json"
    bucket.client().delete_object(Bucket=bucket.name, Key=key)

    with pytest.raises(AdapterNotFound):
        fetch(name, bucket, cache, base=BASE)

    assert list(cache.iterdir()) == []


def test_what_the_bucket_lacks_is_dropped_unless_it_is_away(bucket, adapter, cache, tmp_path):
    gone, kept = (publish(bucket, adapter, tmp_path / which) for which in ("one", "two"))
    for name in (gone, kept):
        fetch(name, bucket, cache, base=BASE)
    key = f"adapters/{gone.partition('@')[0]}/manifest.json"
    bucket.client().delete_object(Bucket=bucket.name, Key=key)

    for away in (replace(bucket, name="no-such-bucket"), replace(bucket, endpoint="http://127.0.0.1:9")):
        assert drop_unknown(away, cache) == set()
    assert drop_unknown(bucket, cache) == {gone}

    assert [path.name for path in cache.iterdir()] == [kept]
