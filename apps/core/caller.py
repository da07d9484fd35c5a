"""Who makes a request and what they may do, as authentication found out."""

from dataclasses import dataclass, replace
from typing import Any

from kernel.errors import PermissionDenied
from kernel.policy import READS, SENSITIVE, Action


class MissingPermission(PermissionDenied):
    """Says which action is missing, in OpenAI's words."""

    def __init__(self, action: Action) -> None:
        message = f"You have insufficient permissions for this operation. Missing: {action}."
        super().__init__(message, param=str(action))
        self.action = action

    def __reduce__(self) -> tuple[Any, ...]:
        return MissingPermission, (self.action,)


class ReauthenticationRequired(PermissionDenied):
    """A signed-in person must prove once more who they are; then the same call succeeds."""

    code = "reauthentication_required"


class ImpersonationReadOnly(PermissionDenied):
    code = "impersonation_read_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`tenant_id` and `project_id` are empty on calls that are about none."""

    tenant_id: str = ""
    project_id: str = ""
    user_id: str | None = None
    key_id: str | None = None
    permissions: frozenset[Action] = frozenset()
    is_fresh: bool = True  # a session that proved itself within minutes; keys always
    is_impersonated: bool = False  # a member of staff looks on

    def may(self, action: Action) -> bool:
        return action in self.permissions

    def require(self, action: Action) -> None:
        """Raises PermissionDenied, ImpersonationReadOnly or ReauthenticationRequired."""
        if not self.may(action):
            raise MissingPermission(action)
        if self.is_impersonated and action not in READS:
            raise ImpersonationReadOnly("Staff who look at an organization cannot change it.")
        if action in SENSITIVE and not self.is_fresh:
            raise ReauthenticationRequired("Confirm that it is you, then try again.")

    def within(self, permissions: frozenset[Action], *, tenant_id: str, project_id: str) -> "Caller":
        """The same caller in another organization or project."""
        return replace(self, tenant_id=tenant_id, project_id=project_id, permissions=permissions)
