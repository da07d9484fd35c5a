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
from tests.isolation.probes import Prober
from tests.isolation.routes import all_routes
from tests.isolation.undo import undone
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
    "a_key_from_afar",
    "a_key_from_near",
    "a_key_of_other_project",
    "a_admin_key",
    "a_staff_looking_on",
)
# Places where leaving something out changes nothing that anybody could see, and why.
_OWN_ROW = "what is published of a key follows from its own row"
_ONE_PROJECT = "a project's id is one organization's"
_FILES_OWN = "a composite key says that a job's files are its tenant's"
_JOBS_OWN = "the job was found among the tenant's, and names this row"
EQUIVALENT = {
    "POST /api/organizations/<str:organization_id>/leave : no permission organization.leave": (
        "every role of an organization may leave it; who has none is told 404 before"
    ),
    "apps/datasets/selectors/lineage.py versions_with_row: no tenant filter": (
        "rows only choose among files that are the tenant's"
    ),
    "apps/datasets/selectors/uploads.py open_uploads: no expires_at__gt": "its project's, expired or not",
    "apps/datasets/services/diff.py diff_files: no NotFound": "of a file deleted meanwhile nothing is there",
    "apps/datasets/services/delete.py forget: no tenant filter": "a file's dataset is its tenant's",
    "apps/finetuning/selectors/lineage.py _with_jobs: no tenant filter": _FILES_OWN,
    "apps/finetuning/selectors/lineage.py find_active_job: no tenant filter": _FILES_OWN,
    "apps/finetuning/selectors/lineage.py get_model_lineage: no tenant filter": (
        "the job and its adapter are one tenant's: either filter holds without the other"
    ),
    "apps/finetuning/services/adapters.py place_adapter: no tenant filter": _JOBS_OWN,
    "apps/finetuning/services/adapters.py check_upload: no tenant filter": _JOBS_OWN,
    "apps/finetuning/services/end_job.py _publish_all: no tenant filter": _JOBS_OWN,
    "apps/finetuning/services/end_job.py cancel_job: no tenant filter": _JOBS_OWN,
    "apps/finetuning/services/claim_job.py _next_in_turn: no tenant_id": "fair share, not access",
    "apps/finetuning/services/start_job.py _recent_twin: no tenant filter": (
        "the hash that is looked for covers the project's id"
    ),
    "apps/metering/ingest.py post_usage: no tenant filter": "a request id is unique over all tenants",
    "apps/privacy/services/exports.py sweep_exports: no tenant__deleted_at__isnull": (
        "an erased tenant's archives go with it"
    ),
    "apps/staff/selectors.py lines_of: no tenant filter": "a foreign key says it too",
    "apps/staff/admin/people.py UserAdmin.verified_addresses: no verified": "staff see all addresses anyway",
    "apps/tenants/adapters.py AccountAdapter.get_client_ip: no PermissionDenied": (
        "of limits, not of access; whoever comes by TCP has an address"
    ),
    "apps/tenants/services/api_keys.py publish_keys: no tenant filter": _OWN_ROW,
    "apps/tenants/services/api_keys.py publish_keys: no revoked_at__isnull": _OWN_ROW,
    "apps/tenants/services/organizations.py close_organization: no revoked_at__isnull": (
        "withdrawing what was withdrawn changes nothing"
    ),
    "apps/tenants/services/api_keys.py revoke_keys_of: no revoked_at__isnull": "revoked twice is revoked",
    "apps/tenants/selectors.py list_all_working_keys: no revoked_at__isnull": "working_keys asks again",
    "apps/tenants/selectors.py get_organization: no NotFound": "callers come with their own organization",
    "apps/tenants/selectors.py project_members: no tenant filter": _ONE_PROJECT,
    "apps/tenants/selectors.py projects: no tenant filter": "what it narrows is the tenant's already",
    "apps/tenants/services/invites.py invite_user: no accepted_at__isnull": "housekeeping of open ones",
    "apps/tenants/services/invites.py invite_user: no expires_at__gt": "housekeeping of open ones",
    "apps/tenants/services/projects.py _lock_membership: no tenant filter": _ONE_PROJECT,
    "apps/tenants/services/projects.py set_rate_limit: no tenant filter": _ONE_PROJECT,
}


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
