"""The end of an organization: nothing of it is left, whatever happens on the way, and nobody else notices."""

import contextlib
import time
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from apps.audit.selectors import find_break
from apps.catalog.services import sync_price_book
from apps.core.objects import store
from apps.core.redis import client
from apps.core.tenancy import system_scope, tenant_scope
from apps.datasets.models import File
from apps.finetuning.errors import LeaseLost
from apps.finetuning.models import FineTuneJob
from apps.finetuning.services.leases import heartbeat
from apps.metering.models import LedgerTransaction
from apps.privacy import services
from apps.privacy.models import Erasure
from apps.privacy.services import erase, steps
from apps.privacy.tables import KEPT, tables_to_erase, tenant_models
from apps.serving.services import post_usage_from_stream, reconcile_snapshot
from apps.tenants.models import Organization, User
from kernel import redis_names, wire
from tests.apps.metering.test_ingest import event_of
from tests.apps.privacy import canaries
from tests.apps.privacy.canaries import Canaries, found_anywhere
from tests.factories.finetuning import make_file, make_job
from tests.factories.tenants import make_admin_key, make_member, signed_in, with_key

KEPT_TABLES = ("metering_ledgerline", "metering_ledgertransaction")
pytestmark = pytest.mark.django_db(transaction=True)


def delete(tenant: Canaries):
    path = f"/api/organizations/{tenant.tenant_id}"
    return signed_in(tenant.owner.user).delete(path, {"slug": tenant.owner.organization.slug}, format="json")


def receipt(tenant: Canaries) -> Erasure:
    with system_scope():
        return Erasure.objects.get(organization_id=tenant.tenant_id)


def state_of(tenant: Canaries) -> tuple[object, ...]:
    """Everything that must not change by another tenant's end."""
    marks = (tenant.tenant_id.encode(), tenant.owner.project.id.encode())
    snapshot: dict[str, dict[Any, Any]] = {}
    for table in ("keys", "routes", "limits"):
        entries: Any = client().hgetall(redis_names.snapshot_table(table))
        snapshot[table] = {k: v for k, v in entries.items() if any(mark in k + v for mark in marks)}
    assert all(snapshot.values())
    return canaries.count_rows(tenant.tenant_id), canaries.objects_of(tenant), snapshot


def test_nothing_of_a_deleted_tenant_is_left(ada, bob, sent, record_property):
    assert [needle for needle in ada.needles if not found_anywhere((needle,))] == []
    rows = canaries.count_rows(ada.tenant_id)
    assert [table for table in tables_to_erase() if not rows[table]] == []  # something in each to be erased
    post_usage_from_stream()  # bob's too: what is counted below is at rest
    before, sent[:] = state_of(bob), []

    answer = delete(ada)

    assert (answer.status_code, answer.json()) == (
        202,
        {"id": ada.tenant_id, "object": "organization.deleted", "deleted": True},
    )
    assert ("privacy.erase_organization", {"tenant_id": ada.tenant_id}) in sent
    started = time.monotonic()
    assert services.erase_organization(ada.tenant_id)
    record_property("seconds", time.monotonic() - started)
    print(f"erased in {time.monotonic() - started:.2f} s", receipt(ada).counts)
    found = found_anywhere((*ada.needles, ada.owner.organization.slug))
    left = [line for line in found if not line.startswith(KEPT_TABLES)]
    assert left == []
    assert time.monotonic() - started < 60
    assert state_of(bob) == before
    assert found_anywhere((bob.word,)) != []
    assert find_break(bob.tenant_id) is None


def test_kept_ledger_sums_to_zero_and_holds_only_our_words(ada):
    delete(ada)
    services.erase_organization(ada.tenant_id)

    ledger = canaries.ledger_of(ada.tenant_id)
    assert ledger["sum"] == 0
    assert ledger["balances"]["held"] == 0
    assert ledger["lines"] > 4
    assert [found for found in canaries.found_in_tables((ada.word,)) if "ledgerline" in found] == []
    with tenant_scope(ada.tenant_id):
        rows = LedgerTransaction.objects.for_tenant(ada.tenant_id)
        assert set(rows.values_list("reason", flat=True)) == {"", "Credit"}


