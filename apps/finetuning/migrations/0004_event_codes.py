from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finetuning", "0003_results")]
    operations = [
        migrations.AddField("jobevent", "code", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("jobevent", "values", models.JSONField(default=dict)),
    ]
