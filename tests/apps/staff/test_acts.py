"""The acts: once, bounded, with a reason, in the organization's own log; refused, they change nothing."""

import re
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.audit.selectors import find_break
from apps.core.tenancy import tenant_scope
from apps.metering.models import LedgerTransaction
from apps.metering.selectors import get_balance
from apps.staff.errors import AlreadyGranted
from apps.staff.services import grant_credit
from apps.tenants.models import User
from apps.tenants.selectors import get_organization
from apps.tenants.services import close_organization
from tests.apps.staff.console import events, grown, row_counts
from tests.factories.staff import browser_of
from tests.factories.tenants import make_owner, make_user

NONCE = "0" * 32
CREDIT = {"amount_usd": "12.345678", "reason": "Goodwill, case 17", "is_confirmed": "on", "nonce": NONCE}
LIMITS = {
    "requests_per_minute": "11",
    "tokens_per_minute": "2222",
    "max_active_jobs": "3",
    "reason": "Asked for, case 18",
    "is_confirmed": "on",
}


def path(owner, act):
    return f"/staff/organizations/{owner.tenant_id}/{act}/"


def available(owner):
    return get_balance(owner.tenant_id).available_micro_usd


def test_credit_is_granted_to_the_micro_dollar_and_recorded(owner, console, staff):
    answer = console.post(path(owner, "credit"), CREDIT, follow=True)

    assert "Granted $12.345678" in answer.content.decode()
    assert available(owner) == 5_000_000 + 12_345_678
    [event] = events(owner.tenant_id, "staff.credit")
    assert event.after == {"amount_micro_usd": 12_345_678, "reason": "Goodwill, case 17"}
    assert (event.actor_kind, event.actor_id, event.staff_email) == ("staff", staff.id, staff.email)
    with tenant_scope(owner.tenant_id):
        posted = LedgerTransaction.objects.for_tenant(owner.tenant_id).latest("id")
    assert (posted.reason, posted.idempotency_key) == ("Credit by staff", f"staff-credit:{NONCE}")
    assert find_break(owner.tenant_id) is None


def test_a_form_sent_twice_grants_once_and_says_so(owner, console):
    console.post(path(owner, "credit"), CREDIT)
    before = row_counts()

    again = console.post(path(owner, "credit"), CREDIT | {"amount_usd": "1"})

    assert again.status_code == 200
    assert "nothing was added now" in again.content.decode()
    assert available(owner) == 5_000_000 + 12_345_678
    assert grown(before) == {"audit_auditevent": 1}  # the page was looked at


def test_each_page_has_its_own_nonce(owner, console):
    found = [
        re.search(r'name="nonce" value="(\w{32})"', console.get(path(owner, "credit")).content.decode())[1]
        for _ in range(2)
    ]

    assert found[0] != found[1]