def test_what_stays_is_a_tombstone_a_receipt_and_the_people(ada):
    people, objects = User.objects.count(), canaries.objects_of(ada)

    delete(ada)
    services.erase_organization(ada.tenant_id)

    with system_scope():
        row = Organization.objects.get(id=ada.tenant_id)
    assert (row.name, row.slug) == ("", f"deleted-{ada.tenant_id[-26:]}")
    assert row.deleted_at is not None
    assert User.objects.count() == people
    done = receipt(ada)
    assert (done.plan, done.leased_until) == ({}, None)
    assert done.finished_at is not None
    assert done.counts["jobs_ended"] == 2
    assert done.counts["objects"] == len(objects) > 9
    assert done.counts["rows.datasets_file"] == 2
    assert all(isinstance(number, int) for number in done.counts.values())
    stayed = {table for table, rows in canaries.count_rows(ada.tenant_id).items() if rows}
    assert stayed == {
        "audit_auditevent",  # the platform's own row: organization.erased
        "metering_ledgerline",
        "metering_ledgertransaction",
        "privacy_erasure",
        "tenants_organization",
    }
    me = signed_in(ada.owner.user).get("/api/me").json()
    assert me["organizations"] == []


def test_the_application_cannot_see_receipts(ada):
    from django.db import ProgrammingError

    delete(ada)

    with pytest.raises(ProgrammingError), tenant_scope(ada.tenant_id):
        Erasure.objects.count()


class Crash:
    """Raises the first time, as a killed process would end."""

    def __init__(self):
        self.is_over = False

    def __call__(self):
        if not self.is_over:
            self.is_over = True
            raise KeyboardInterrupt

    def around(self, step, *, before):
        def run(tenant_id):
            if before:
                self()
            step(tenant_id)
            if not before:
                self()

        return run

    def at_call(self, function, number):
        calls = []

        def counted(*arguments):
            calls.append(arguments)
            if len(calls) == number:
                self()
            return function(*arguments)

        return counted


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("index", range(len(steps.STEPS)), ids=[step.__name__ for step in steps.STEPS])
def test_a_crash_around_any_step_is_finished_later(ada, monkeypatch, index, before, sent):
    crashing = list(steps.STEPS)
    crashing[index] = Crash().around(crashing[index], before=before)
    monkeypatch.setattr(erase, "STEPS", crashing)

    assert_a_crash_is_finished_later(ada, sent)


@pytest.mark.parametrize(
    ("module", "name", "number"),
    [
        (steps, "_remove_some", 1),
        (steps, "_remove_some", 9),
        (store, "remove_folder", 3),
        (erase, "count", 1),
    ],
)
def test_a_crash_within_a_step_is_finished_later(ada, monkeypatch, module, name, number, sent):
    monkeypatch.setattr(module, name, Crash().at_call(getattr(module, name), number))

    assert_a_crash_is_finished_later(ada, sent)


def assert_a_crash_is_finished_later(tenant, sent):
    delete(tenant)
    with pytest.raises(KeyboardInterrupt):
        services.erase_organization(tenant.tenant_id)
    assert receipt(tenant).finished_at is None
    sent.clear()

    services.sweep_erasures()
    [(_, arguments)] = [found for found in sent if found[0] == "privacy.erase_organization"]
    assert services.erase_organization(**arguments)

    assert [found for found in found_anywhere(tenant.needles) if not found.startswith(KEPT_TABLES)] == []
    done = receipt(tenant)
    assert (done.counts["rows.datasets_file"], done.counts["jobs_ended"]) == (2, 2)
    assert canaries.ledger_of(tenant.tenant_id)["balances"]["held"] == 0


def test_rerun_of_a_finished_erasure_removes_what_came_late(ada, sent):
    delete(ada)
    services.erase_organization(ada.tenant_id)
    first = receipt(ada)
    event = event_of(
        ada.owner,
        "req_late",
        model=ada.model,
        base_model=canaries.BASE,
        price_version=canaries.newest_price(),
    )
    client().xadd(redis_names.USAGE_STREAM, {"event": wire.encode(event)})
    post_usage_from_stream()
    store.save(f"files/{ada.tenant_id}/late", [ada.word.encode()])
    assert found_anywhere((ada.word, ada.model)) != []
    with system_scope():
        Erasure.objects.update(checked_at=timezone.now() - timedelta(minutes=11))
    sent.clear()

    services.sweep_erasures()
    assert sent == [("privacy.erase_organization", {"tenant_id": ada.tenant_id})]
    assert services.erase_organization(ada.tenant_id)

    assert found_anywhere((ada.word, ada.model)) == []
    assert canaries.ledger_of(ada.tenant_id)["sum"] == 0
    assert receipt(ada).finished_at == first.finished_at
    sent.clear()
    services.sweep_erasures()
    assert sent == []  # looked at a moment ago


