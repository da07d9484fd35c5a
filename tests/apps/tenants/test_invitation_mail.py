"""Invitations are no mail relay: how many are sent, and what they can say."""

import re

import pytest
from django.core import mail

from apps.tenants.selectors import list_organizations
from apps.tenants.services import accept_invite, delete_invite, invite_user
from apps.tenants.services.invitation_mail import MAX_NAME, PER_INVITER, PER_RECIPIENT, harmless
from apps.tenants.services.invites import InviteRequest
from kernel.errors import RateLimited
from tests.factories.tenants import make_member, make_user, signed_in

NOON = 1_900_000_800.0  # the start of an hour, some hours before midnight
[PER_HOUR, PER_DAY], [TO_ONE] = PER_INVITER.values(), PER_RECIPIENT.values()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that the windows are counted by; to be moved by tests."""
    now = [NOON]
    monkeypatch.setattr("apps.tenants.services.invitation_mail.time", _Clock(now))
    return now


class _Clock:
    def __init__(self, now):
        self.time = lambda: now[0]


@pytest.fixture
def send(clock, django_capture_on_commit_callbacks):
    """Sends invitations and withdraws each at once. Returns how many went out."""

    def send(owner, addresses, *, by=None):
        sent = len(mail.outbox)
        for address in addresses:
            with django_capture_on_commit_callbacks(execute=True):
                try:
                    invite = invite_user(
                        owner.tenant_id,
                        InviteRequest(email=address, role="developer"),
                        invited_by=(by or owner.user).id,
                        may_write_owners=True,
                    )
                except RateLimited:
                    continue
                delete_invite(owner.tenant_id, invite_id=invite.id)
        return len(mail.outbox) - sent

    return send


def many(count, word="x"):
    return [f"{word}{number}@example.com" for number in range(count)]


def test_what_one_person_sends_is_limited_though_each_is_withdrawn_at_once(owner, send, clock):
    first = send(owner, many(PER_HOUR + 5))
    clock[0] += 3600
    second = send(owner, many(PER_HOUR, "y"))

    assert (first, second) == (PER_HOUR, PER_HOUR)


def test_what_one_person_sends_in_a_day_is_limited(owner, send, clock):
    sent = 0
    for hour in range(6):
        sent += send(owner, many(PER_HOUR, f"h{hour}-"))
        clock[0] += 3600

    assert sent == PER_DAY


def test_another_organization_of_the_same_person_counts_too_and_another_person_does_not(owner, send):
    from apps.onboarding.services import open_account

    send(owner, many(PER_HOUR))
    other = open_account(owner.user.id, name="Second")
    second = make_member(owner, "admin")

    assert send(_Owner(other.id, owner.user), many(3, "z")) == 0
    assert send(owner, many(3, "z"), by=second) == 3


class _Owner:
    def __init__(self, tenant_id, user):
        self.tenant_id, self.user = tenant_id, user


def test_one_mailbox_is_sent_few_by_everybody_together(owner, stranger, send):
    spellings = ["victim@example.com", "Victim@example.com", *(f"victim+{n}@example.com" for n in range(9))]

    assert send(owner, spellings[:2]) + send(stranger, spellings[2:]) == TO_ONE
    assert send(owner, ["somebody-else@example.com"]) == 1


def test_refused_invitation_is_not_counted_and_leaves_nothing(owner, send):
    send(owner, ["victim@example.com"] * (TO_ONE + PER_HOUR))

    assert send(owner, many(PER_HOUR)) == PER_HOUR - TO_ONE
    listed = signed_in(owner.user, tenant_id=owner.tenant_id).get("/v1/organization/invites").json()
    assert listed["data"] == []


def test_limit_is_told_with_the_wait(owner, send, clock):
    send(owner, ["victim@example.com"] * TO_ONE)

    answer = signed_in(owner.user, tenant_id=owner.tenant_id).post(
        "/v1/organization/invites", {"email": "victim@example.com", "role": "reader"}, format="json"
    )

    assert (answer.status_code, answer.json()["error"]["param"]) == (429, "email")
    assert int(answer["Retry-After"]) == 86_400 - int(NOON) % 86_400


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Juniper & Pine", "Juniper & Pine"),
        ("上海智能", "上海智能"),
        ("Müller-Lüdenscheidt", "Müller-Lüdenscheidt"),
        ("http://evil.example/win Click", "http evil example win Click"),
        ("www.evil.com", "www evil com"),
        ("evil．com。cn", "evil com cn"),
        ("a@evil.com", "a evil com"),
        ("A\r\nBcc: x@example.com\u202e\x00", "A Bcc x example com"),
        ("<b>x</b>", "b x b"),
        ("x" * 100, "x" * MAX_NAME),
        ("://", ""),
    ],
)
def test_names_lead_nowhere(name, shown):
    assert harmless(name) == shown


def test_mail_names_the_inviter_and_its_only_link_is_ours(owner, send):
    signed_in(owner.user).post(
        f"/api/organizations/{owner.tenant_id}", {"name": "Win at www.evil.com"}, format="json"
    )

    send(owner, ["x@example.com"])

    found = mail.outbox[-1]
    assert "evil" not in found.subject
    assert owner.user.email in found.body
    assert "Win at www evil com" in found.body
    links = re.findall(r"\S+://\S+|www\.\S+", found.body)
    assert len(links) == 2
    assert all(link.startswith("http://testserver/invitations/") for link in links)


@pytest.mark.parametrize(("role", "count"), [("reader", 1), ("viewer", 1), ("admin", 1), ("billing", 0)])
def test_guest_without_a_named_project_comes_to_the_default_one(
    owner, role, count, django_capture_on_commit_callbacks
):
    person = make_user()
    api = signed_in(owner.user, tenant_id=owner.tenant_id)
    with django_capture_on_commit_callbacks(execute=True):
        api.post("/v1/organization/invites", {"email": person.email, "role": role}, format="json")

    accept_invite(re.search(r"/invitations/(\S+)", mail.outbox[-1].body)[1], person)

    [own] = list_organizations(person)
    assert [found.project.id for found in own.projects] == [owner.project.id] * count


@pytest.mark.parametrize("local", [64, 65, 240, 300, 10_000])
def test_address_of_any_length_is_taken_or_refused_by_name(owner, local):
    api = signed_in(owner.user, tenant_id=owner.tenant_id)

    answer = api.post(
        "/v1/organization/invites", {"email": f"{'x' * local}@example.com", "role": "reader"}, format="json"
    )

    assert answer.status_code == (200 if local <= 240 else 400)
    assert answer.status_code == 200 or answer.json()["error"]["param"] == "email"