@pytest.mark.django_db(transaction=True)
def test_two_equal_forms_at_once_grant_once():
    owner = make_owner()
    refused = []

    def send():
        try:
            grant_credit(owner.tenant_id, amount_micro_usd=7, reason="Twice", nonce=NONCE)
        except AlreadyGranted:
            refused.append(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (available(owner), len(refused)) == (5_000_007, 5)
    assert len(events(owner.tenant_id, "staff.credit")) == 1


def test_limits_are_set_and_recorded(owner, console, staff):
    before = owner.organization.requests_per_minute

    answer = console.post(path(owner, "limits"), LIMITS)

    assert answer.status_code == 302
    now = get_organization(owner.tenant_id)
    assert (now.requests_per_minute, now.tokens_per_minute, now.max_active_jobs) == (11, 2222, 3)
    changed, why = events(owner.tenant_id)[-2:]
    assert (changed.type, changed.before["requests_per_minute"]) == ("rate_limit.updated", before)
    assert (why.type, why.after["reason"], why.staff_email) == (
        "staff.limits_adjusted",
        "Asked for, case 18",
        staff.email,
    )


def test_the_form_starts_with_the_limits_as_they_are(owner, console):
    page = console.get(path(owner, "limits")).content.decode()

    assert f'name="requests_per_minute" value="{owner.organization.requests_per_minute}"' in page


BAD_REASONS = [
    ("reason", ""),
    ("reason", "abc"),
    ("reason", "    "),
    ("reason", "x" * 201),
    ("is_confirmed", ""),
]
BAD_CREDIT = [
    *(
        ("amount_usd", bad)
        for bad in ("", "0", "-1", "10000.000001", "99999", "0.0000001", "1e9", "NaN", "x")
    ),
    *(("nonce", bad) for bad in ("", "short", "g" * 32, NONCE + "\n0")),
    *BAD_REASONS,
]
BAD_LIMITS = [
    *(("requests_per_minute", bad) for bad in ("", "0", "-1", "1000001", "1.5", "x")),
    *(("tokens_per_minute", bad) for bad in ("0", "1000000001")),
    *(("max_active_jobs", bad) for bad in ("0", "1001")),
    *BAD_REASONS,
]


def refuse(owner, console, act, form):
    """Send a form that must change nothing. Returns its errors by field."""
    before, limits = row_counts(), get_organization(owner.tenant_id)

    answer = console.post(path(owner, act), form)

    assert answer.status_code == 200
    assert "Nothing was done" in answer.content.decode()
    assert grown(before) == {"audit_auditevent": 1}  # the page was looked at
    assert events(owner.tenant_id)[-1].type == "staff.read"
    assert get_organization(owner.tenant_id).requests_per_minute == limits.requests_per_minute
    return answer.context["form"].errors


@pytest.mark.parametrize(("field", "value"), BAD_CREDIT)
def test_bad_credit_is_named_and_grants_nothing(owner, console, field, value):
    assert set(refuse(owner, console, "credit", CREDIT | {field: value})) == {field}


@pytest.mark.parametrize(("field", "value"), BAD_LIMITS)
def test_bad_limits_are_named_and_set_nothing(owner, console, field, value):
    assert set(refuse(owner, console, "limits", LIMITS | {field: value})) == {field}


@pytest.mark.parametrize("amount", ["0.000001", "10000"])
def test_the_bounds_of_credit_are_inside(owner, console, amount):
    assert console.post(path(owner, "credit"), CREDIT | {"amount_usd": amount}).status_code == 302


@pytest.mark.parametrize(("act", "form"), [("credit", CREDIT), ("limits", LIMITS)])
def test_nothing_is_done_to_a_closed_organization(owner, console, act, form):
    close_organization(owner.tenant_id, slug=owner.organization.slug)

    assert "closed" in str(refuse(owner, console, act, form))


@pytest.mark.parametrize("act", ["credit", "limits", "impersonate"])
def test_an_organization_that_is_not_there_is_not_found(owner, console, act):
    before = row_counts()

    answers = [
        getattr(console, method)(f"/staff/organizations/org-nothing/{act}/") for method in ("get", "post")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert grown(before) == {}


@pytest.mark.parametrize("act", ["credit", "limits", "impersonate"])
def test_another_site_cannot_send_a_form(owner, staff, act):
    console = browser_of(staff, enforce_csrf_checks=True)
    before = row_counts()

    assert console.post(path(owner, act), CREDIT | LIMITS | {"email": owner.user.email}).status_code == 403
    assert grown(before) == {}


def test_an_act_touches_no_other_organization(owner, stranger, console):
    console.post(path(owner, "limits"), LIMITS)
    console.post(path(owner, "credit"), CREDIT)

    assert available(stranger) == 5_000_000
    assert events(stranger.tenant_id, "staff.") == []
    other = get_organization(stranger.tenant_id)
    assert other.requests_per_minute == stranger.organization.requests_per_minute


def test_an_operator_makes_and_unmakes_staff(db, capsys):
    user = make_user()

    call_command("grant_staff", user.email.upper())
    call_command("grant_staff", user.email)
    assert User.objects.get(id=user.id).is_staff
    call_command("revoke_staff", user.email)
    call_command("revoke_staff", user.email)

    assert not User.objects.get(id=user.id).is_staff
    assert capsys.readouterr().out.split("\n")[:4] == [
        "Now staff.",
        "Is staff already.",
        "No longer staff.",
        "Was not staff.",
    ]
    assert [(row.type, row.resource_id, row.actor_kind) for row in events(None, "staff.")] == [
        ("staff.granted", user.id, "system"),
        ("staff.revoked", user.id, "system"),
    ]


@pytest.mark.parametrize("command", ["grant_staff", "revoke_staff"])
def test_nobody_is_made_staff_by_a_typing_error(db, command):
    before = row_counts()

    with pytest.raises(CommandError, match="Nobody"):
        call_command(command, "nobody@example.com")
    assert grown(before) == {}
