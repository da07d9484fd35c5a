from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finetuning", "0002_same_tenant")]
    operations = [
        migrations.AddField("finetunejob", "result", models.JSONField(null=True)),
        migrations.AddField("finetunejob", "warnings", models.JSONField(default=list)),
        migrations.AddField("finetunejob", "detail_files", models.JSONField(default=list)),
        migrations.AddField("finetunejob", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("finetunejob", "first_step", models.PositiveIntegerField(null=True)),
        migrations.AddField("finetunejob", "first_step_at", models.DateTimeField(null=True)),
        migrations.AddField("finetunejob", "last_step_at", models.DateTimeField(null=True)),
    ]
