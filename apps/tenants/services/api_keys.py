"""Keys: made, changed, rotated, revoked, and told to the gateways."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from apps.audit.services import record
from apps.core import snapshot
from apps.core.tenancy import tenant_transaction
from apps.tenants import selectors
from apps.tenants.access import working_keys
from apps.tenants.models import ApiKey
from kernel import keys
from kernel.contracts import KeyEntry
from kernel.errors import InvalidRequest, NotFound
from kernel.ids import new_id
from kernel.policy import KEY_SCOPES

SESSION_KEY_LIFETIME = timedelta(hours=1)
MAX_KEYS_PER_PROJECT = 200


class NewKey(NamedTuple):
    row: ApiKey
    value: str  # shown once, kept nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBounds:
    """What a key is held to. None is no limit: all that its project may do, every model, from anywhere.

    An empty list is no limit either way: it is refused, for nobody can tell whether it means all or nothing.
    """

    scopes: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    networks: tuple[str, ...] | None = None

    def checked(self) -> dict[str, Any]:
        """The columns of ApiKey, sorted; an empty one is no limit. Raises InvalidRequest."""
        for name in ("scopes", "models", "networks"):
            if getattr(self, name) == ():
                raise InvalidRequest(f"Name at least one, or send null for no limit: {name}.", param=name)
        for scope in self.scopes or ():
            if scope not in KEY_SCOPES:
                raise InvalidRequest(f"No such scope: {scope!r}.", param="scopes")
        return {
            "scopes": sorted(set(self.scopes or ())),
            "model_names": sorted(set(self.models or ())),
            "networks": sorted({_network(text) for text in self.networks or ()}),
        }


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise InvalidRequest(
            f"Not an address or a network in CIDR form: {text!r}.", param="networks"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """A person or a service account; `project_id` None makes an admin key."""

    project_id: str | None
    user_id: str | None = None
    service_account_id: str | None = None


@tenant_transaction
def create_api_key(
    tenant_id: str,
    *,
    project_id: str,
    user_id: str,
    name: str,
    bounds: KeyBounds | None = None,
    expires_in: timedelta | None = None,
) -> NewKey:
    """Make a person's key for a project.

    Raises:
        NotFound: the project is not this tenant's.
        InvalidRequest: a bound is wrong, or there are too many keys.
    """
    selectors.get_project(tenant_id, project_id)
    made = make_key(
        tenant_id,
        KeyOwner(project_id=project_id, user_id=user_id),
        name=name,
        bounds=bounds,
        expires_at=_expiry(expires_in),
    )
    record(
        tenant_id,
        "api_key.created",
        resource_id=made.row.id,
        project_id=project_id,
        after=described(made.row),
    )
    return made


@tenant_transaction
def create_session_key(tenant_id: str, *, project_id: str, user_id: str) -> NewKey:
    """Make the dashboard's own key: it ends within the hour, and is never listed."""
    selectors.get_project(tenant_id, project_id)
    made = make_key(
        tenant_id,
        KeyOwner(project_id=project_id, user_id=user_id),
        name="Dashboard",
        expires_at=timezone.now() + SESSION_KEY_LIFETIME,
        is_session=True,
    )
    record(tenant_id, "session_key.created", resource_id=made.row.id, project_id=project_id)
    return made


@tenant_transaction
def create_admin_key(
    tenant_id: str, *, user_id: str, name: str, expires_in: timedelta | None = None
) -> NewKey:
    """Make a key that administers the organization and reads none of its data."""
    made = make_key(
        tenant_id,
        KeyOwner(project_id=None, user_id=user_id),
        name=name,
        expires_at=_expiry(expires_in),
    )
    record(tenant_id, "api_key.created", resource_id=made.row.id, after=described(made.row))
    return made


@tenant_transaction
def make_key(
    tenant_id: str,
    owner: KeyOwner,
    *,
    name: str,
    bounds: KeyBounds | None = None,
    expires_at: datetime | None = None,
    is_session: bool = False,
) -> NewKey:
    """Write a key and tell the gateways; the caller records why."""
    if not is_session and selectors.api_keys(tenant_id, owner.project_id).count() >= MAX_KEYS_PER_PROJECT:
        raise InvalidRequest(f"There are {MAX_KEYS_PER_PROJECT} keys already; revoke those you do not use.")
    key_id = new_id("key_")
    value = keys.new_key(key_id, is_admin=owner.project_id is None)
    row = ApiKey.objects.for_tenant(tenant_id).create(
        id=key_id,
        tenant_id=tenant_id,
        project_id=owner.project_id,
        user_id=owner.user_id,
        service_account_id=owner.service_account_id,
        name=name,
        key_hash=keys.key_hash(value, settings.KEY_PEPPER),
        redacted_value=keys.redacted(value),
        is_session=is_session,
        expires_at=expires_at,
        **(bounds or KeyBounds()).checked(),
    )
    publish_keys(tenant_id, id=row.id)
    return NewKey(row, value)


def _expiry(expires_in: timedelta | None) -> datetime | None:
    return timezone.now() + expires_in if expires_in else None


