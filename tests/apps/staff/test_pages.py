"""What the console shows and keeps to itself, and what a look at it leaves behind."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.staticfiles import finders

from apps.core.tenancy import system_scope
from apps.metering.services import grant_credit
from apps.tenants.models import ApiKey, Invite, User
from apps.tenants.services.invites import InviteRequest, invite_user
from tests.apps.staff.console import ACTS, LISTS, LOOKS, OBJECTS, events, grown, row_counts
from tests.factories.tenants import make_owner


def page_of(console, world, route):
    response = console.get(world.path(route))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_take_nothing_but_reads(world, console, method):
    before = row_counts()

    for route in LOOKS:
        answer = getattr(console, method)(world.path(route), {"_save": "1", "name": "x", "action": "delete"})
        assert answer.status_code == 405, route

    assert grown(before) == {}


def test_the_admins_pages_that_change_things_are_not_there(world, console):
    before = row_counts()

    for route in OBJECTS:
        own, table = world.path(route).removesuffix("change/"), "/".join(route.split("/")[:4])
        for path in (f"{own}delete/", f"{own}history/", own, f"{table}/add/"):
            answers = [console.get(path).status_code, console.post(path, {"post": "yes"}).status_code]
            assert answers == [404, 404], path

    assert grown(before) == {}


@pytest.mark.parametrize("route", LISTS)
def test_a_list_leaves_one_row_in_the_platforms_log(world, console, staff, route):
    before = row_counts()

    page_of(console, world, route)

    assert grown(before) == {"audit_auditevent": 1}
    event = events(None)[-1]
    assert (event.type, event.actor_kind, event.staff_email) == ("staff.listed", "staff", staff.email)
    assert event.after["search_length"] == 0


@pytest.mark.parametrize("route", [*OBJECTS, *ACTS])
def test_an_object_leaves_one_row_in_its_organizations_log(world, console, staff, route):
    before = row_counts()

    page_of(console, world, route)

    assert grown(before) == {"audit_auditevent": 1}
    is_gone = "/erasure/" in route
    event = events(None if is_gone else world.owner.tenant_id)[-1]
    assert (event.type, event.actor_id, event.staff_email) == ("staff.read", staff.id, staff.email)
    assert event.resource_id == (world.owner.tenant_id if route in ACTS else world.ids[route.split("/")[3]])


def test_a_search_keeps_its_words_to_itself(world, console):
    console.get("/staff/tenants/user/", {"q": "secret@name"})

    event = events(None)[-1]
    assert event.after == {"model": "user", "search_length": 11}
    assert "secret" not in str(event.__dict__)


def test_a_platform_event_and_a_missing_row_are_recorded_on_the_platform(world, console):
    shown = console.get(f"/staff/audit/auditevent/{world.platform_event}/change/")
    missing = console.get("/staff/tenants/organization/org-nothing/change/")

    assert (shown.status_code, missing.status_code) == (200, 302)
    assert [row.resource_id for row in events(None, "staff.read")] == [world.platform_event, "org-nothing"]


def secrets_of(world):
    owner = world.owner
    invite_user(
        owner.tenant_id,
        InviteRequest(email="guest@example.com", role="developer", projects=()),
        invited_by=owner.user.id,
        may_write_owners=True,
    )
    Authenticator.objects.create(user=owner.user, type="totp", data={"secret": "canary-totp"})
    with system_scope():
        hashes = [
            *User.objects.values_list("password", flat=True),
            *ApiKey.all_tenants.values_list("key_hash", flat=True),
            *Invite.all_tenants.values_list("token_hash", flat=True),
        ]
    texts = ["canary-totp", "canary-suffix", "canary-note", "canary-message", "canary-model"]
    return [*hashes, owner.key, *texts, "where is parcel number"]


@pytest.mark.parametrize("route", [*LOOKS, *ACTS])
def test_no_page_shows_a_secret_or_a_customers_words(world, console, route):
    hidden = secrets_of(world)
    assert len(hidden) >= 8 and all(hidden)

    page = page_of(console, world, route)

    assert [value for value in hidden if value in page] == []
    is_files_own_page = route.startswith("/staff/datasets/file/<")
    assert ("canary-name" in page) == is_files_own_page


@pytest.mark.parametrize(
    "asked",
    [
        "tenants/user/?password__startswith=m",
        "tenants/user/?password__regex=.",
        "tenants/organization/?name__startswith=A",
        "tenants/project/?tenant__slug__startswith=a",
        "finetuning/finetunejob/?suffix__startswith=c",
        "finetuning/finetunejob/?metadata__note=canary-note",
        "finetuning/finetunejob/?error_message__contains=c",
        "datasets/file/?filename__startswith=c",
        "datasets/file/?report__sample__contains=c",
        "metering/usagerecord/?model__contains=canary",
        "audit/auditevent/?after__contains=c",
        "tenants/user/?_to_field=password",
    ],
)
def test_no_filter_spells_out_a_hidden_column(world, console, asked):
    assert console.get(f"/staff/{asked}").status_code == 400


def test_an_object_is_not_looked_up_by_a_hidden_column(world, console):
    with system_scope():
        password = User.objects.get(id=world.owner.user.id).password

    answer = console.get(f"/staff/tenants/user/{password}/change/", {"_to_field": "password"})

    assert answer.status_code == 400


@pytest.mark.parametrize("search", ["id", "slug", "name", "email"])
def test_organizations_are_found(world, console, search):
    organization, other = world.owner.organization, make_owner()
    words = {
        "id": organization.id,
        "slug": organization.slug,
        "name": organization.name.upper(),
        "email": world.owner.user.email,
    }

    page = console.get("/staff/tenants/organization/", {"q": words[search]}).content.decode()

    assert organization.id in page
    assert other.tenant_id not in page


def test_people_are_found_by_part_of_their_address(world, console):
    other = make_owner()

    page = console.get("/staff/tenants/user/", {"q": world.owner.user.email[:-4]}).content.decode()

    assert world.owner.user.id in page
    assert other.user.id not in page


def test_lists_are_narrowed_to_an_organization(world, console):
    other = make_owner()

    for model in ("metering/ledgertransaction", "audit/auditevent", "tenants/project"):
        page = console.get(f"/staff/{model}/", {"tenant": other.tenant_id}).content.decode()
        assert other.tenant_id in page.replace("_2D", "-")
        assert world.owner.organization.name not in page
    assert events(None)[-1].after["tenant_id"] == other.tenant_id


def test_an_organizations_page_sums_it_up(world, console):
    page = page_of(console, world, "/staff/tenants/organization/<path:object_id>/change/")

    assert "$5.000000" not in page  # a job holds some of it
    assert "1 members, 1 projects, 1 jobs, 1 files, 1 keys" in page
    assert world.owner.user.email in page
    for act in ("credit", "limits", "impersonate"):
        assert f"/staff/organizations/{world.owner.tenant_id}/{act}/" in page


def test_a_ledger_transaction_shows_its_lines(world, console):
    page = page_of(console, world, "/staff/metering/ledgertransaction/<path:object_id>/change/")

    assert "$5.000000" in page and "$-5.000000" in page


def test_a_person_shows_second_factors_and_organizations(world, console):
    Authenticator.objects.create(user=world.owner.user, type="totp", data={"secret": "canary-totp"})

    page = page_of(console, world, "/staff/tenants/user/<path:object_id>/change/")

    assert "totp" in page
    assert world.owner.organization.name in page


def test_a_long_list_costs_as_many_queries_as_a_short_one(
    world, console, django_assert_max_num_queries, django_assert_num_queries
):
    console.get("/staff/")
    with django_assert_max_num_queries(25) as first:
        console.get("/staff/metering/ledgertransaction/")
    for number in range(60):
        grant_credit(
            world.owner.tenant_id, amount_micro_usd=1, idempotency_key=f"many-{number}", reason="many"
        )
    for _ in range(3):
        make_owner()

    with django_assert_num_queries(len(first)):
        page = console.get("/staff/metering/ledgertransaction/").content.decode()

    assert page.count("many-") == 50 - 3  # a page holds 50; the newest three are the other owners'


def test_counting_stops_at_its_limit(world, console, monkeypatch):
    monkeypatch.setattr("apps.staff.selectors.COUNT_LIMIT", 3)
    for number in range(9):
        grant_credit(world.owner.tenant_id, amount_micro_usd=1, idempotency_key=f"m-{number}", reason="m")

    page = console.get("/staff/metering/ledgertransaction/").content.decode()

    assert "4 ledger transactions" in page


@pytest.mark.parametrize("route", [*LOOKS, *ACTS])
def test_pages_hold_under_the_strict_content_policy(world, console, route):
    page = page_of(console, world, route)

    assert not re.search(r"<style|\sstyle\s*=|\son\w+\s*=|javascript:", page)
    assert [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag] == []
    for path in re.findall(r'(?:src|href)="/static/([^"]+)"', page):
        assert finders.find(path), path
