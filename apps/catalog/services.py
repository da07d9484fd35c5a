"""The one write of this app."""

from django.db import connection, transaction

from apps.catalog.base_files import Rates, all_bases
from apps.catalog.models import PriceVersion

_LOCK = 7_301_001  # any number that no other advisory lock uses


@transaction.atomic
def sync_price_book() -> int:
    """Add a version for each base whose file differs from the newest one. Returns how many were added.

    Run at each start; two processes that start together add nothing twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    added = 0
    for base in all_bases().values():
        newest = PriceVersion.objects.filter(base_id=base.id).order_by("-version").first()
        if newest is None or _rates(newest) != base.price:
            PriceVersion.objects.create(
                base_id=base.id,
                training=base.price.training,
                input=base.price.input,
                cached_input=base.price.cached_input,
                output=base.price.output,
            )
            added += 1
    return added


def _rates(row: PriceVersion) -> Rates:
    return Rates(training=row.training, input=row.input, cached_input=row.cached_input, output=row.output)
