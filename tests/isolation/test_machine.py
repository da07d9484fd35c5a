"""Random work of three organizations, compared with a small model."""

from unittest.mock import patch

import pytest

from tests.isolation.machine import run_machine


@pytest.mark.timeout(600)
def test_three_tenants_stay_apart(db, sent_tasks):
    run_machine(examples=6, steps=20)


@pytest.mark.timeout(600)
def test_the_machine_notices_a_key_that_outlives_its_owner(db, sent_tasks):
    with (
        patch("apps.tenants.access._owner_may_use", lambda *args: True),
        pytest.raises(AssertionError),
    ):
        run_machine(examples=30, steps=25, shrinks=False)
