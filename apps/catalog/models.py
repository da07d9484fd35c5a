"""The price book."""

from django.db import models
from django.db.models import Q

from apps.core.models import AppendOnly


class PriceVersion(AppendOnly):
    """What a base cost from `created_at` on, in micro-dollars per million tokens. Never changed."""

    version = models.AutoField(primary_key=True)
    base_id = models.CharField(max_length=64)
    training = models.BigIntegerField()
    input = models.BigIntegerField()
    cached_input = models.BigIntegerField()
    output = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["base_id", "-version"], name="price_newest_of_base")]
        constraints = [
            models.CheckConstraint(
                condition=Q(training__gte=0, input__gte=0, cached_input__gte=0, output__gte=0),
                name="price_not_negative",
            )
        ]
