"""Adapters that are erased: off this machine, and never back."""

from pathlib import Path

import pytest
from transformers import BertModel

from tests.workers.engine import tiny_models
from tests.workers.engine.tiny_models import BERT_TARGETS
from workers.engine import adapters
from workers.engine.adapters import drop_unfinished, drop_unknown, evict, fetch
from workers.engine.errors import AdapterNotFound

BASE = "tiny-bert"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("evict")
    tiny_models.build_bert(root / "base")
    tiny_models.build_adapter(BertModel.from_pretrained(root / "base"), root / "ada", BERT_TARGETS, 1, 0.3)
    tiny_models.add_head(root / "ada", 2, 64, 1)
    return root / "ada"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "adapters"


def published(store: Path, made: Path) -> str:
    return tiny_models.publish(
        store, made, base=BASE, kind="classification", targets=BERT_TARGETS, labels=("no", "yes")
    )


def names_in(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".evicted")


def test_evicted_adapter_is_not_served_again_even_while_the_store_has_it(store, cache, made):
    name, other = published(store, made), published(store, made)
    fetch(name, store, cache, base=BASE)
    fetch(other, store, cache, base=BASE)

    evict(name, cache)
    evict(name, cache)

    assert names_in(cache) == [other]
    for _ in range(2):
        with pytest.raises(AdapterNotFound):
            fetch(name, store, cache, base=BASE)
    assert names_in(cache) == [other]
    assert fetch(other, store, cache, base=BASE).name == other
    assert not any(name in str(path) for path in cache.rglob("*"))


def test_eviction_in_the_middle_of_a_fetch_wins(store, cache, made, monkeypatch):
    name = published(store, made)
    copy = adapters._copy

    def overtaken(source, folder, manifest):
        evict(name, cache)  # finds no folder yet
        copy(source, folder, manifest)

    monkeypatch.setattr(adapters, "_copy", overtaken)

    with pytest.raises(AdapterNotFound):
        fetch(name, store, cache, base=BASE)

    assert names_in(cache) == []


def test_what_the_store_lacks_is_dropped_and_can_come_back(store, cache, made, tmp_path):
    gone, kept = published(store, made), published(store, made)
    fetch(gone, store, cache, base=BASE)
    fetch(kept, store, cache, base=BASE)
    folder = store / "adapters" / gone.partition("@")[0]
    folder.rename(tmp_path / "away")

    assert drop_unknown(store, cache) == {gone}
    assert names_in(cache) == [kept]
    assert drop_unknown(store, cache) == set()

    (tmp_path / "away").rename(folder)
    assert fetch(gone, store, cache, base=BASE).name == gone


def test_a_store_that_is_away_drops_nothing(store, cache, made):
    name = published(store, made)
    fetch(name, store, cache, base=BASE)

    assert drop_unknown(store / "unmounted", cache) == set()

    assert names_in(cache) == [name]


def test_half_copied_folders_of_killed_engines_go(cache):
    (cache / ".incoming-x").mkdir(parents=True)
    (cache / ".incoming-x" / "adapter_model.safetensors").write_bytes(b"weights")

    drop_unfinished(cache)

    assert names_in(cache) == []


@pytest.mark.parametrize("name", ["", "..", "adp_x", "../../etc@000000000000"])
def test_only_an_adapters_name_is_evicted(cache, name):
    with pytest.raises(ValueError, match="adapter's name"):
        evict(name, cache)

    assert not cache.exists()
