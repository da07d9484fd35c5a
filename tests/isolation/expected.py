"""What an insider is to be told, by the policy and nothing else."""

from apps.core.api import TenantView
from apps.tenants.impersonation import END_PATH
from kernel.policy import SENSITIVE
from tests.isolation.personas import Persona
from tests.isolation.routes import Route


def expected_refusal(persona: Persona, route: Route) -> tuple[int, ...]:
    """The statuses that say no to an insider; empty: they are let in."""
    if not persona.is_session and not route.takes_keys:
        return (401,)
    if persona.is_looking_on and route.method != "get":
        return () if route.path == END_PATH else (403,)
    action = route.action
    if action is None:
        is_sensitive = route.method.upper() in getattr(route.view, "sensitive", ())
        return (403,) if is_sensitive and not persona.is_fresh else ()
    in_project = "<str:project_id>" in route.path or issubclass(route.view, TenantView)
    if in_project and not persona.sees_project:
        # a session that names a project it cannot see names none; a key has its own
        return (400, 403) if issubclass(route.view, TenantView) else (404,)
    allowed = persona.permissions if in_project else persona.permissions | persona.organization_permissions
    if action not in allowed:
        return (403,)
    if action in SENSITIVE and not persona.is_fresh:
        return (403,)
    if _is_a_colleagues_key(persona, route):
        return (404,)
    return ()


def _is_a_colleagues_key(persona: Persona, route: Route) -> bool:
    """The key in the fixture is the owner's: others may revoke it with api_key.delete, and nothing else."""
    if not route.path.startswith("/api/projects/") or "<str:key_id>" not in route.path:
        return False
    if persona.name.startswith("a_owner"):
        return False
    return route.method == "post" or "api_key.delete" not in persona.permissions
