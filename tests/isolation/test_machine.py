"""Random work of three organizations, compared with a small model."""

from unittest.mock import patch

import pytest

from tests.isolation.machine import Tenants, run_machine


@pytest.mark.timeout(600)
def test_three_tenants_stay_apart(db, sent_tasks):
    run_machine(examples=6, steps=20)


def test_the_machine_notices_a_key_that_outlives_its_owners_seat(db, sent_tasks):
    machine = Tenants()
    machine.begin()
    with patch("apps.tenants.access._owner_may_use", lambda *args: True):
        machine.take_from_project(actor=0, other=10, project=0)  # an owner takes the developer out

        with pytest.raises(AssertionError):
            machine.keys_work_as_long_as_they_should()
    machine.keys_work_as_long_as_they_should()
    machine.teardown()
