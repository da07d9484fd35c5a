"""The official client's `admin` calls, against the real routes."""

import time

import httpx
import openai
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from tests.factories.tenants import make_admin_key, make_member, with_key


@pytest.fixture(autouse=True)
def one_connection():
    """A request's end would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def admin(owner):
    return client_with(make_admin_key(owner)).admin.organization


def client_with(key: str) -> openai.OpenAI:
    transport = httpx.WSGITransport(app=get_wsgi_application())
    return openai.OpenAI(
        api_key="unused",
        admin_api_key=key,
        base_url="http://testserver/v1",
        http_client=httpx.Client(transport=transport),
        max_retries=0,
    )


def test_projects(owner, admin):
    made = admin.projects.create(name="Shop")

    assert (made.object, made.name, made.status) == ("organization.project", "Shop", "active")
    assert admin.projects.retrieve(made.id).id == made.id
    assert admin.projects.update(made.id, name="Store").name == "Store"
    assert admin.projects.archive(made.id).status == "archived"
    assert [project.id for project in admin.projects.list()] == [owner.project.id]
    everything = admin.projects.list(include_archived=True)
    assert {project.id for project in everything} == {owner.project.id, made.id}


def test_lists_page_through(admin):
    made = {admin.projects.create(name=f"Project {number}").id for number in range(5)}

    found = [project.id for project in admin.projects.list(limit=2)]

    assert len(found) == len(set(found)) == 6
    assert made <= set(found)


def test_users_and_project_users(owner, admin):
    member = make_member(owner, "developer", project_role=None)

    assert {user.id for user in admin.users.list()} == {owner.user.id, member.id}
    assert [user.id for user in admin.users.list(emails=[member.email])] == [member.id]
    assert admin.users.retrieve(member.id).role == "reader"
    added = admin.projects.users.create(owner.project.id, user_id=member.id, role="member")
    assert (added.object, added.role) == ("organization.project.user", "member")
    assert admin.projects.users.update(member.id, project_id=owner.project.id, role="owner").role == "owner"
    assert {user.id for user in admin.projects.users.list(owner.project.id)} == {owner.user.id, member.id}
    assert admin.projects.users.delete(member.id, project_id=owner.project.id).deleted
    assert admin.users.delete(member.id).deleted
    with pytest.raises(openai.NotFoundError):
        admin.users.retrieve(member.id)


def test_invites(owner, admin):
    made = admin.invites.create(
        email="New@Example.com", role="reader", projects=[{"id": owner.project.id, "role": "member"}]
    )

    assert (made.status, made.email, made.role) == ("pending", "new@example.com", "reader")
    assert admin.invites.retrieve(made.id).projects[0].id == owner.project.id
    assert [invite.id for invite in admin.invites.list()] == [made.id]
    assert admin.invites.delete(made.id).deleted


def test_service_accounts_and_their_keys(owner, admin):
    made = admin.projects.service_accounts.create(owner.project.id, name="pipeline")

    assert made.api_key.value.startswith("sk-fin-")
    client = openai.OpenAI(
        api_key=made.api_key.value,
        base_url="http://testserver/v1",
        http_client=httpx.Client(transport=httpx.WSGITransport(app=get_wsgi_application())),
    )
    assert client.files.list().data == []
    listed = {key.id: key for key in admin.projects.api_keys.list(owner.project.id)}
    assert listed[made.api_key.id].owner.type == "service_account"
    assert listed[made.api_key.id].owner.service_account.id == made.id
    assert admin.projects.service_accounts.delete(made.id, project_id=owner.project.id).deleted
    with pytest.raises(openai.AuthenticationError):
        client.files.list()


def test_api_keys_are_listed_and_revoked(owner, admin):
    [key] = admin.projects.api_keys.list(owner.project.id)

    assert (key.id, key.object, key.owner_project_access) == (
        owner.key_id,
        "organization.project.api_key",
        "active",
    )
    assert (key.owner.type, key.owner.user.id) == ("user", owner.user.id)
    assert admin.projects.api_keys.delete(key.id, project_id=owner.project.id).deleted
    assert list(admin.projects.api_keys.list(owner.project.id)) == []


def test_rate_limits(owner, admin):
    limits = {limit.model: limit for limit in admin.projects.rate_limits.list_rate_limits(owner.project.id)}
    nano = limits["finery-nano"]

    changed = admin.projects.rate_limits.update_rate_limit(
        nano.id, project_id=owner.project.id, max_requests_per_1_minute=7
    )

    assert (changed.max_requests_per_1_minute, changed.max_tokens_per_1_minute) == (
        7,
        nano.max_tokens_per_1_minute,
    )


def test_admin_keys(owner, admin):
    made = admin.admin_api_keys.create(name="terraform", expires_in_seconds=3600)

    assert made.value.startswith("sk-fin-admin-")
    assert made.expires_at > time.time()
    assert admin.admin_api_keys.retrieve(made.id).redacted_value == made.redacted_value
    assert {key.name for key in admin.admin_api_keys.list()} == {"admin", "terraform"}
    assert admin.admin_api_keys.delete(made.id).deleted
    with pytest.raises(openai.AuthenticationError):
        list(client_with(made.value).admin.organization.projects.list())


def test_audit_log(owner, admin):
    made = admin.projects.create(name="Shop")

    [event] = admin.audit_logs.list(event_types=["project.created"], resource_ids=[made.id])

    assert event.type == "project.created"
    assert event.project_created.id == made.id
    assert event.actor.type == "api_key"
    assert event.actor.api_key.user.email == owner.user.email
    recent = {"gte": int(time.time()) - 60}
    assert [row.id for row in admin.audit_logs.list(effective_at=recent, project_ids=[made.id])] == [event.id]
    assert list(admin.audit_logs.list(effective_at={"gt": int(time.time()) + 60})) == []


def test_usage_and_costs_want_an_admin_key(owner, admin):
    assert admin.usage.completions(start_time=0).data
    assert admin.usage.costs(start_time=0).data
    with pytest.raises(openai.PermissionDeniedError):
        client_with(owner.key).admin.organization.usage.costs(start_time=0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("projects", {"name": "EU", "geography": "EU"}),
        ("projects", {"name": "EU", "external_key_id": "key_x"}),
        ("projects/{project_id}/rate_limits/rl-all-minilm-l6-v2", {"max_images_per_1_minute": 1}),
        ("projects/{project_id}/rate_limits/rl-all-minilm-l6-v2", {"batch_1_day_max_input_tokens": 1}),
        ("projects/{project_id}/rate_limits/rl-all-minilm-l6-v2", {"max_requests_per_1_day": 1}),
    ],
)
def test_what_is_not_served_is_refused_and_changes_nothing(owner, path, body):
    api = with_key(make_admin_key(owner))
    where = f"/v1/organization/{path.format(project_id=owner.project.id)}"
    before = api.get("/v1/organization/projects").json()

    answer = api.post(where, body, format="json")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, list(body)[-1])
    assert api.get("/v1/organization/projects").json() == before


def test_rate_limits_come_page_by_page(owner):
    api = with_key(make_admin_key(owner))
    path = f"/v1/organization/projects/{owner.project.id}/rate_limits"
    every = [limit["id"] for limit in api.get(path).json()["data"]]

    first = api.get(f"{path}?limit=1").json()
    rest = api.get(f"{path}?after={first['last_id']}").json()
    back = api.get(f"{path}?before={rest['first_id']}&limit=1").json()

    assert len(every) > 1
    assert [limit["id"] for limit in first["data"] + rest["data"]] == every
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [limit["id"] for limit in back["data"]] == every[:1]


@pytest.mark.parametrize(
    ("header", "code"),
    [("OpenAI-Organization", "mismatched_organization"), ("OpenAI-Project", "mismatched_project")],
)
def test_header_that_names_another_than_the_keys_is_refused(owner, stranger, header, code):
    wrong = {"OpenAI-Organization": stranger.tenant_id, "OpenAI-Project": stranger.project.id}[header]
    right = {"OpenAI-Organization": owner.tenant_id, "OpenAI-Project": owner.project.id}[header]
    api = with_key(owner.key)

    for value in (wrong, "nonsense"):
        answer = api.get("/v1/models", headers={header: value})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
        assert answer.json()["error"]["param"] == header
    assert api.get("/v1/models", headers={header: right}).status_code == 200


def test_admin_key_may_name_a_project_and_no_other_organization(owner, stranger):
    api = with_key(make_admin_key(owner))

    assert api.get("/v1/organization/users", headers={"OpenAI-Project": owner.project.id}).status_code == 200
    refused = api.get("/v1/organization/users", headers={"OpenAI-Organization": stranger.tenant_id})
    assert refused.status_code == 401
