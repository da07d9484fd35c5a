"""Rows as OpenAI's objects."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.tenants.models import ApiKey, Invite, Membership, Project, ProjectRole, ServiceAccount
from apps.tenants.serializers import openai_role, seconds
from apps.tenants.services import NewKey

if TYPE_CHECKING:
    from apps.audit.models import AuditEvent


def project_body(row: Project) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "organization.project",
        "name": row.name,
        "created_at": seconds(row.created_at),
        "archived_at": seconds(row.archived_at),
        "status": "archived" if row.archived_at else "active",
    }


def member_body(row: Membership) -> dict[str, Any]:
    return {
        "object": "organization.user",
        "id": row.user_id,
        "name": row.user.name,
        "email": row.user.email,
        "role": openai_role(row.role),
        "added_at": seconds(row.created_at),
        "finery": {"role": row.role},
    }


def project_member_body(row: Any) -> dict[str, Any]:
    """A membership with `project_role`; owners and admins of the organization own every project."""
    return member_body(row) | {
        "object": "organization.project.user",
        "role": row.project_role if row.role not in ("owner", "admin") else ProjectRole.OWNER.value,
    }


def invite_body(row: Invite) -> dict[str, Any]:
    status = "accepted" if row.accepted_at else "expired" if row.expires_at <= timezone.now() else "pending"
    return {
        "object": "organization.invite",
        "id": row.id,
        "email": row.email,
        "role": openai_role(row.role),
        "status": status,
        "created_at": seconds(row.created_at),
        "expires_at": seconds(row.expires_at),
        "accepted_at": seconds(row.accepted_at),
        "projects": row.projects,
        "finery": {"role": row.role},
    }


def service_account_body(row: ServiceAccount) -> dict[str, Any]:
    return {
        "object": "organization.project.service_account",
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "created_at": seconds(row.created_at),
    }


def service_account_key_body(made: NewKey) -> dict[str, Any]:
    return {
        "object": "organization.project.service_account.api_key",
        "value": made.value,
        "name": made.row.name,
        "created_at": seconds(made.row.created_at),
        "id": made.row.id,
    }


def api_key_body(row: ApiKey, *, is_working: bool, role: str) -> dict[str, Any]:
    """`role` is the owning person's in the organization; a service account has its own."""
    is_expired = row.expires_at is not None and row.expires_at <= timezone.now()
    return {
        "object": "organization.project.api_key",
        "id": row.id,
        "name": row.name,
        "redacted_value": row.redacted_value,
        "created_at": seconds(row.created_at),
        "last_used_at": seconds(row.last_used_at),
        "owner_project_access": "active" if is_working or is_expired else "inactive",
        "owner": _owner_body(row, role),
        "finery": {
            "scopes": row.scopes or None,
            "models": row.model_names or None,
            "networks": row.networks or None,
            "expires_at": seconds(row.expires_at),
            "status": "expired" if is_expired else "active" if is_working else "inactive",
        },
    }


def _owner_body(row: ApiKey, role: str) -> dict[str, Any]:
    if account := row.service_account:
        body = {
            "id": account.id,
            "name": account.name,
            "created_at": seconds(account.created_at),
            "role": account.role,
        }
        return {"type": "service_account", "service_account": body}
    assert row.user is not None  # a key has one owner: a constraint
    body = {
        "id": row.user.id,
        "email": row.user.email,
        "name": row.user.name,
        "created_at": seconds(row.user.date_joined),
        "role": openai_role(role),
    }
    return {"type": "user", "user": body}


def admin_key_body(row: ApiKey, role: str) -> dict[str, Any]:
    assert row.user is not None
    return {
        "object": "organization.admin_api_key",
        "id": row.id,
        "name": row.name,
        "redacted_value": row.redacted_value,
        "created_at": seconds(row.created_at),
        "expires_at": seconds(row.expires_at),
        "last_used_at": seconds(row.last_used_at),
        "owner": {
            "type": "user",
            "object": "organization.user",
            "id": row.user.id,
            "name": row.user.name,
            "created_at": seconds(row.user.date_joined),
            "role": openai_role(role),
        },
    }


def audit_body(row: "AuditEvent", project_names: dict[str, str]) -> dict[str, Any]:
    """OpenAI's shape: details under the event's own name; ours, with the chain, under `finery`."""
    details: dict[str, Any] = {"id": row.resource_id}
    if row.after is not None:
        details["changes_requested" if row.type.endswith(".updated") else "data"] = row.after
    body = {
        "id": row.id,
        "type": row.type,
        "effective_at": seconds(row.created_at),
        "actor": _actor_body(row),
        row.type: details,
        "finery": {
            "actor": row.actor_kind,
            "staff_email": row.staff_email or None,
            "ip_address": row.ip_address,
            "before": row.before,
            "after": row.after,
            "resource_id": row.resource_id,
            "request_id": row.request_id,
            "user_agent": row.user_agent,
            "sequence": row.sequence,
            "previous_hash": row.previous_hash,
            "hash": row.hash,
        },
    }
    if row.project_id:
        body["project"] = {"id": row.project_id, "name": project_names.get(row.project_id)}
    return body


def _actor_body(row: "AuditEvent") -> dict[str, Any] | None:
    user = {"id": row.actor_id, "email": row.actor_email}
    if row.actor_kind == "api_key":
        owner: dict[str, Any] = (
            {"type": "service_account", "service_account": {"id": row.service_account_id}}
            if row.service_account_id
            else {"type": "user", "user": user}
        )
        return {"type": "api_key", "api_key": {"id": row.key_id, **owner}}
    if row.actor_kind == "system":
        return None
    return {"type": "session", "session": {"user": user, "ip_address": row.ip_address}}
