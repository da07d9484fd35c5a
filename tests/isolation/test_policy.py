"""The one table that decides."""

import ast
from pathlib import Path

import pytest

from apps.core.api import ApiView
from apps.tenants.api import PersonView
from kernel.policy import KEY_SCOPES, POLICY, READS, SENSITIVE, Action, Role, permitted, roles_in_project
from tests.isolation.policy import rows, written
from tests.isolation.routes import OPEN, all_routes

ROOT = Path(__file__).resolve().parents[2]
# The tenant's models and the policy know roles; so does what shows them. Nobody else compares one.
KNOWS_ROLES = {
    "apps/tenants/access.py",
    "apps/tenants/models.py",
    "apps/tenants/render.py",
    "apps/tenants/selectors.py",
    "apps/tenants/serializers.py",
    "apps/tenants/services/invites.py",
    "apps/tenants/services/members.py",
    "apps/tenants/services/organizations.py",
    "apps/tenants/services/projects.py",
}


def test_the_page_shows_the_table():
    assert written() == rows()


def test_every_action_is_somebodys():
    assert permitted(Role) == set(Action)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_but_the_owner_ends_or_hands_over_the_organization(role):
    ends = {Action.ORGANIZATION_DELETE, Action.ORGANIZATION_TRANSFER, Action.OWNER_WRITE}

    assert (POLICY[role] & ends == ends) == (role is Role.OWNER)
    assert not POLICY[role] & ends or role is Role.OWNER


def test_keys_cannot_make_what_outlives_them():
    assert not KEY_SCOPES & (SENSITIVE | {Action.PROJECT_USER_WRITE, Action.USER_WRITE, Action.INVITE_WRITE})
    assert not POLICY[Role.ADMIN_KEY] & {
        Action.FILE_READ,
        Action.JOB_READ,
        Action.MODEL_READ,
        Action.MODEL_REQUEST,
        Action.API_KEY_WRITE_OWN,
    }


def test_reads_change_nothing():
    assert {action for action in Action if action.split(".")[1] in ("read", "read_own", "list")} == READS


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.BILLING, Role.VIEWER])
@pytest.mark.parametrize("project_role", [None, "member", "owner"])
def test_a_project_is_hidden_from_those_who_are_not_in_it(role, project_role):
    roles = roles_in_project(role, project_role)

    is_in = role in (Role.OWNER, Role.ADMIN) or project_role is not None
    assert bool(roles) == is_in
    if role is Role.VIEWER:
        assert permitted(roles) <= READS | {Action.ORGANIZATION_LEAVE}


@pytest.mark.parametrize(
    "route",
    [route for route in all_routes() if not route.is_internal and route.path not in OPEN],
    ids=lambda route: route.name,
)
def test_every_view_names_its_action(route):
    if issubclass(route.view, ApiView):
        assert route.method.upper() in route.view.actions
    else:
        assert issubclass(route.view, PersonView)


def test_nobody_else_compares_roles():
    named = set()
    for path in (ROOT / "apps").rglob("*.py"):
        relative = path.relative_to(ROOT).as_posix()
        if "migrations" in relative or relative.startswith("apps/staff/"):
            continue
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        if names & {"Role", "OrganizationRole", "ProjectRole", "POLICY"}:
            named.add(relative)

    assert named <= KNOWS_ROLES
