from django.db import migrations, models

from apps.core.migrations import forbid_changes
from apps.onboarding.services import claimants

SYSTEM_ONLY = """
REVOKE ALL ON onboarding_creditclaim FROM finery_app;
REVOKE DELETE ON onboarding_creditclaim FROM finery_system;
ALTER TABLE onboarding_creditclaim ENABLE ROW LEVEL SECURITY;
ALTER TABLE onboarding_creditclaim FORCE ROW LEVEL SECURITY;
CREATE POLICY system_rows ON onboarding_creditclaim TO finery_system USING (true) WITH CHECK (true);
"""


def remember_credits(apps, schema_editor):
    """Whoever had the credit before this table was there has had it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE finery_system")
        cursor.execute(
            "SELECT tenant_id, substr(idempotency_key, 9),"
            " ARRAY(SELECT email FROM account_emailaddress"
            "       WHERE verified AND user_id = substr(idempotency_key, 9))"
            " FROM metering_ledgertransaction WHERE idempotency_key LIKE 'sign-up:%'"
        )
        for tenant_id, user_id, addresses in cursor.fetchall():
            cursor.executemany(
                "INSERT INTO onboarding_creditclaim (claimant, created_at) VALUES (%s, now())"
                " ON CONFLICT DO NOTHING",
                [(name,) for name in claimants(tenant_id, user_id, addresses)],
            )
        cursor.execute("SET LOCAL ROLE finery_owner")


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("metering", "0003_same_tenant"),
        ("account", "0001_initial"),
        ("core", "0002_erasure"),
    ]
    operations = [
        migrations.CreateModel(
            name="CreditClaim",
            fields=[
                ("claimant", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"abstract": False},
        ),
        *forbid_changes("onboarding_creditclaim"),
        migrations.RunSQL(SYSTEM_ONLY, "DROP POLICY system_rows ON onboarding_creditclaim;"),
        migrations.RunPython(remember_credits, migrations.RunPython.noop),
    ]