@tenant_transaction
def update_api_key(
    tenant_id: str,
    *,
    project_id: str,
    key_id: str,
    only_of: str | None,
    name: str | None = None,
    changes: dict[str, tuple[str, ...] | None] | None = None,
) -> ApiKey:
    """Change a key's name, or the bounds that are named. With `only_of`, another person's key is missing.

    Raises:
        NotFound, InvalidRequest.
    """
    row = _lock_key(tenant_id, project_id, key_id, only_of)
    before = described(row)
    if name is not None:
        row.name = name
    columns = KeyBounds(**(changes or {})).checked()
    for bound in changes or {}:
        column = "model_names" if bound == "models" else bound
        setattr(row, column, columns[column])
    row.save(update_fields=["name", "scopes", "model_names", "networks"])
    publish_keys(tenant_id, id=row.id)
    record(
        tenant_id,
        "api_key.updated",
        resource_id=row.id,
        project_id=project_id,
        before=before,
        after=described(row),
    )
    return row


@tenant_transaction
def rotate_api_key(
    tenant_id: str, *, project_id: str, key_id: str, only_of: str | None, overlap: timedelta
) -> NewKey:
    """Make a key with the same name, owner and bounds; the old one ends after the overlap.

    Raises:
        NotFound: no such key in this project.
    """
    old = _lock_key(tenant_id, project_id, key_id, only_of)
    made = make_key(
        tenant_id,
        KeyOwner(project_id=project_id, user_id=old.user_id, service_account_id=old.service_account_id),
        name=old.name,
        bounds=KeyBounds(
            scopes=tuple(old.scopes) or None,
            models=tuple(old.model_names) or None,
            networks=tuple(old.networks) or None,
        ),
        expires_at=old.expires_at,
    )
    ends = timezone.now() + overlap
    old.expires_at = min(ends, old.expires_at) if old.expires_at else ends
    old.save(update_fields=["expires_at"])
    publish_keys(tenant_id, id=old.id)
    record(
        tenant_id,
        "api_key.rotated",
        resource_id=old.id,
        project_id=project_id,
        after={"replaced_by": made.row.id, "expires_at": int(old.expires_at.timestamp())},
    )
    return made


@tenant_transaction
def revoke_api_key(tenant_id: str, *, project_id: str, key_id: str, only_of: str | None = None) -> ApiKey:
    """Refuse the key everywhere from now on (gateways: within a second).

    Raises:
        NotFound: no such key in this project, or revoked already.
    """
    row = _lock_key(tenant_id, project_id, key_id, only_of)
    _revoke(row)
    return row


@tenant_transaction
def revoke_admin_key(tenant_id: str, *, key_id: str) -> ApiKey:
    """As above, for an admin key. Raises NotFound."""
    row = _lock_key(tenant_id, None, key_id, None)
    _revoke(row)
    return row


def revoke_keys_of(tenant_id: str, **owner: str) -> None:
    """Revoke every key of a person or a service account."""
    for row in ApiKey.objects.for_tenant(tenant_id).filter(revoked_at__isnull=True, **owner):
        _revoke(row)


def _revoke(row: ApiKey) -> None:
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    snapshot.remove_on_commit("keys", row.key_hash)
    record(row.tenant_id, "api_key.deleted", resource_id=row.id, project_id=row.project_id or "")


def _lock_key(tenant_id: str, project_id: str | None, key_id: str, only_of: str | None) -> ApiKey:
    rows = selectors.api_keys(tenant_id, project_id, user_id=only_of)
    row = rows.select_for_update(of=("self",)).filter(id=key_id).first()
    if row is None:
        raise NotFound("No such API key.", param="key_id")
    return row


@tenant_transaction
def note_key_use(tenant_id: str, *, key_id: str, at: datetime) -> None:
    """Note when a key was last used at a gateway, to the minute."""
    stale = at - timedelta(minutes=1)
    rows = ApiKey.objects.for_tenant(tenant_id).filter(id=key_id)
    rows.filter(last_used_at__isnull=True).update(last_used_at=at)
    rows.filter(last_used_at__lt=stale).update(last_used_at=at)


def described(row: ApiKey) -> dict[str, Any]:
    """What the audit log says of a key: never its value."""
    return {
        "name": row.name,
        "redacted_value": row.redacted_value,
        "scopes": row.scopes,
        "models": row.model_names,
        "networks": row.networks,
        "expires_at": int(row.expires_at.timestamp()) if row.expires_at else None,
    }


@tenant_transaction
def publish_keys(tenant_id: str, /, **which: str) -> None:
    """Tell the gateways, on commit, which of these keys work, after a change of the key, owner or project."""
    rows = list(
        ApiKey.objects.for_tenant(tenant_id)
        .filter(project__isnull=False, revoked_at__isnull=True, **which)
        .select_related("tenant", "project", "service_account")
    )
    working = {row.id for row in working_keys(rows)}
    for row in rows:
        if row.id in working:
            snapshot.put_on_commit("keys", row.key_hash, key_entry(row))
        else:
            snapshot.remove_on_commit("keys", row.key_hash)


def key_entry(row: ApiKey) -> KeyEntry:
    assert row.project_id is not None
    return KeyEntry(
        key_id=row.id,
        tenant_id=row.tenant_id,
        project_id=row.project_id,
        user_id=row.user_id or row.service_account_id,
        expires_at=row.expires_at.timestamp() if row.expires_at else None,
        scopes=tuple(row.scopes),
        models=tuple(row.model_names),
        networks=tuple(row.networks),
    )
