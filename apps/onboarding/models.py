"""Who has had the sign-up credit. These rows outlive people and organizations: see README.md."""

from django.db import models

from apps.core.models import AppendOnly


class CreditClaim(AppendOnly):
    """An organization or a person that has had the sign-up credit. Only the system role sees it.

    The primary key is what gives the credit once, also to two requests at the same moment.
    """

    claimant = models.CharField(primary_key=True, max_length=64)  # see services.claimants
    created_at = models.DateTimeField(auto_now_add=True)
