"""Every tenant's table stands behind forced row-level security, and the application's role is held by it."""

import pytest
from django.apps import apps
from django.db import connection

from apps.core.models import AppendOnly, TenantModel

TENANT_TABLES = sorted(
    {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    | {"metering_wallet", "tenants_organization", "audit_auditchain"}
)
APPEND_ONLY_TABLES = sorted(
    model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)
)


def query(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_row_level_security_is_forced(db, table):
    [(enabled, forced)] = query(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    policies = query("SELECT polname FROM pg_policy WHERE polrelid = %s::regclass ORDER BY 1", table)

    assert (enabled, forced) == (True, True)
    assert policies == [("system_rows",), ("tenant_rows",)]


def test_every_table_with_a_tenant_column_is_listed(db):
    found = query(
        "SELECT table_name FROM information_schema.columns "
        "WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )

    assert {name for (name,) in found} == set(TENANT_TABLES) - {"tenants_organization"}


@pytest.mark.parametrize("role", ["finery_app", "finery_system"])
def test_role_owns_nothing_and_cannot_bypass(db, role):
    [(is_super, bypasses)] = query("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", role)
    owned = query("SELECT relname FROM pg_class WHERE relowner = %s::regrole", role)

    assert (is_super, bypasses, owned) == (False, False, [])


# The customer's own words: gone when the customer is. A trigger holds them until then.
ERASABLE = {"audit_auditevent", "metering_usagerecord"}


@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE"])
def test_append_only_tables_grant_no_change(db, table, privilege):
    for role in ("finery_app", "finery_system"):
        erases = role == "finery_system" and privilege == "DELETE" and table in ERASABLE
        assert query("SELECT has_table_privilege(%s, %s, %s)", role, table, privilege) == [(erases,)]


def test_tests_run_as_the_application(db):
    assert query("SELECT current_user") == [("finery_app",)]
