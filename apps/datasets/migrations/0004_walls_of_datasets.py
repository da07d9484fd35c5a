from django.db import migrations

from apps.core.migrations import enable_rls, name_rows_by_tenant, same_tenant


class Migration(migrations.Migration):
    dependencies = [("datasets", "0003_datasets_and_uploads")]
    operations = [
        *enable_rls("datasets_dataset"),
        *name_rows_by_tenant("datasets_dataset"),
        *same_tenant("datasets_dataset", "project_id", "tenants_project"),
        *same_tenant("datasets_file", "dataset_id", "datasets_dataset"),
        *enable_rls("datasets_filerow"),
        *same_tenant("datasets_filerow", "file_id", "datasets_file"),
        *enable_rls("datasets_upload"),
        *name_rows_by_tenant("datasets_upload"),
        *same_tenant("datasets_upload", "project_id", "tenants_project"),
        *enable_rls("datasets_uploadpart"),
        *same_tenant("datasets_uploadpart", "upload_id", "datasets_upload"),
    ]
