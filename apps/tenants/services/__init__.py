"""Writes on organizations, projects, people and keys: one file per use case."""

from apps.tenants.services.api_keys import (
    KeyBounds,
    NewKey,
    create_admin_key,
    create_api_key,
    key_entry,
    note_key_use,
    revoke_admin_key,
    revoke_api_key,
    rotate_api_key,
    update_api_key,
)
from apps.tenants.services.invites import accept_invite, delete_invite, invite_user, look_up_invite
from apps.tenants.services.members import change_role, leave_organization, remove_member, transfer_ownership
from apps.tenants.services.organizations import (
    adjust_limits,
    close_organization,
    create_organization,
    limit_entry,
    rename_organization,
)
from apps.tenants.services.people import delete_person, record_for_person, rename_person
from apps.tenants.services.projects import (
    add_project_member,
    archive_project,
    change_project_role,
    create_project,
    rate_limit_entry,
    remove_project_member,
    rename_project,
    set_rate_limit,
)
from apps.tenants.services.service_accounts import (
    create_service_account,
    create_service_account_key,
    delete_service_account,
    update_service_account,
)

__all__ = [
    "KeyBounds",
    "NewKey",
    "accept_invite",
    "add_project_member",
    "adjust_limits",
    "archive_project",
    "change_project_role",
    "change_role",
    "close_organization",
    "create_admin_key",
    "create_api_key",
    "create_organization",
    "create_project",
    "create_service_account",
    "create_service_account_key",
    "delete_invite",
    "delete_person",
    "delete_service_account",
    "invite_user",
    "key_entry",
    "leave_organization",
    "limit_entry",
    "look_up_invite",
    "note_key_use",
    "rate_limit_entry",
    "record_for_person",
    "remove_member",
    "remove_project_member",
    "rename_organization",
    "rename_person",
    "rename_project",
    "revoke_admin_key",
    "revoke_api_key",
    "rotate_api_key",
    "set_rate_limit",
    "transfer_ownership",
    "update_api_key",
    "update_service_account",
]
