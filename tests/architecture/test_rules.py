"""Rules of the house that a linter does not know."""

import ast
import re
from collections.abc import Collection

import pytest

from apps.core.dispatch import TaskName
from tests.architecture.sources import PRODUCT, python_files, text, tree

# Who may look across tenants, and why.
ACROSS_TENANTS = {
    "apps/core/models.py",  # defines the manager
    "apps/core/tenancy.py",  # defines the scope
    "apps/audit/services.py",  # what belongs to no tenant
    "apps/tenants/access.py",  # who may do what where: authentication
    "apps/tenants/selectors.py",  # authentication, a person's organizations, the snapshot
    "apps/tenants/services/invites.py",  # a token says whose organization it is
    "apps/tenants/services/people.py",  # a person's own account
    "apps/onboarding/services.py",  # who has had the sign-up credit: the table belongs to no tenant
    "apps/metering/selectors.py",  # the wallet reconciler
    "apps/datasets/services/sweep.py",  # the sweeper
    "apps/datasets/services/sweep_uploads.py",  # the sweeper
    "apps/finetuning/selectors/jobs.py",  # runners know jobs by id only; the snapshot
    "apps/finetuning/selectors/pace.py",  # how fast jobs go here, whoever's: numbers only
    "apps/finetuning/services/claim_job.py",  # the claim chooses over all tenants
    "apps/finetuning/services/sweep_jobs.py",  # the sweeper
    "apps/privacy/services/engines.py",  # models deleted one by one, and objects without a row
    "apps/privacy/services/erase.py",  # receipts belong to no tenant; the sweeper
    "apps/privacy/services/exports.py",  # the sweeper
    "apps/privacy/services/receipts.py",  # receipts belong to no tenant
    "apps/privacy/services/steps.py",  # append-only rows go by the system's hand only
    "apps/staff/selectors.py",  # the console
    "apps/staff/site.py",  # the console
}
READS_ENVIRONMENT = {"platform/finery/celery.py", "platform/finery/wsgi.py"}  # name the settings module
BROAD_EXCEPT_DOORS = {
    "workers/gateway/pipeline.py",  # a request
    "workers/training/run.py",  # a recipe's process
    "workers/runner/job.py",  # a job
    "workers/runner/app.py",  # the runner's loop
}


def offenders(pattern: str, *, allowed: Collection[str] = (), tops=PRODUCT) -> list[str]:
    found = [str(path) for path in python_files(*tops) if re.search(pattern, text(path))]
    return sorted(set(found) - set(allowed))


def test_only_listed_places_look_across_tenants():
    assert (
        offenders(r"\ball_tenants\b|\bsystem_scope\b", allowed=ACROSS_TENANTS, tops=("apps", "platform"))
        == []
    )


def test_the_list_of_places_is_current():
    named = {p for p in ACROSS_TENANTS if re.search(r"\ball_tenants\b|\bsystem_scope\b", text_of(p))}

    assert named == ACROSS_TENANTS


def text_of(path: str) -> str:
    from pathlib import Path

    return text(Path(path))


def test_only_settings_read_the_environment():
    found = offenders(r"os\.environ|os\.getenv", allowed=READS_ENVIRONMENT)

    assert [p for p in found if "settings" not in p] == []


def test_no_signals():
    assert offenders(r"@receiver|\.connect\(.*sender", tops=("apps", "platform")) == []


def test_no_model_serializer_and_no_model_lookup_by_name():
    assert offenders(r"ModelSerializer|apps\.get_model|GenericForeignKey", tops=("apps", "platform")) == []


def test_no_logic_by_pickle_or_remote_code():
    assert (
        offenders(r"\bimport pickle|torch\.load\((?!.*weights_only=True)|trust_remote_code=True|yaml\.load\(")
        == []
    )


def test_broad_except_only_at_the_doors():
    found = set()
    for path in python_files(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _reraises(node):
                found.add(str(path))

    assert sorted(found - BROAD_EXCEPT_DOORS) == []


def _is_broad(node: ast.ExceptHandler) -> bool:
    return node.type is None or (
        isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
    )


def _reraises(node: ast.ExceptHandler) -> bool:
    return isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None


def test_foreign_keys_lead_one_way():
    """A reverse name would be a path back up between apps."""
    for path in python_files("apps"):
        if path.name != "models.py":
            continue
        for name in re.findall(r'(?:ForeignKey|OneToOneField)\(\s*"(\w+)\.', text(path)):
            if name != path.parent.name:
                keys = re.findall(rf'(?:ForeignKey|OneToOneField)\(\s*"{name}\.[^)]*\)', text(path))
                assert all('related_name="+"' in key for key in keys), path


@pytest.mark.parametrize("name", list(TaskName))
def test_every_task_has_a_consumer(name):
    consumers = [
        path
        for path in python_files("apps", "workers")
        if re.search(rf'TaskName\.{name.name}\b|name="{re.escape(name)}"', text(path))
        and ("tasks.py" in path.name or "runner" in path.parts)
    ]

    assert consumers, f"nothing consumes {name}"
