"""Two tenants full of canaries."""

from itertools import count

import pytest

from tests.apps.privacy.canaries import Canaries, make_canaries

_numbers = count(1)  # the store is not emptied between tests


@pytest.fixture(autouse=True)
def sent(sent_tasks):
    return sent_tasks


@pytest.fixture
def ada(db) -> Canaries:
    return make_canaries(f"zqada{next(_numbers)}q")


@pytest.fixture
def bob(db) -> Canaries:
    return make_canaries(f"zqbob{next(_numbers)}q")
