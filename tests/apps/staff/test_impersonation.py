"""Looking on as a member: one organization, read-only on every route, on the record, for an hour."""

import re

import pytest
from django.utils import timezone

from apps.core.tenancy import tenant_scope
from apps.tenants import impersonation
from apps.tenants.models import Membership, User
from apps.tenants.services import close_organization
from tests.apps.staff.console import events, grown, row_counts
from tests.factories.staff import browser_of, make_staff
from tests.factories.tenants import add_member, make_member, make_owner
from tests.isolation.routes import OPEN, all_routes

END = "/api/impersonation/end"
PUBLIC = [route for route in all_routes() if not route.is_internal and route.path not in OPEN]


def start(console, owner, email, reason="Case 19: a job looks stuck"):
    return console.post(
        f"/staff/organizations/{owner.tenant_id}/impersonate/",
        {"email": email, "reason": reason, "is_confirmed": "on"},
    )


def named(owner):
    return {"OpenAI-Project": owner.project.id, "OpenAI-Organization": owner.tenant_id}


def me(client):
    return client.get("/api/me").json()


def fill(route, owner):
    ids = {"organization_id": owner.tenant_id, "project_id": owner.project.id, "key_id": owner.key_id}
    ids["user_id"] = owner.user.id
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids.get(found[1], "x-1"), route)


@pytest.fixture
def looking(console, owner, sent_tasks):
    """The console's browser, looking on as the owner."""
    assert start(console, owner, owner.user.email).headers["Location"] == "/"
    return console


def test_it_starts_on_the_record_and_shows_the_member(looking, owner, staff):
    body = me(looking)

    assert body["user"]["id"] == owner.user.id
    assert body["impersonation"]["staff_email"] == staff.email
    [started] = events(owner.tenant_id, "staff.impersonation")
    assert started.type == "staff.impersonation_started"
    assert started.after == {"as": owner.user.id, "reason": "Case 19: a job looks stuck"}
    assert (started.actor_kind, started.actor_id, started.staff_email) == ("staff", staff.id, staff.email)


def test_every_write_of_every_route_is_refused(looking, owner):
    writes = [route for route in PUBLIC if route.method != "get" and route.path != END]
    assert len(writes) > 30
    before = row_counts()

    for route in writes:
        answer = getattr(looking, route.method)(
            fill(route.path, owner), data="{}", content_type="application/json", headers=named(owner)
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "impersonation_read_only"), route

    assert grown(before) == {}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_method_of_any_path_writes(looking, owner, method):
    before = row_counts()

    for path in {route.path for route in PUBLIC if route.path != END}:
        answer = getattr(looking, method)(
            fill(path, owner), data="{}", content_type="application/json", headers=named(owner)
        )
        assert answer.status_code == 403, (method, path)

    assert grown(before) == {}


def test_every_read_is_one_row_in_the_organizations_log(looking, owner, staff):
    reads = sorted({route.path for route in PUBLIC if route.method == "get"})
    assert len(reads) > 20

    for path in reads:
        filled, before = fill(path, owner), events(owner.tenant_id)
        answer = looking.get(filled, headers=named(owner))
        answer.getvalue()  # exports are written while they are sent

        new = events(owner.tenant_id)[len(before) :]
        [event] = [row for row in new if row.type == "staff.read"]
        assert (event.actor_id, event.staff_email) == (staff.id, staff.email)
        assert event.after == {"as": owner.user.id, "path": filled}
        assert {row.type for row in new} <= {"staff.read", "audit_log.exported"}, path


def test_reading_works_as_for_the_member(looking, owner):
    for path in (
        "/v1/fine_tuning/jobs",
        "/v1/files",
        "/v1/organization/audit_logs",
        "/v1/organization/balance",
    ):
        assert looking.get(path, headers=named(owner)).status_code == 200, path


def test_what_hands_out_everything_stays_shut(looking, owner):
    """The archive of all data is a read by its method only."""
    answer = looking.get(f"/api/organizations/{owner.tenant_id}/exports/x-1/content")

    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("way", ["api", "console"])
def test_it_ends_by_hand_on_the_record(looking, owner, staff, way):
    answer = looking.post(END if way == "api" else "/staff/impersonation/end/")

    assert answer.status_code == (200 if way == "api" else 302)
    assert (me(looking)["user"]["id"], me(looking)["impersonation"]) == (staff.id, None)
    ended = events(owner.tenant_id, "staff.impersonation")[-1]
    assert (ended.type, ended.after, ended.staff_email) == (
        "staff.impersonation_ended",
        {"as": owner.user.id},
        staff.email,
    )
    before = row_counts()
    looking.post(END)
    assert grown(before) == {}


def test_it_ends_after_an_hour(looking, owner, staff, monkeypatch):
    begun = timezone.now()
    monkeypatch.setattr(impersonation.timezone, "now", lambda: begun + impersonation.LIFETIME * 0.99)
    assert me(looking)["user"]["id"] == owner.user.id

    monkeypatch.setattr(impersonation.timezone, "now", lambda: begun + impersonation.LIFETIME * 1.01)
    body = me(looking)

    assert (impersonation.LIFETIME.total_seconds(), body["user"]["id"]) == (3600, staff.id)
    assert body["impersonation"] is None
    assert looking.get("/v1/files", headers=named(owner)).status_code == 400  # names no project of theirs


