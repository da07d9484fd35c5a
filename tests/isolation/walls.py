"""The two walls, each switched off in turn: the other alone must hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import connection, models

from apps.core.models import TenantManager, TenantModel

TABLES = sorted(
    {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    | {"tenants_organization", "metering_wallet", "audit_auditchain"}
)


@contextmanager
def application_filter_off() -> Iterator[None]:
    """Every scoped query asks for everybody's rows: only row-level security is left."""

    def everybody(self: "TenantManager[Any]", tenant_id: str) -> "models.QuerySet[Any]":
        return models.Manager.get_queryset(self)

    with patch.object(TenantManager, "for_tenant", everybody):
        yield


@contextmanager
def row_level_security_off() -> Iterator[None]:
    """Only the application is left. To be undone by rolling back the transaction that this is called in."""
    as_owner(*(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in TABLES))
    yield
    as_owner(*(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in TABLES))


def as_owner(*statements: str) -> None:
    """Change the schema in the middle of a transaction, and go on in the role that was there."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_user")
        [role] = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE finery_owner")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
