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


def forbid_changes(table: str) -> list[RunSQL]:
    """Make a table append-only for every role, by privilege and by trigger."""
    return [
        RunSQL(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM finery_app, finery_system;
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION finery_refuse_change();
            """,
            f"DROP TRIGGER append_only ON {table};",
        )
    ]
