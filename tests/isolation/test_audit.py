"""Every call that changes something is in the log, in the same transaction, and nobody can edit it."""

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit.models import AuditEvent
from apps.audit.selectors import AuditFilters, find_break, iterate_audit_events
from apps.audit.services import record, record_platform
from apps.core.tenancy import system_scope, tenant_scope
from tests.isolation.personas import World, build_world
from tests.isolation.probes import Prober
from tests.isolation.routes import OPEN, REQUESTS, all_routes
from tests.isolation.undo import undone
from tests.isolation.walls import as_owner

WRITES = [
    route
    for route in all_routes()
    if route.method != "get"
    and not route.is_internal
    and route.path not in OPEN
    and REQUESTS[route.name].works
]
# Changes nothing that belongs to a tenant, or nothing at all.
NOT_LOGGED = {
    "POST /v1/fine_tuning/quotes": "computes a price",
    "POST /v1/files/<str:file_id>/mapping": "shows what would be, and keeps nothing",
    "POST /v1/uploads/<str:upload_id>/parts": "the upload's beginning and end are logged",
    "POST /api/impersonation/end": "logged when there is one to end: tests/apps/staff",
}


@pytest.fixture(scope="module")
def names():
    return {route.name for route in WRITES}


@pytest.fixture
def world(db, sent_tasks) -> World:
    return build_world()


def test_every_write_is_logged(world, names):
    prober, silent = Prober(world), set()
    owner, key = world.personas["a_owner_owner"], world.personas["a_key"]
    for route in WRITES:
        persona = key if "DELETE /v1/files" in route.name else owner
        ids, client = prober.ids(world.a, route), prober.client_of(persona)
        with undone():
            before = rows(world)
            answer = prober.request(client, route, ids, REQUESTS[route.name].data(ids))
            assert 200 <= answer.status_code < 300, (route.name, answer.content)
            if rows(world) == before:
                silent.add(route.name)

    assert silent == set(NOT_LOGGED) & names


def rows(world) -> int:
    with system_scope():
        return AuditEvent.all_tenants.count()


def test_refused_call_leaves_no_row(world):
    prober = Prober(world)
    before = rows(world)

    list(prober.dead(next(route for route in WRITES if route.name == "POST /v1/organization/projects")))

    assert rows(world) == before


def test_chain_shows_every_kind_of_tampering(owner):
    for number in range(5):
        record(owner.tenant_id, "test.happened", resource_id=str(number), after={"number": number})
    assert find_break(owner.tenant_id) is None
    [first, *_] = iterate_audit_events(owner.tenant_id, AuditFilters(event_types=("test.happened",)))
    for tamper in (
        f"UPDATE audit_auditevent SET actor_email = 'x' WHERE id = '{first.id}'",
        f"""UPDATE audit_auditevent SET after = '{{"number": 9}}' WHERE id = '{first.id}'""",
        f"UPDATE audit_auditevent SET created_at = now() - interval '1 day' WHERE id = '{first.id}'",
        f"DELETE FROM audit_auditevent WHERE id = '{first.id}'",
        f"DELETE FROM audit_auditevent WHERE tenant_id = '{owner.tenant_id}' AND sequence > {first.sequence}",
        "DELETE FROM audit_auditevent",
    ):
        with undone():
            as_owner(
                "ALTER TABLE audit_auditevent DISABLE TRIGGER append_only",
                "GRANT UPDATE, DELETE ON audit_auditevent TO finery_system",
            )
            with system_scope(), connection.cursor() as cursor:
                cursor.execute(tamper)
                assert cursor.rowcount > 0
            assert find_break(owner.tenant_id) is not None, tamper


def test_nobody_edits_the_log(owner):
    record(owner.tenant_id, "test.happened")
    for statement in ("UPDATE audit_auditevent SET type = 'x'", "DELETE FROM audit_auditevent"):
        for scope in (system_scope(), tenant_scope(owner.tenant_id)):
            with pytest.raises(DatabaseError), transaction.atomic(), scope, connection.cursor() as cursor:
                cursor.execute(statement)


def test_what_belongs_to_no_tenant_is_the_platforms(owner):
    record_platform("test.happened", resource_id="x")

    with system_scope():
        assert AuditEvent.all_tenants.filter(type="test.happened", tenant__isnull=True).count() == 1
    with tenant_scope(owner.tenant_id):
        assert not AuditEvent.all_tenants.filter(type="test.happened").exists()
