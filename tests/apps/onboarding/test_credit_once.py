"""The sign-up credit: once for a person, once for an organization, whatever is tried."""

import threading
from importlib import import_module
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection

from apps.core.tenancy import system_scope
from apps.metering.selectors import get_balance
from apps.metering.services import grant_credit
from apps.onboarding import services
from apps.onboarding.models import CreditClaim
from apps.privacy.services.erase import delete_organization, erase_organization
from apps.tenants.models import User
from apps.tenants.services import create_organization, delete_person
from apps.tenants.services.organizations import MAX_ORGANIZATIONS_PER_USER
from kernel.errors import InvalidRequest

CREDIT = 5_000_000


@pytest.fixture(autouse=True)
def quiet(sent_tasks):
    return sent_tasks


def person(email):
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def credit_of_new_organization(user):
    organization = services.open_account(user.id, name="Acme")
    return organization, get_balance(organization.id).available_micro_usd


def close(organization):
    call_command("sync_catalog")
    delete_organization(organization.id, slug=organization.slug)
    erase_organization(organization.id)


def test_deleting_the_organization_and_making_another_pays_nothing(db):
    user = person("kim@example.com")
    first, credit = credit_of_new_organization(user)
    close(first)

    assert (credit, credit_of_new_organization(user)[1]) == (CREDIT, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kim@example.com", "kim@example.com"),
        ("kim@example.com", "KIM@Example.com"),
        ("kim@example.com", "kim+2@example.com"),
        ("kim+1@example.com", "kim@example.com"),
        ("k.im@gmail.com", "kim@googlemail.com"),
    ],
)
def test_erasing_the_account_and_signing_up_again_pays_nothing(db, before, after):
    user = person(before)
    organization, credit = credit_of_new_organization(user)
    close(organization)
    delete_person(user)

    assert (credit, credit_of_new_organization(person(after))[1]) == (CREDIT, 0)


def test_second_verified_address_of_a_person_is_the_same_person(db):
    user = person("kim@example.com")
    EmailAddress.objects.create(user=user, email="kim@work.example", verified=True)
    organization, _ = credit_of_new_organization(user)
    close(organization)
    delete_person(user)

    assert credit_of_new_organization(person("kim@work.example"))[1] == 0


def test_another_address_is_the_same_account(db):
    user = person("kim@example.com")
    credit_of_new_organization(user)
    EmailAddress.objects.filter(user=user).update(email="new@example.com")

    assert credit_of_new_organization(user)[1] == 0


def test_others_are_not_mistaken_for_somebody_who_had_it(db):
    credits = [
        credit_of_new_organization(person(email))[1]
        for email in ("k.im@example.com", "kim@example.com", "kim@example.org", "ki.m@gmail.com")
    ]

    assert credits == [CREDIT] * 4


def test_refused_organization_takes_no_credit(db):
    user = person("kim@example.com")
    with pytest.raises(InvalidRequest):
        services.open_account(user.id, name=" ")

    assert credit_of_new_organization(user)[1] == CREDIT


def test_claims_hold_no_word_of_a_person(db):
    user = person("kim@example.com")
    organization, _ = credit_of_new_organization(user)

    with system_scope():
        names = set(CreditClaim.objects.values_list("claimant", flat=True))

    assert organization.id in names
    assert len(names) == 3
    assert all(len(name) == 64 for name in names - {organization.id})


@pytest.mark.parametrize("act", ["update", "delete"])
def test_claims_stay(db, act):
    credit_of_new_organization(person("kim@example.com"))

    with pytest.raises(Exception, match=r"permission denied|append-only"), system_scope():
        rows = CreditClaim.objects.all()
        rows._raw_delete("default") if act == "delete" else rows.update(claimant="x")


def race(count, act):
    """What each of `count` calls gives that begin at the same moment."""
    start, found = threading.Barrier(count), []

    def run():
        start.wait()
        try:
            found.append(act())
        except InvalidRequest:
            found.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_at_once_pay_once_and_the_cap_holds():
    user = person("kim@example.com")
    extra = 2

    found = race(MAX_ORGANIZATIONS_PER_USER + extra, lambda: credit_of_new_organization(user)[1])

    assert sorted(found, key=str) == [0] * (MAX_ORGANIZATIONS_PER_USER - 1) + [CREDIT] + [None] * extra


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_second_claim_without_any_lock():
    """Two accounts of one mailbox hold no lock in common."""
    users = [person("kim@example.com"), person("kim+2@example.com"), person("kim+3@example.com")]

    found = race(3, lambda: credit_of_new_organization(users.pop())[1])

    assert sorted(found) == [0, 0, CREDIT]


def test_whoever_had_the_credit_before_claims_were_kept_has_had_it(db):
    user = person("kim@example.com")
    organization = create_organization(user.id, name="Acme")
    grant_credit(organization.id, amount_micro_usd=1, idempotency_key=f"sign-up:{user.id}", reason="test")
    migration = import_module("apps.onboarding.migrations.0001_credit_claims")

    with connection.cursor() as cursor:
        migration.remember_credits(None, SimpleNamespace(connection=connection))
        cursor.execute("SET LOCAL ROLE finery_app")

    assert credit_of_new_organization(user)[1] == 0
