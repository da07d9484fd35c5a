"""What was done, by whom, from where: append-only, each row sealing the one before it."""

import hashlib
import json
from functools import partial

from django.db import models

from apps.core.models import AppendOnly, TenantModel
from kernel.ids import new_id

PLATFORM = "platform"  # the chain of what belongs to no tenant


class AuditChain(models.Model):
    """The end of a chain: one per tenant, and one for the platform. Its lock puts a chain's rows in order."""

    id = models.CharField(primary_key=True, max_length=40)  # the tenant's id, or PLATFORM
    tenant = models.ForeignKey("tenants.Organization", on_delete=models.PROTECT, related_name="+", null=True)
    sequence = models.BigIntegerField(default=0)  # rows so far
    hash = models.CharField(max_length=64, blank=True)  # of the last row


class AuditEvent(AppendOnly, TenantModel):
    """One act. `hash` covers every other column and the hash of the row before (digest)."""

    id = models.CharField(
        primary_key=True, max_length=40, default=partial(new_id, "audit_log-"), editable=False
    )
    tenant = models.ForeignKey(  # type: ignore[assignment]  # null: it belongs to the platform
        "tenants.Organization", on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField()
    sequence = models.BigIntegerField()  # from 1, without gaps, within a chain
    type = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=40, blank=True)  # the person's, or the key's
    actor_email = models.CharField(max_length=254, blank=True)
    key_id = models.CharField(max_length=40, blank=True)
    service_account_id = models.CharField(max_length=40, blank=True)
    staff_email = models.CharField(max_length=254, blank=True)
    ip_address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    project_id = models.CharField(max_length=40, blank=True)
    resource_id = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "sequence"], name="audit_row_once")]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="audit_newest"),
            models.Index(fields=["tenant", "resource_id"], name="audit_by_resource"),
        ]

    def digest(self) -> str:
        """SHA-256 over every column but `hash` itself, as canonical JSON."""
        columns = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname != "hash"
        }
        columns["created_at"] = self.created_at.isoformat(timespec="microseconds")
        text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
