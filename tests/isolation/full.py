"""The whole of it, run by `make isolation`: every probe in every mode, and every mutant."""

import pytest

from tests.isolation.hunt import Hunt, all_code_mutants, database_mutants
from tests.isolation.machine import run_machine
from tests.isolation.personas import build_world
from tests.isolation.probes import Prober
from tests.isolation.routes import all_routes
from tests.isolation.totals import TOTALS
from tests.isolation.walls import application_filter_off, row_level_security_off

TOTALS["routes"] = len(all_routes())


def say(line: str) -> None:
    print(f"isolation: {line}"[:240], flush=True)


@pytest.mark.parametrize("wall_off", [None, application_filter_off, row_level_security_off])
def test_nobody_gets_in(db, sent_tasks, wall_off):
    prober = Prober(build_world())
    if wall_off is None:
        leaks = list(prober.leaks())
    else:
        with wall_off():
            checks = (prober.strangers, prober.nested)
            leaks = [leak for route in prober.public for check in checks for leak in check(route)]
    TOTALS["probes"] += prober.count
    TOTALS["leaks"] += len(leaks)
    for leak in leaks:
        say(f"LEAK {leak}")

    assert leaks == []


def test_every_planted_bug_is_noticed(db, sent_tasks):
    hunt = Hunt()
    hunt.run_policy()
    hunt.run_database(database_mutants())
    score = hunt.run(all_code_mutants(), say)
    TOTALS["probes"] += score.probes
    TOTALS["mutants"], TOTALS["killed"] = score.planted, score.killed
    for survivor in score.survivors:
        say(f"SURVIVED {survivor}")

    assert score.survivors == []


def test_three_tenants_stay_apart(db, sent_tasks):
    run_machine(examples=60, steps=40)
