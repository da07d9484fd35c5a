"""Callers that are no people."""

from django.utils import timezone

from apps.audit.services import record
from apps.core.tenancy import tenant_transaction
from apps.tenants import selectors
from apps.tenants.models import ServiceAccount
from apps.tenants.services.api_keys import KeyBounds, KeyOwner, NewKey, described, make_key, revoke_keys_of
from apps.tenants.services.organizations import clean_name


@tenant_transaction
def create_service_account(
    tenant_id: str, *, project_id: str, name: str, with_key: bool
) -> tuple[ServiceAccount, NewKey | None]:
    """Make one in a project, with a first key unless told otherwise. Raises NotFound, InvalidRequest."""
    selectors.get_project(tenant_id, project_id)
    account = ServiceAccount.objects.for_tenant(tenant_id).create(
        tenant_id=tenant_id, project_id=project_id, name=clean_name(name)
    )
    record(
        tenant_id,
        "service_account.created",
        resource_id=account.id,
        project_id=project_id,
        after={"name": account.name, "role": account.role},
    )
    key = None
    if with_key:
        key = create_service_account_key(
            tenant_id, project_id=project_id, account_id=account.id, name="Secret Key"
        )
    return account, key


@tenant_transaction
def create_service_account_key(
    tenant_id: str, *, project_id: str, account_id: str, name: str, scopes: tuple[str, ...] | None = None
) -> NewKey:
    """Raises NotFound, InvalidRequest."""
    account = selectors.get_service_account(tenant_id, project_id, account_id)
    made = make_key(
        tenant_id,
        KeyOwner(project_id=project_id, service_account_id=account.id),
        name=name,
        bounds=KeyBounds(scopes=scopes),
    )
    record(
        tenant_id,
        "api_key.created",
        resource_id=made.row.id,
        project_id=project_id,
        after={**described(made.row), "service_account": account.id},
    )
    return made


@tenant_transaction
def update_service_account(
    tenant_id: str, *, project_id: str, account_id: str, name: str | None, role: str | None
) -> ServiceAccount:
    """Raises NotFound, InvalidRequest."""
    account = selectors.get_service_account(tenant_id, project_id, account_id)
    before = {"name": account.name, "role": account.role}
    account.name = account.name if name is None else clean_name(name)
    account.role = role or account.role
    account.save(update_fields=["name", "role"])
    record(
        tenant_id,
        "service_account.updated",
        resource_id=account.id,
        project_id=project_id,
        before=before,
        after={"name": account.name, "role": account.role},
    )
    return account


@tenant_transaction
def delete_service_account(tenant_id: str, *, project_id: str, account_id: str) -> None:
    """Its keys stop working at once. Raises NotFound."""
    account = selectors.get_service_account(tenant_id, project_id, account_id)
    account.deleted_at = timezone.now()
    account.save(update_fields=["deleted_at"])
    revoke_keys_of(tenant_id, service_account_id=account.id)
    record(tenant_id, "service_account.deleted", resource_id=account.id, project_id=project_id)
