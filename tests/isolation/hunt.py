"""Plants every mutant in turn and hunts for what it lets through."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.isolation.checks import direct_leaks, numbers
from tests.isolation.coverage import Coverage
from tests.isolation.database import KEYS, database_leaks, database_mutants, same_tenant_keys
from tests.isolation.mutants import Mutant, code_mutants, permission_mutants, policy_mutants
from tests.isolation.personas import World, build_world
from tests.isolation.policy import rows, written
from tests.isolation.probes import Prober, undone
from tests.isolation.routes import all_routes
from tests.isolation.walls import row_level_security_off

_DIRECT = "direct"
# Those who between them run every function that a route can run.
_SCOUTS = (
    "anonymous",
    "a_admin_owner",
    "dead_revoked_key",
    "dead_archived_projects_key",
    "b_owner",
    "b_owner_lying",
    "b_key",
    "b_admin_key",
    "a_owner_owner",
    "a_developer_member",
    "a_key",
    "a_key_of_other_project",
    "a_admin_key",
    "a_staff_looking_on",
)
# Places where leaving something out changes nothing that anybody could see, and why.
EQUIVALENT: dict[str, str] = {}


@dataclass
class Score:
    planted: int = 0
    killed: int = 0
    probes: int = 0
    survivors: list[str] = field(default_factory=list)

    def note(self, mutant: Mutant, leak: str | None) -> None:
        self.planted += 1
        if leak is None:
            self.survivors.append(str(mutant))
        else:
            self.killed += 1


class Hunt:
    """One world, one reconnaissance, any number of mutants."""

    def __init__(self) -> None:
        logging.disable(logging.CRITICAL)
        self.world = build_world()
        self.world.numbers = numbers(self.world)
        self._base = Prober(self.world)
        for persona in self.world.personas.values():
            self._base.client_of(persona)
        KEYS[:] = same_tenant_keys()
        self.score = Score()

    def run(self, mutants: list[Mutant], say: Callable[[str], None] = lambda line: None) -> Score:
        """Plant each mutant of the code once, the application alone on guard."""
        with row_level_security_off():
            coverage = self._scout()
            for mutant in mutants:
                leak = self._leak_of(mutant, coverage)
                self.score.note(mutant, leak)
                say(f"{'killed' if leak else 'SURVIVED'} {mutant} <- {leak}")
        return self.score

    def run_policy(self) -> Score:
        """Flip each cell of the table: the page and the code no longer say the same."""
        for mutant in policy_mutants():
            with mutant.planted():
                self.score.note(mutant, None if rows() == written() else "differs from the page")
        return self.score

    def run_database(self, mutants: list[Mutant]) -> Score:
        """Open each table's own wall, drop each key and trigger."""
        for mutant in mutants:
            with undone(), mutant.planted():
                leak = next(database_leaks(self.world, tables=[mutant.place]), None)
            self.score.note(mutant, leak)
        return self.score

    def _scout(self) -> Coverage:
        coverage = Coverage()
        few = World(self.world.a, self.world.b, {name: self.world.personas[name] for name in _SCOUTS})
        prober = self._base.among(few)
        for route in prober.routes:
            with coverage.of(route.name):
                list(prober.leaks_of(route))
        with coverage.of(_DIRECT):
            list(direct_leaks(self.world))
        return coverage

    def _leak_of(self, mutant: Mutant, coverage: Coverage) -> str | None:
        names = coverage.routes(mutant.file, mutant.function) if mutant.function else {mutant.place}
        prober = self._base.among(self.world, [route for route in all_routes() if route.name in names])
        try:
            with undone(), mutant.planted():
                return next(self._leaks(prober, direct=_DIRECT in names), None)
        finally:
            self.score.probes += prober.count

    def _leaks(self, prober: Prober, *, direct: bool) -> Iterator[str]:
        if direct:
            yield from direct_leaks(self.world)
        yield from (str(leak) for leak in prober.leaks())


def all_code_mutants() -> list[Mutant]:
    return [mutant for mutant in code_mutants() + permission_mutants() if mutant.key not in EQUIVALENT]


__all__ = ["EQUIVALENT", "Hunt", "all_code_mutants", "database_mutants"]
