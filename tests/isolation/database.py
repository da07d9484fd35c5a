"""The second wall, asked directly in SQL, and bugs planted in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from apps.core.models import AppendOnly, TenantModel
from apps.core.tenancy import system_scope, tenant_scope
from tests.isolation.mutants import Mutant
from tests.isolation.personas import World
from tests.isolation.undo import undone
from tests.isolation.walls import as_owner

TABLES = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))
APPEND_ONLY = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if issubclass(model, AppendOnly) and issubclass(model, TenantModel)
)
_REFUSED_BY_POLICY = "42501"
_FOREIGN_KEY = "23503"


def database_leaks(world: World, *, tables: list[str] | None = None) -> Iterator[str]:
    """What tenant B reaches of A's rows in SQL alone, table by table."""
    for table in tables or TABLES:
        yield from _read(world, table)
        yield from _written(world, table)
        if table in APPEND_ONLY:
            yield from _changed(world, table)
    yield from _pointed_at(world, tables)


def _read(world: World, table: str) -> Iterator[str]:
    tenant_id = world.a.owner.tenant_id
    with tenant_scope(world.b.owner.tenant_id):
        [(seen,)] = _query(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", tenant_id)
    if seen:
        yield f"{table}: shows {seen} rows"
    with undone(), connection.cursor() as cursor, _trying():
        with tenant_scope(world.b.owner.tenant_id):
            cursor.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [tenant_id])
        if cursor.rowcount > 0:
            yield f"{table}: lets {cursor.rowcount} rows be deleted"


def _written(world: World, table: str) -> Iterator[str]:
    """A row of B's own, written once more as A's: the policy refuses before any constraint is asked."""
    with system_scope():
        found = _query(
            f"SELECT to_jsonb(t) FROM {table} t WHERE tenant_id = %s LIMIT 1", world.b.owner.tenant_id
        )
    if not found:
        yield f"{table}: tenant B has no row to try with"
        return
    row = found[0][0] if isinstance(found[0][0], dict) else json.loads(found[0][0])
    forged = json.dumps(row | {"tenant_id": world.a.owner.tenant_id})
    code = _error_of(
        world.b.owner.tenant_id,
        f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)",
        forged,
    )
    if code != _REFUSED_BY_POLICY:
        yield f"{table}: a forged row is answered {code or 'with success'}"


def _changed(world: World, table: str) -> Iterator[str]:
    """Rows that are written once: neither role changes or removes them."""
    for statement in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
        with undone(), system_scope(), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(f"{statement} WHERE tenant_id = %s", [world.a.owner.tenant_id])
                    count = cursor.rowcount
            except DatabaseError:
                continue
            if count:
                yield f"{table}: {statement.split()[0]} of {count} rows"


def same_tenant_keys() -> list[tuple[str, str, str]]:
    """Every composite foreign key to a row of the same tenant: child table, column, parent table."""
    return [
        (child, column, parent)
        for child, column, parent in _query(
            "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2] "
            "WHERE c.conname LIKE '%%\\_same\\_tenant' AND c.contype = 'f' ORDER BY c.conname"
        )
    ]


def _pointed_at(world: World, tables: list[str] | None) -> Iterator[str]:
    """A child of B's made to name A's parent."""
    for child, column, parent in KEYS or same_tenant_keys():
        if tables is not None and child not in tables:
            continue
        key = "user_id" if parent == "tenants_membership" else "id"
        update = (
            f"UPDATE {child} SET {column} = %s WHERE ctid = "
            f"(SELECT ctid FROM {child} WHERE tenant_id = %s ORDER BY {column} NULLS LAST LIMIT 1)"
        )
        with undone(), system_scope(), connection.cursor() as cursor:
            if child in APPEND_ONLY:
                as_owner(
                    f"ALTER TABLE {child} DISABLE TRIGGER append_only",
                    f"GRANT UPDATE ON {child} TO finery_system",
                )
            parents = _query(f"SELECT {key} FROM {parent} WHERE tenant_id = %s", world.a.owner.tenant_id)
            codes = {_code_of(cursor, update, [foreign, world.b.owner.tenant_id]) for (foreign,) in parents}
        # Some other constraint may speak first for some of them, but for one at least this one must.
        if None in codes or _FOREIGN_KEY not in codes:
            yield f"{child}.{column}: may name another tenant's {parent} ({codes})"


KEYS: list[tuple[str, str, str]] = []  # filled before any is dropped


def database_mutants() -> list[Mutant]:
    """Each table's policy opened in three ways, each composite key and each append-only trigger dropped."""
    found = []
    for table in TABLES:
        found += [
            _mutant(table, "no row-level security", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            _mutant(table, "no USING", f"ALTER POLICY tenant_rows ON {table} USING (true)"),
            _mutant(table, "no WITH CHECK", f"ALTER POLICY tenant_rows ON {table} WITH CHECK (true)"),
        ]
    found += [
        _mutant(
            child,
            f"no {column} of the same tenant",
            f"ALTER TABLE {child} DROP CONSTRAINT {child}_{column}_same_tenant",
        )
        for child, column, _ in same_tenant_keys()
    ]
    for table in APPEND_ONLY:
        found.append(
            _mutant(
                table,
                "not append-only",
                f"DROP TRIGGER append_only ON {table}",
                f"GRANT UPDATE, DELETE ON {table} TO finery_system",
            )
        )
    return found


def _mutant(table: str, about: str, *statements: str) -> Mutant:
    return Mutant(table, about, partial(_planted, statements))


@contextmanager
def _planted(statements: tuple[str, ...]) -> Iterator[None]:
    """To be undone by the transaction it is in."""
    as_owner(*statements)
    yield


def _query(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@contextmanager
def _trying() -> Iterator[None]:
    """A refusal is what is hoped for."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError:
        pass


def _error_of(tenant_id: str, sql: str, *parameters: Any) -> str | None:
    with undone(), tenant_scope(tenant_id), connection.cursor() as cursor:
        return _code_of(cursor, sql, list(parameters))


def _code_of(cursor: Any, sql: str, parameters: list[Any]) -> str | None:
    """The SQLSTATE of a statement, deferred constraints included; None when it changed a row."""
    try:
        with transaction.atomic():
            cursor.execute(sql, parameters)
            count = cursor.rowcount
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        return str(getattr(error.__cause__, "pgcode", "?"))
    return None if count else "no row"
