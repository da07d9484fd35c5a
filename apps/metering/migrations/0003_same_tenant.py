from django.db import migrations

from apps.core.migrations import forbid_changes, name_rows_by_tenant, same_tenant


class Migration(migrations.Migration):
    dependencies = [("metering", "0002_carry"), ("core", "0002_erasure")]
    operations = [
        *name_rows_by_tenant("metering_ledgertransaction"),
        *same_tenant("metering_ledgerline", "transaction_id", "metering_ledgertransaction"),
        *same_tenant("metering_usagerecord", "transaction_id", "metering_ledgertransaction"),
        # names of models are the customer's words; what was paid stays in the ledger's lines
        *forbid_changes("metering_usagerecord", until_erasure=True),
        migrations.RunSQL("GRANT DELETE ON metering_usagerecord TO finery_system;", migrations.RunSQL.noop),
    ]
