"""Members, roles, invitations: what they may do, and what happens at once when they change."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.core.tenancy import system_scope, tenant_scope
from apps.tenants.errors import LastOwner
from apps.tenants.models import Invite, Membership, ProjectMembership, User
from apps.tenants.selectors import find_key, list_organizations
from apps.tenants.services import (
    archive_project,
    change_role,
    create_project,
    delete_invite,
    delete_person,
    leave_organization,
    remove_member,
    remove_project_member,
    transfer_ownership,
)
from kernel.errors import Conflict
from tests.factories.tenants import as_member, make_member, make_owner, make_user, signed_in


def roles(owner):
    with tenant_scope(owner.tenant_id):
        return dict(Membership.objects.for_tenant(owner.tenant_id).values_list("user_id", "role"))


# --- owners ---------------------------------------------------------------------------------------


def test_last_owner_neither_leaves_nor_steps_down(owner):
    for act in (
        lambda: leave_organization(owner.tenant_id, user_id=owner.user.id),
        lambda: change_role(owner.tenant_id, user_id=owner.user.id, role="admin", may_write_owners=True),
        lambda: remove_member(owner.tenant_id, user_id=owner.user.id, may_write_owners=True),
        lambda: delete_person(owner.user),
    ):
        with pytest.raises(LastOwner):
            act()

    assert roles(owner) == {owner.user.id: "owner"}
    assert User.objects.filter(id=owner.user.id).exists()


def test_ownership_is_handed_over(owner):
    other = make_member(owner, "developer")

    transfer_ownership(owner.tenant_id, from_user_id=owner.user.id, to_user_id=other.id)

    assert roles(owner) == {owner.user.id: "admin", other.id: "owner"}
    leave_organization(owner.tenant_id, user_id=owner.user.id)
    assert roles(owner) == {other.id: "owner"}


def test_transfer_over_http_wants_a_fresh_session(owner):
    other = make_member(owner, "developer")
    path = f"/api/organizations/{owner.tenant_id}/transfer"

    stale = signed_in(owner.user, is_fresh=False).post(path, {"user_id": other.id}, format="json")
    fresh = signed_in(owner.user).post(path, {"user_id": other.id}, format="json")

    assert (stale.status_code, stale.json()["error"]["code"]) == (403, "reauthentication_required")
    assert fresh.status_code == 200
    assert roles(owner)[other.id] == "owner"


# --- keys follow their owners -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [
        lambda o, u: remove_member(o.tenant_id, user_id=u.id, may_write_owners=True),
        lambda o, u: change_role(o.tenant_id, user_id=u.id, role="viewer", may_write_owners=True),
        lambda o, u: remove_project_member(o.tenant_id, project_id=o.project.id, user_id=u.id),
        lambda o, u: delete_person(u),
    ],
    ids=["removed", "demoted to viewer", "out of the project", "account deleted"],
)
def test_key_ends_with_its_owners_access(owner, end):
    member = make_member(owner, "developer")
    key = as_member(owner, member).key
    assert find_key(key) is not None

    end(owner, member)

    assert find_key(key) is None


def test_key_works_again_when_its_owner_is_back_in_the_project(owner):
    from apps.tenants.services import add_project_member

    member = make_member(owner, "developer")
    key = as_member(owner, member).key
    remove_project_member(owner.tenant_id, project_id=owner.project.id, user_id=member.id)

    add_project_member(
        owner.tenant_id, project_id=owner.project.id, role="member", user_id=member.id, email=None
    )

    assert find_key(key) is not None


def test_removed_members_key_stays_dead(owner):
    member = make_member(owner, "developer")
    key = as_member(owner, member).key
    remove_member(owner.tenant_id, user_id=member.id, may_write_owners=True)

    with tenant_scope(owner.tenant_id):
        Membership.objects.for_tenant(owner.tenant_id).create(
            tenant_id=owner.tenant_id, user=member, role="admin"
        )

    assert find_key(key) is None


def test_archived_project_reads_and_nothing_else(owner):
    project = create_project(owner.tenant_id, name="Old")
    archive_project(owner.tenant_id, project_id=project.id)
    api = signed_in(owner.user, project_id=project.id)

    assert api.get("/v1/files").status_code == 200
    assert api.post("/v1/files", {}, format="json").status_code == 403
    assert api.post(f"/api/projects/{project.id}/api_keys", {"name": "x"}, format="json").status_code == 403


def test_default_project_stays(owner):
    with pytest.raises(Conflict):
        archive_project(owner.tenant_id, project_id=owner.project.id)


# --- invitations ---------------------------------------------------------------------------------------


@pytest.fixture
def invite(owner, django_capture_on_commit_callbacks):
    """Sends one, and returns the token from the mail."""

    def send(email, role="reader", **body):
        api = signed_in(owner.user, tenant_id=owner.tenant_id)
        with django_capture_on_commit_callbacks(execute=True):
            answer = api.post(
                "/v1/organization/invites", {"email": email, "role": role, **body}, format="json"
            )
        assert answer.status_code == 200, answer.content
        return re.search(r"/invitations/(\S+)", mail.outbox[-1].body)[1], answer.json()

    return send


def accept(user, token):
    return signed_in(user).post("/api/invitations/accept", {"token": token}, format="json")


def test_invitation_gives_its_roles_once(owner, invite):
    person = make_user()
    token, sent = invite(person.email.upper(), projects=[{"id": owner.project.id, "role": "owner"}])

    offer = signed_in(person).post("/api/invitations/lookup", {"token": token}, format="json").json()
    first, second = accept(person, token), accept(person, token)

    assert (offer["email"], offer["role"]) == (person.email, "developer")
    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]["code"]) == (404, "invite_not_usable")
    assert roles(owner)[person.id] == "developer"
    [own] = list_organizations(person)
    assert [found.project.id for found in own.projects] == [owner.project.id]
    listed = signed_in(owner.user, tenant_id=owner.tenant_id).get("/v1/organization/invites").json()
    assert [row["status"] for row in listed["data"] if row["id"] == sent["id"]] == ["accepted"]


def test_mail_says_it_in_both_languages_and_cannot_be_bent(owner, invite):
    api = signed_in(owner.user)
    api.post(
        f"/api/organizations/{owner.tenant_id}",
        {"name": "Acme\r\nBcc: everybody@example.com"},
        format="json",
    )

    invite("x@example.com")

    assert "invited you to join" in mail.outbox[-1].body
    assert "邀请您加入" in mail.outbox[-1].body
    assert mail.outbox[-1].recipients() == ["x@example.com"]
    assert "\n" not in mail.outbox[-1].subject


def test_invitation_is_for_its_address(owner, invite):
    person, other = make_user(), make_user()
    token, _ = invite(person.email)

    answer = accept(other, token)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_account")
    assert other.id not in roles(owner)
    assert accept(person, token).status_code == 200


def test_expired_withdrawn_and_unknown_tokens_answer_alike(owner, invite):
    person = make_user()
    expired, first = invite(person.email)
    with system_scope():
        Invite.all_tenants.filter(id=first["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    withdrawn, second = invite("other@example.com")
    delete_invite(owner.tenant_id, invite_id=second["id"])

    answers = [accept(person, token) for token in (expired, withdrawn, "never-was", "x" * 200)]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert person.id not in roles(owner)


def test_a_second_invitation_replaces_the_first(owner, invite):
    person = make_user()
    first, _ = invite(person.email)
    second, _ = invite(person.email, role="viewer")

    assert accept(person, first).status_code == 404
    assert accept(person, second).status_code == 200
    assert roles(owner)[person.id] == "viewer"


def test_member_is_not_invited_again(owner):
    member = make_member(owner, "developer")
    api = signed_in(owner.user, tenant_id=owner.tenant_id)

    answer = api.post("/v1/organization/invites", {"email": member.email, "role": "owner"}, format="json")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "email")


def test_strangers_project_is_no_seat(owner, stranger):
    api = signed_in(owner.user, tenant_id=owner.tenant_id)
    body = {"email": "x@example.com", "role": "reader"}

    answer = api.post(
        "/v1/organization/invites",
        {**body, "projects": [{"id": stranger.project.id, "role": "member"}]},
        format="json",
    )

    assert answer.status_code == 404
    assert not mail.outbox


def test_deleted_account_is_forgotten(owner):
    member = make_member(owner, "developer")

    answer = signed_in(member).delete("/api/me")

    assert answer.status_code == 200
    assert not User.objects.filter(id=member.id).exists()
    with system_scope():
        assert not ProjectMembership.all_tenants.filter(user_id=member.id).exists()


def test_people_are_in_at_most_ten_organizations(db, invite, owner):
    person = make_user()
    from apps.tenants.services import create_organization

    for number in range(10):
        create_organization(person.id, name=f"Number {number}")
    token, _ = invite(person.email)

    assert accept(person, token).status_code == 400
    assert make_owner()
