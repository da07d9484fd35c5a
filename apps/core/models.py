"""The base of every table that belongs to a tenant. This app has no table of its own."""

from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class TenantScopeMissing(RuntimeError):
    """A query on a tenant's table did not say whose rows it wants."""


class TenantManager(models.Manager[M], Generic[M]):
    """Refuses every query that is not scoped."""

    def get_queryset(self) -> models.QuerySet[M]:
        raise TenantScopeMissing(f"use {self.model.__name__}.objects.for_tenant(tenant_id)")

    def for_tenant(self, tenant_id: str) -> models.QuerySet[M]:
        return super().get_queryset().filter(tenant_id=tenant_id)


class TenantModel(models.Model):
    """A row of one organization. Row-level security holds the same wall in the database."""

    tenant = models.ForeignKey("tenants.Organization", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    all_tenants = models.Manager()  # first, so that Django's own internals use it
    objects = TenantManager()

    class Meta:
        abstract = True


class AppendOnly(models.Model):
    """A row that is written once. The database refuses the rest (core.migrations.forbid_changes)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is append-only")
