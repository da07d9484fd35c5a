"""The price book keeps what was sold."""

import msgspec
import pytest
from django.db import DatabaseError, connection, transaction

from apps.catalog import services
from apps.catalog.base_files import all_bases
from apps.catalog.models import PriceVersion
from apps.catalog.selectors import base_entry, current_price, get_base, get_price, list_bases
from apps.catalog.services import sync_price_book
from kernel.errors import ModelNotFound
from kernel.money import Price


@pytest.fixture
def dearer(monkeypatch):
    """Raise the price of nano's training."""
    bases = all_bases()
    nano = bases["finery-nano"]
    price = msgspec.structs.replace(nano.price, training=500_000)
    changed = {**bases, nano.id: msgspec.structs.replace(nano, price=price)}
    monkeypatch.setattr(services, "all_bases", lambda: changed)


def test_first_sync_prices_every_base_and_the_second_none(db):
    assert (sync_price_book(), sync_price_book()) == (len(all_bases()), 0)
    price = current_price("finery-nano")
    assert price == Price(
        version=price.version, training=400_000, input=50_000, cached_input=25_000, output=200_000
    )


def test_new_price_is_a_new_version_and_the_old_one_stays(db, request):
    sync_price_book()
    sold = current_price("finery-nano")
    request.getfixturevalue("dearer")

    added = sync_price_book()

    assert added == 1
    assert current_price("finery-nano").training == 500_000
    assert current_price("finery-nano").version > sold.version
    assert get_price(sold.version) == sold


@pytest.mark.parametrize(
    "sql", ["UPDATE catalog_priceversion SET training = 0", "DELETE FROM catalog_priceversion"]
)
def test_a_sold_price_cannot_be_changed(db, sql: str):
    sync_price_book()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    row = PriceVersion.objects.first()
    assert row is not None
    with pytest.raises(TypeError, match="append-only"):
        row.save()


def test_unknown_prices_sell_nothing(db):
    with pytest.raises(LookupError):
        current_price("finery-nano")
    with pytest.raises(LookupError):
        get_price(0)


def test_hub_bases_are_offered_only_where_there_is_a_hub(settings):
    settings.HUB_BASES = False
    local = [base.id for base in list_bases()]
    with pytest.raises(ModelNotFound) as refusal:
        get_base("qwen3-0.6b")
    settings.HUB_BASES = True

    assert local == ["all-minilm-l6-v2", "finery-nano"]
    assert refusal.value.message == "The model `qwen3-0.6b` does not exist or you do not have access to it."
    assert get_base("qwen3-0.6b").source == "hub:Qwen/Qwen3-0.6B"
    assert len(list_bases()) == len(all_bases())


def test_base_that_is_shut_down_is_not_offered(monkeypatch):
    nano = all_bases()["finery-nano"]
    ended = msgspec.structs.replace(nano, shutdown_date=nano.released_on)
    monkeypatch.setattr("apps.catalog.selectors.all_bases", lambda: {nano.id: ended})

    assert list_bases() == []
    with pytest.raises(ModelNotFound):
        get_base(nano.id)


def test_entry_is_what_gateways_get(db):
    sync_price_book()

    entry = base_entry("all-minilm-l6-v2")

    assert (entry.engine, entry.context_length, entry.methods) == ("encoder", 512, ("classification",))
    assert (entry.price, entry.created_at) == (current_price("all-minilm-l6-v2"), 1630281600)


def test_bases_are_listed_over_http(owner, client_of, client):
    body = client_of(owner).get("/v1/bases").json()

    assert body["object"] == "list"
    assert body["data"][0] == {
        "id": "all-minilm-l6-v2",
        "object": "base",
        "engine": "encoder",
        "max_length": {"classification": 256},
        "context_length": 512,
        "methods": ["classification"],
        "max_lora_rank": 64,
        "price": {"training": 400_000, "input": 20_000, "cached_input": 20_000, "output": 0},
        "licence": "Apache-2.0",
        "description": body["data"][0]["description"],
        "languages": ["en"],
    }
    assert set(body["data"][0]["description"]) == {"en", "zh"}
    assert client.get("/v1/bases").status_code == 401