def test_running_job_loses_its_lease_and_its_hold_comes_back(owner, sent):
    from apps.finetuning.services.claim_job import claim_job
    from apps.metering.selectors import get_balance

    job = make_job(owner)
    lease = claim_job("runner")
    path = f"/api/organizations/{owner.tenant_id}"
    signed_in(owner.user).delete(path, {"slug": owner.organization.slug}, format="json")

    steps.end_jobs(owner.tenant_id)

    with pytest.raises(LeaseLost):
        heartbeat(owner.tenant_id, job.id, fencing_token=lease.fencing_token)
    assert get_balance(owner.tenant_id).held_micro_usd == 0
    with tenant_scope(owner.tenant_id):
        assert FineTuneJob.objects.for_tenant(owner.tenant_id).get().status == "cancelled"


def test_two_at_once_do_the_work_once(ada):
    delete(ada)
    with system_scope():
        Erasure.objects.update(leased_until=timezone.now() + timedelta(minutes=1))

    assert services.erase_organization(ada.tenant_id) is False

    assert receipt(ada).counts == {}


@pytest.mark.parametrize("slug", ["other", "", None])
def test_wrong_slug_deletes_nothing(owner, slug, sent):
    path = f"/api/organizations/{owner.tenant_id}"

    answer = signed_in(owner.user).delete(path, {"slug": slug} if slug is not None else {}, format="json")

    assert answer.status_code == 400
    with system_scope():
        assert Erasure.objects.count() == 0
    assert signed_in(owner.user).get("/api/me").json()["organizations"] != []
    assert "privacy.erase_organization" not in [name for name, _ in sent]


def test_only_a_fresh_owner_may_delete(owner, stranger):
    path, body = f"/api/organizations/{owner.tenant_id}", {"slug": owner.organization.slug}
    people = {"admin": 403, "developer": 403, "viewer": 403}

    for role, status in people.items():
        answer = signed_in(make_member(owner, role)).delete(path, body, format="json")
        assert (role, answer.status_code) == (role, status)
    assert signed_in(stranger.user).delete(path, body, format="json").status_code == 404
    stale = signed_in(owner.user, is_fresh=False).delete(path, body, format="json")
    assert (stale.status_code, stale.json()["error"]["code"]) == (403, "reauthentication_required")
    assert with_key(make_admin_key(owner)).delete(path, body, format="json").status_code == 401
    with system_scope():
        assert Erasure.objects.count() == 0


def test_rename_still_works_on_the_same_path(owner):
    answer = signed_in(owner.user).post(
        f"/api/organizations/{owner.tenant_id}", {"name": "New name"}, format="json"
    )

    assert (answer.status_code, answer.json()["name"]) == (200, "New name")


def test_every_tenant_table_is_erased_or_kept_with_a_reason(db):
    tables = {model._meta.db_table: model._meta.label for model in tenant_models()}

    assert {label for table, label in tables.items() if table not in tables_to_erase()} == set(KEPT)
    assert all(len(reason) > 20 for reason in KEPT.values())
    by_column = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.attname == "tenant_id" for field in model._meta.concrete_fields)
    }
    assert by_column == set(tables)


def test_children_go_before_their_parents(db):
    order = tables_to_erase()

    for child, parent in [
        ("finetuning_checkpoint", "finetuning_adapter"),
        ("finetuning_finetunejob", "datasets_file"),  # a key that only the database knows
        ("tenants_projectmembership", "tenants_membership"),
        ("datasets_file", "tenants_project"),
    ]:
        assert order.index(child) < order.index(parent)


def test_messages_that_still_name_the_tenant_are_harmless(ada):
    from apps.datasets.services import validate_file
    from apps.finetuning.services.start_job import admit_job
    from kernel.errors import FineryError

    delete(ada)
    services.erase_organization(ada.tenant_id)

    for act in (
        lambda: validate_file(ada.tenant_id, "file-none"),
        lambda: admit_job(ada.tenant_id, ada.jobs[2]),
        lambda: services.build_export(ada.tenant_id, "export-none"),
    ):
        with contextlib.suppress(FineryError, FineTuneJob.DoesNotExist, File.DoesNotExist):
            act()
    assert found_anywhere((ada.word,)) == []


def test_the_reconciler_brings_nothing_back(ada):
    delete(ada)
    services.erase_organization(ada.tenant_id)

    reconcile_snapshot()

    assert canaries.found_in_redis((*ada.needles, ada.tenant_id)) == []


def test_uploads_of_two_tenants_are_told_apart(owner, stranger):
    sync_price_book()
    make_file(owner)
    kept = make_file(stranger)
    signed_in(owner.user).delete(
        f"/api/organizations/{owner.tenant_id}", {"slug": owner.organization.slug}, format="json"
    )

    services.erase_organization(owner.tenant_id)

    assert not store.path(f"files/{owner.tenant_id}").exists()
    assert store.exists(f"files/{stranger.tenant_id}/{kept}")
