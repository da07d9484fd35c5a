from django.db import migrations

from apps.core.migrations import name_rows_by_tenant, same_tenant


class Migration(migrations.Migration):
    dependencies = [("datasets", "0001_initial"), ("tenants", "0002_people_and_keys")]
    operations = [
        *name_rows_by_tenant("datasets_file"),
        *same_tenant("datasets_file", "project_id", "tenants_project"),
    ]
