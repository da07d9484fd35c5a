"""What tasks and internal calls use, with one tenant's name and another's ids."""

from tests.isolation.checks import direct_leaks, numbers
from tests.isolation.personas import build_world
from tests.isolation.walls import application_filter_off, row_level_security_off


def test_no_service_reaches_across(db, sent_tasks):
    world = build_world()
    world.numbers = numbers(world)

    assert list(direct_leaks(world)) == []
    with row_level_security_off():
        assert list(direct_leaks(world)) == []
    with application_filter_off():
        assert list(direct_leaks(world)) == []