def test_it_ends_with_the_rights_of_staff(looking, owner, staff):
    User.objects.filter(id=staff.id).update(is_staff=False)

    assert me(looking)["user"]["id"] == staff.id
    assert looking.get("/v1/files", headers=named(owner)).status_code == 400


def test_it_ends_with_the_session(looking, owner):
    key = looking.session.session_key

    looking.delete("/_allauth/browser/v1/auth/session")

    assert looking.get("/api/me").status_code in (401, 403)
    looking.cookies["sessionid"] = key
    assert looking.get("/api/me").status_code in (401, 403)


def test_it_ends_when_the_member_leaves(looking, owner, staff):
    with tenant_scope(owner.tenant_id):
        Membership.objects.for_tenant(owner.tenant_id).filter(user=owner.user).delete()

    assert me(looking)["user"]["id"] == staff.id


def test_it_ends_when_the_organization_closes(looking, owner, staff):
    close_organization(owner.tenant_id, slug=owner.organization.slug)

    assert me(looking)["user"]["id"] == staff.id


def test_it_ends_when_the_member_becomes_staff_or_is_switched_off(looking, owner, staff):
    User.objects.filter(id=owner.user.id).update(is_staff=True)
    assert me(looking)["user"]["id"] == staff.id

    User.objects.filter(id=owner.user.id).update(is_staff=False, is_active=False)
    assert me(looking)["user"]["id"] == staff.id


def test_only_the_one_organization_is_seen(console, owner, sent_tasks):
    """The member is in another one too, which gave no reason to look."""
    other = make_owner()
    add_member(other.tenant_id, owner.user, "admin")
    start(console, owner, owner.user.email)
    before = len(events(other.tenant_id))

    assert [found["id"] for found in me(console)["organizations"]] == [owner.tenant_id]
    project = other.project.id
    for path in (
        f"/v1/organization/projects/{project}",
        f"/api/projects/{project}/api_keys",
        f"/api/organizations/{other.tenant_id}/exports",
    ):
        assert console.get(path).status_code == 404, path
    for path in ("/v1/files", "/v1/fine_tuning/jobs", "/v1/models"):
        answer = console.get(path, headers={"OpenAI-Project": project})
        assert answer.status_code in (400, 403), path
    seen = console.get("/v1/organization/users", headers={"OpenAI-Organization": other.tenant_id})
    assert other.user.email not in seen.content.decode()
    assert len(events(other.tenant_id)) == before


def test_the_account_stays_the_staff_members_own(looking, staff, owner):
    session = looking.get("/_allauth/browser/v1/auth/session").json()
    emails = looking.get("/_allauth/browser/v1/account/email").json()["data"]

    assert session["data"]["user"]["email"] == staff.email
    assert [found["email"] for found in emails] == [staff.email]


def test_the_console_stays_open_and_offers_the_end(looking, owner):
    page = looking.get("/staff/").content.decode()

    assert owner.user.email in page
    assert 'action="/staff/impersonation/end/"' in page


def test_looking_on_as_the_next_ends_the_one_before(looking, owner):
    other = make_owner()

    start(looking, other, other.user.email)

    assert me(looking)["user"]["id"] == other.user.id
    assert events(owner.tenant_id, "staff.impersonation")[-1].type == "staff.impersonation_ended"


def refusal(console, owner, email):
    before = row_counts()
    answer = start(console, owner, email)
    assert answer.status_code == 200
    assert grown(before) == {"audit_auditevent": 1}  # the page was looked at
    assert me(console)["impersonation"] is None
    return str(answer.context["form"].errors.get("email", answer.context["form"].non_field_errors()))


def test_staff_are_not_looked_on_as(console, owner, staff):
    colleague = make_staff()
    for user in (colleague, staff):
        add_member(owner.tenant_id, user, "admin")

    assert "Staff cannot" in refusal(console, owner, colleague.email)
    assert "This is you" in refusal(console, owner, staff.email)


def test_only_members_of_the_organization_are(console, owner, stranger):
    off = make_member(owner, "developer")
    User.objects.filter(id=off.id).update(is_active=False)

    assert "Nobody" in refusal(console, owner, stranger.user.email)
    assert "Nobody" in refusal(console, owner, "nobody@example.com")
    assert "switched off" in refusal(console, owner, off.email)


@pytest.mark.parametrize("reason", ["", "abc"])
def test_a_reason_is_needed(console, owner, reason):
    answer = start(console, owner, owner.user.email, reason)

    assert set(answer.context["form"].errors) == {"reason"}
    assert me(console)["impersonation"] is None


def test_a_customers_session_cannot_be_made_to_look_on(owner, stranger):
    """Even with the words in the session, somebody who is no staff is themselves."""
    client = browser_of(stranger.user)
    session = client.session
    impersonation.start_impersonation(session, owner.user.id, tenant_id=owner.tenant_id)
    session.save()

    assert me(client)["user"]["id"] == stranger.user.id
