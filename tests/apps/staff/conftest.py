"""An organization with one of everything, and a member of staff who may enter."""

import pytest

from tests.apps.staff.console import build_world
from tests.factories.staff import browser_of, make_staff


@pytest.fixture
def world(owner, sent_tasks):
    return build_world(owner)


@pytest.fixture
def staff(db):
    return make_staff()


@pytest.fixture
def console(staff):
    """The browser of a member of staff with a second factor."""
    return browser_of(staff)
