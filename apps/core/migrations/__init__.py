"""Operations that raise the walls around a table."""

from django.db.migrations.operations import RunSQL

_OWN_ROWS = "{column} = (SELECT nullif(current_setting('app.tenant', true), ''))"


def enable_rls(table: str, column: str = "tenant_id") -> list[RunSQL]:
    """Force row-level security: a tenant sees its own rows, the system role all, the owner none."""
    own = _OWN_ROWS.format(column=column)
    return [
        RunSQL(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_rows ON {table} TO finery_app USING ({own}) WITH CHECK ({own});
            CREATE POLICY system_rows ON {table} TO finery_system USING (true) WITH CHECK (true);
            """,
            f"""
            DROP POLICY tenant_rows ON {table};
            DROP POLICY system_rows ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            """,
        )
    ]


def forbid_changes(table: str, *, until_erasure: bool = False) -> list[RunSQL]:
    """Make a table append-only for every role, by privilege and by trigger.

    With `until_erasure`, the rows of a tenant that is being erased may be deleted by the system role.
    """
    kept = "finery_app" if until_erasure else "finery_app, finery_system"
    function = "finery_refuse_change_until_erasure" if until_erasure else "finery_refuse_change"
    return [
        RunSQL(
            f"""
            REVOKE UPDATE, TRUNCATE ON {table} FROM finery_app, finery_system;
            REVOKE DELETE ON {table} FROM {kept};
            DROP TRIGGER IF EXISTS append_only ON {table};
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {function}();
            """,
            f"DROP TRIGGER append_only ON {table};",
        )
    ]


def name_rows_by_tenant(table: str) -> list[RunSQL]:
    """Let children point at (tenant_id, id), so that none can name another tenant's row."""
    return [
        RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_row UNIQUE (tenant_id, id);",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_row;",
        )
    ]


def same_tenant(table: str, column: str, parent: str, parent_column: str = "id") -> list[RunSQL]:
    """The parent that `column` names belongs to the child's tenant: the database says so too."""
    name = f"{table}_{column}_same_tenant"
    return [
        RunSQL(
            f"""
            ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})
                REFERENCES {parent} (tenant_id, {parent_column}) DEFERRABLE INITIALLY DEFERRED;
            """,
            f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )
    ]


def update_all_tenants(sql: str) -> RunSQL:
    """Change rows of every tenant. The owner, who migrates, is shown none of them."""
    return RunSQL(
        f"SET LOCAL ROLE finery_system; {sql} SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE finery_owner;",
        RunSQL.noop,
    )
