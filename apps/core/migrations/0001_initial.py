"""Before any table: what the application's roles may do with tables to come, and the append-only trigger."""

from django.db import migrations

SQL = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO finery_app, finery_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO finery_app, finery_system;
GRANT USAGE ON SCHEMA public TO finery_app, finery_system;
GRANT SELECT ON django_migrations TO finery_app, finery_system; -- to see whether any is pending
CREATE FUNCTION finery_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
        ("tenants", "0001_initial"),
        ("account", "0001_initial"),
        ("mfa", "0001_initial"),
        ("catalog", "0001_initial"),
    ]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION finery_refuse_change();")]
