"""Who may do what: the one table that decides. Views name the action; nothing else compares roles.

A person has a role in the organization and, in a project, one more. A key has a role of its own and, within
it, the scopes that it was given. Holding several roles means holding what any of them may do.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Every column of the table. Values are public: they appear in the API and in the audit log."""

    OWNER = "owner"
    ADMIN = "admin"
    DEVELOPER = "developer"
    BILLING = "billing"
    VIEWER = "viewer"
    PROJECT_OWNER = "project_owner"
    PROJECT_MEMBER = "project_member"
    PROJECT_VIEWER = "project_viewer"  # a viewer of the organization who was added to a project
    PROJECT_KEY = "project_key"
    ADMIN_KEY = "admin_key"


class Action(StrEnum):
    """Every row of the table. Values are public: the scopes of keys, and `permissions` of the dashboard."""

    # a project's data
    BASE_READ = "base.read"
    FILE_READ = "file.read"
    FILE_WRITE = "file.write"
    JOB_READ = "job.read"
    JOB_WRITE = "job.write"
    MODEL_READ = "model.read"
    MODEL_WRITE = "model.write"
    MODEL_REQUEST = "model.request"
    BALANCE_READ = "balance.read"

    # a project
    PROJECT_READ = "project.read"
    PROJECT_UPDATE = "project.update"
    PROJECT_ARCHIVE = "project.archive"
    PROJECT_USER_READ = "project_user.read"
    PROJECT_USER_WRITE = "project_user.write"
    SERVICE_ACCOUNT_READ = "service_account.read"
    SERVICE_ACCOUNT_WRITE = "service_account.write"
    API_KEY_READ_OWN = "api_key.read_own"
    API_KEY_READ = "api_key.read"
    API_KEY_WRITE_OWN = "api_key.write_own"
    API_KEY_DELETE_OWN = "api_key.delete_own"
    API_KEY_DELETE = "api_key.delete"  # anybody's
    RATE_LIMIT_READ = "rate_limit.read"
    RATE_LIMIT_WRITE = "rate_limit.write"

    # an organization
    ORGANIZATION_READ = "organization.read"
    ORGANIZATION_UPDATE = "organization.update"
    ORGANIZATION_TRANSFER = "organization.transfer"
    ORGANIZATION_DELETE = "organization.delete"
    ORGANIZATION_EXPORT = "organization.export"
    EXPORT_READ = "export.read"  # what archives there are; their content needs organization.export
    ORGANIZATION_LEAVE = "organization.leave"
    PROJECT_LIST = "project.list"
    PROJECT_CREATE = "project.create"
    USER_READ = "user.read"
    USER_WRITE = "user.write"
    OWNER_WRITE = "owner.write"  # give or take the owner's role
    INVITE_READ = "invite.read"
    INVITE_WRITE = "invite.write"
    ADMIN_KEY_READ = "admin_key.read"
    ADMIN_KEY_WRITE = "admin_key.write"
    AUDIT_READ = "audit.read"
    USAGE_READ = "usage.read"


