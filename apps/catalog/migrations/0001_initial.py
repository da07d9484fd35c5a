from django.db import migrations, models

from apps.core.migrations import forbid_changes


class Migration(migrations.Migration):
    initial = True
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="PriceVersion",
            fields=[
                ("version", models.AutoField(primary_key=True, serialize=False)),
                ("base_id", models.CharField(max_length=64)),
                ("training", models.BigIntegerField()),
                ("input", models.BigIntegerField()),
                ("cached_input", models.BigIntegerField()),
                ("output", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [models.Index(fields=["base_id", "-version"], name="price_newest_of_base")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(training__gte=0, input__gte=0, cached_input__gte=0, output__gte=0),
                        name="price_not_negative",
                    )
                ],
            },
        ),
        *forbid_changes("catalog_priceversion"),
    ]
