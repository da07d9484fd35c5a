"""Every route and method of the control plane, tried by everybody who does not belong there."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.isolation.personas import World, build_world
from tests.isolation.probes import Prober
from tests.isolation.routes import OPEN, REQUESTS, all_routes
from tests.isolation.walls import application_filter_off, row_level_security_off
from tests.isolation.world import fill
from workers.gateway.pipeline import OPERATIONS

PUBLIC = [route for route in all_routes() if not route.is_internal and route.path not in OPEN]
INTERNAL = [route for route in all_routes() if route.is_internal]


@pytest.fixture
def world(db, sent_tasks) -> World:
    return build_world()


def test_every_route_has_a_request():
    assert {route.name for route in PUBLIC} == set(REQUESTS)


def test_published_schema_is_the_routers_list(db):
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    documented = {(method, path) for path, methods in paths.items() for method in methods}

    routed = {route.openapi for route in all_routes() if not route.is_internal}
    assert {("post", path) for path in OPERATIONS} <= documented
    documented -= {("post", path) for path in OPERATIONS}  # the gateway's: tests/workers/gateway
    assert documented == {pair for pair in routed if pair[1] not in ("/healthz", "/api/schema")}


def test_nobody_gets_in(world):
    prober = Prober(world)

    leaks = [str(leak) for leak in prober.leaks()]

    assert leaks == []
    assert prober.count > 3_000


def test_row_level_security_alone_holds(world):
    with application_filter_off():
        prober = Prober(world)
        leaks = [str(leak) for route in PUBLIC for leak in prober.strangers(route)]
        leaks += [str(leak) for route in PUBLIC for leak in prober.nested(route)]

    assert leaks == []


def test_the_application_alone_holds(world):
    with row_level_security_off():
        prober = Prober(world)
        leaks = [str(leak) for route in PUBLIC for leak in prober.strangers(route)]
        leaks += [str(leak) for route in PUBLIC for leak in prober.nested(route)]

    assert leaks == []


@pytest.mark.parametrize("route", INTERNAL, ids=lambda route: route.name)
def test_no_credential_of_a_tenant_opens_the_internal_api(world, route):
    ids = world.a.ids
    for name in ("anonymous", "a_key", "a_admin_key", "a_owner_owner", "b_key"):
        api = world.personas[name].client()
        answer = getattr(api, route.method)(fill(route.path, ids), data={}, format="json")

        assert answer.status_code in ((401, 404, 405) if "objects" in route.path else (401, 405)), name
