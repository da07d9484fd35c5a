"""Append-only tables whose rows may go when their tenant is erased, and only then."""

from django.db import migrations

SQL = """
CREATE FUNCTION finery_refuse_change_until_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'finery_system' AND EXISTS (
        SELECT 1 FROM tenants_organization WHERE id = OLD.tenant_id AND deleted_at IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION finery_refuse_change_until_erasure();")]
