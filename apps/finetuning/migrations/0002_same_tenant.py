from django.db import migrations, models

from apps.core.migrations import name_rows_by_tenant, same_tenant, update_all_tenants


class Migration(migrations.Migration):
    dependencies = [("finetuning", "0001_initial"), ("datasets", "0002_same_tenant")]
    operations = [
        migrations.AlterField("finetunejob", "validation_file_id", models.CharField(max_length=40, null=True)),
        migrations.AlterField("finetunejob", "result_file_id", models.CharField(max_length=40, null=True)),
        update_all_tenants(
            "UPDATE finetuning_finetunejob SET validation_file_id = nullif(validation_file_id, ''), "
            "result_file_id = nullif(result_file_id, '');"
        ),
        *name_rows_by_tenant("finetuning_finetunejob"),
        *name_rows_by_tenant("finetuning_adapter"),
        *same_tenant("finetuning_finetunejob", "project_id", "tenants_project"),
        *same_tenant("finetuning_finetunejob", "training_file_id", "datasets_file"),
        *same_tenant("finetuning_finetunejob", "validation_file_id", "datasets_file"),
        *same_tenant("finetuning_finetunejob", "result_file_id", "datasets_file"),
        *same_tenant("finetuning_jobevent", "job_id", "finetuning_finetunejob"),
        *same_tenant("finetuning_jobmetric", "job_id", "finetuning_finetunejob"),
        *same_tenant("finetuning_adapter", "job_id", "finetuning_finetunejob"),
        *same_tenant("finetuning_checkpoint", "job_id", "finetuning_finetunejob"),
        *same_tenant("finetuning_checkpoint", "adapter_id", "finetuning_adapter"),
    ]
