"""The second wall in SQL."""

import pytest
from django.apps import apps

from apps.core.models import TenantModel
from tests.isolation.database import TABLES, database_leaks, same_tenant_keys
from tests.isolation.personas import World, build_world
from tests.isolation.undo import undone

# A column that names another tenant's row, and why no composite key guards it.
UNGUARDED = {
    ("audit_auditevent", "project_id"): "a log outlives what it names",
    ("metering_ledgerline", "project_id"): "the ledger outlives its projects: it stays after an erasure",
    ("metering_usagerecord", "project_id"): "written by the ingest from the gateway's own event",
}


@pytest.fixture
def world(db, sent_tasks) -> World:
    return build_world()


def test_the_database_alone_keeps_tenants_apart(world):
    assert list(database_leaks(world)) == []


def test_children_name_parents_of_their_own_tenant_only(db):
    guarded = {(child, column) for child, column, _ in same_tenant_keys()}
    wanted = set()
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        for field in model._meta.concrete_fields:
            target = field.related_model
            if (isinstance(target, type) and issubclass(target, TenantModel)) or field.attname in (
                "project_id",
                "training_file_id",
                "validation_file_id",
                "result_file_id",
            ):
                wanted.add((model._meta.db_table, field.attname))

    assert wanted - guarded == set(UNGUARDED)


def test_every_table_is_tried(world):
    with undone():
        assert len(TABLES) >= 18
