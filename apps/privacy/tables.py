"""Every table that holds rows of tenants, found by the app registry: a new one cannot be forgotten."""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps as registry
from django.db import connection
from django.db.models import Model, QuerySet

from apps.core.models import TenantModel
from apps.core.tenancy import tenant_scope

# Columns that never leave: whoever reads an archive must not be able to use them, or to try values on them.
SECRETS = {
    "tenants.ApiKey": frozenset({"key_hash"}),
    "tenants.Invite": frozenset({"token_hash"}),
}

# Tables whose rows outlive their tenant, and why.
KEPT = {
    "metering.LedgerTransaction": "accounts must add up: kinds, our own ids, fixed words; nothing personal",
    "metering.LedgerLine": "accounts must add up: amounts, prices, our own ids; nothing personal",
}

_CHUNK = 500


def tenant_models() -> list[type[Model]]:
    """Models whose rows belong to an organization, by table name."""
    found = [model for model in registry.get_models() if _names_its_tenant(model)]
    return sorted(found, key=lambda model: model._meta.db_table)


def _names_its_tenant(model: type[Model]) -> bool:
    return any(
        field.name == "tenant"
        and isinstance(field.related_model, type)
        and field.related_model._meta.label == "tenants.Organization"
        for field in model._meta.concrete_fields
    )


def rows_of(model: type[Model], tenant_id: str) -> QuerySet[Any]:
    """A tenant's rows of any such model; to be read within its scope."""
    if issubclass(model, TenantModel):
        return model.objects.for_tenant(tenant_id)
    return model._default_manager.filter(tenant_id=tenant_id)


def iterate_rows(model: type[Model], tenant_id: str) -> Iterator[dict[str, Any]]:
    """All of a tenant's rows without the secret columns, a chunk and a transaction at a time."""
    hidden = SECRETS.get(model._meta.label, frozenset())
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
    key = model._meta.pk
    assert key is not None
    after: Any = None
    while True:
        with tenant_scope(tenant_id):
            rows = rows_of(model, tenant_id)
            if after is not None:
                rows = rows.filter(**{f"{key.attname}__gt": after})
            chunk = list(rows.order_by(key.attname).values(*columns)[:_CHUNK])
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1][key.attname]


def tables_to_erase() -> list[str]:
    """Tables whose rows go with their tenant, children before parents by the database's own foreign keys."""
    names = {model._meta.db_table for model in tenant_models() if model._meta.label not in KEPT}
    sorter = TopologicalSorter({name: set[str]() for name in sorted(names)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT child.relname, parent.relname FROM pg_constraint"
            " JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid"
            " WHERE contype = 'f' AND conrelid <> confrelid"
        )
        for child, parent in cursor.fetchall():
            if child in names and parent in names:
                sorter.add(parent, child)
    return list(sorter.static_order())
