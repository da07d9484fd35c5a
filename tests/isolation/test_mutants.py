"""The sampled form of `make isolation`: some of the planted bugs of the code, all others."""

import pytest

from tests.isolation.hunt import EQUIVALENT, Hunt, all_code_mutants, database_mutants
from tests.isolation.mutants import code_mutants, permission_mutants

_EVERY = 12


@pytest.mark.timeout(600)
def test_planted_bugs_are_noticed(db, sent_tasks):
    hunt = Hunt()
    hunt.run_policy()
    hunt.run_database(database_mutants())
    sample = all_code_mutants()[5::_EVERY]

    score = hunt.run(sample)

    assert score.survivors == []
    assert score.planted == score.killed > 400 + len(sample)


def test_places_that_are_let_be_exist(db):
    found = {mutant.key for mutant in code_mutants() + permission_mutants()}

    assert set(EQUIVALENT) <= found