_A = Action
_PROJECT_READS = {
    _A.BASE_READ,
    _A.FILE_READ,
    _A.JOB_READ,
    _A.MODEL_READ,
    _A.BALANCE_READ,
    _A.PROJECT_READ,
    _A.PROJECT_USER_READ,
    _A.RATE_LIMIT_READ,
}
_PROJECT_DATA = {
    _A.BASE_READ,
    _A.FILE_READ,
    _A.FILE_WRITE,
    _A.JOB_READ,
    _A.JOB_WRITE,
    _A.MODEL_READ,
    _A.MODEL_WRITE,
    _A.MODEL_REQUEST,
    _A.BALANCE_READ,
}
_PROJECT_MEMBER = (
    _PROJECT_DATA
    | _PROJECT_READS
    | {_A.SERVICE_ACCOUNT_READ, _A.API_KEY_READ_OWN, _A.API_KEY_WRITE_OWN, _A.API_KEY_DELETE_OWN}
)
_PROJECT_OWNER = _PROJECT_MEMBER | {
    _A.PROJECT_UPDATE,
    _A.PROJECT_ARCHIVE,
    _A.PROJECT_USER_WRITE,
    _A.SERVICE_ACCOUNT_WRITE,
    _A.API_KEY_READ,
    _A.API_KEY_DELETE,
    _A.RATE_LIMIT_WRITE,
}
_ORGANIZATION_READS = {
    _A.BASE_READ,
    _A.ORGANIZATION_READ,
    _A.ORGANIZATION_LEAVE,
    _A.PROJECT_LIST,
    _A.USER_READ,
    _A.BALANCE_READ,
    _A.USAGE_READ,
}
_ADMINISTRATION = _ORGANIZATION_READS | {
    _A.ORGANIZATION_UPDATE,
    _A.ORGANIZATION_EXPORT,
    _A.EXPORT_READ,
    _A.PROJECT_CREATE,
    _A.USER_WRITE,
    _A.INVITE_READ,
    _A.INVITE_WRITE,
    _A.ADMIN_KEY_READ,
    _A.ADMIN_KEY_WRITE,
    _A.AUDIT_READ,
}

POLICY: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(
        _ADMINISTRATION | {_A.ORGANIZATION_TRANSFER, _A.ORGANIZATION_DELETE, _A.OWNER_WRITE}
    ),
    Role.ADMIN: frozenset(_ADMINISTRATION),
    Role.DEVELOPER: frozenset(_ORGANIZATION_READS),
    Role.BILLING: frozenset(_ORGANIZATION_READS),
    Role.VIEWER: frozenset(_ORGANIZATION_READS),
    Role.PROJECT_OWNER: frozenset(_PROJECT_OWNER),
    Role.PROJECT_MEMBER: frozenset(_PROJECT_MEMBER),
    Role.PROJECT_VIEWER: frozenset(_PROJECT_READS),
    Role.PROJECT_KEY: frozenset(_PROJECT_DATA),
    # Manages projects and people, reads no project's data, and cannot end the organization.
    Role.ADMIN_KEY: frozenset(
        (_ADMINISTRATION | _PROJECT_OWNER)
        - (_PROJECT_DATA - {_A.BASE_READ, _A.BALANCE_READ})
        - {
            _A.ORGANIZATION_LEAVE,
            _A.ORGANIZATION_EXPORT,
            _A.EXPORT_READ,
            _A.API_KEY_READ_OWN,
            _A.API_KEY_WRITE_OWN,
            _A.API_KEY_DELETE_OWN,
        }
    ),
}

# Scopes that a project's key can be narrowed to.
KEY_SCOPES = POLICY[Role.PROJECT_KEY]

# What hands out credentials, moves or ends everything: a session must have proved itself within minutes.
SENSITIVE = frozenset(
    {
        _A.API_KEY_WRITE_OWN,
        _A.SERVICE_ACCOUNT_WRITE,
        _A.ADMIN_KEY_WRITE,
        _A.ORGANIZATION_TRANSFER,
        _A.ORGANIZATION_DELETE,
        _A.ORGANIZATION_EXPORT,
    }
)

# What an archived project still allows.
READS = frozenset(action for action in Action if action.endswith((".read", ".read_own", ".list")))


def permitted(roles: Iterable[Role]) -> frozenset[Action]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(POLICY[role] for role in roles))


def roles_in_project(role: Role, project_role: str | None) -> frozenset[Role]:
    """The roles of a member of the organization in one of its projects; empty: the project is hidden.

    Owners and admins own every project. A viewer stays a viewer wherever they were added.
    """
    if role in (Role.OWNER, Role.ADMIN):
        return frozenset({role, Role.PROJECT_OWNER})
    if project_role is None:
        return frozenset()
    if role is Role.VIEWER:
        return frozenset({role, Role.PROJECT_VIEWER})
    return frozenset({role, Role(f"project_{project_role}")})
