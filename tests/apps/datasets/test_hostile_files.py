"""What a customer is told of a hostile file, and what it costs us: one file of each thing that is wrong."""

import os
import re
from pathlib import Path

import pytest

from apps.core.objects import read_chunks
from apps.datasets.models import FileStatus
from apps.datasets.selectors import get_file
from apps.datasets.services import upload_file, validate_file
from apps.finetuning.models import FineTuneJob
from kernel.rows import Limits
from tests.workers.doctor.hostile.case import Case
from tests.workers.doctor.hostile.child import peak_bytes
from tests.workers.doctor.hostile.test_hostile import CASES

WRONG = {case.code: case for case in CASES if case.code and case.limits == Limits()}
_MOST_BYTES = 50 * 1024**2  # of memory that a task may need on top for reading one file


def forget_peak() -> int:
    """Have this process's peak of memory begin with what is resident now, which is returned."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_bytes(os.getpid())


@pytest.mark.parametrize("case", WRONG.values(), ids=lambda case: case.code)
def test_a_hostile_file_is_refused_by_name_and_line(case: Case, owner, client_of, tmp_path, sent_tasks):
    path = tmp_path / case.name
    case.write(path)

    before = forget_peak()
    file = upload_file(
        owner.tenant_id,
        project_id=owner.project.id,
        filename=case.name,
        purpose="fine-tune",
        chunks=read_chunks(path.open("rb")),
    )
    validate_file(owner.tenant_id, file.id)
    grown = peak_bytes(os.getpid()) - before

    found = get_file(owner.tenant_id, file.id)
    assert (found.status, found.report["errors"][0]["code"]) == (FileStatus.ERROR, case.code)
    assert grown < _MOST_BYTES
    job = {"model": "finery-nano", "training_file": file.id}
    answer = client_of(owner).post("/v1/fine_tuning/jobs", job, format="json")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (
        400,
        "invalid_training_file",
        "training_file",
    )
    assert case.line is None or str(case.line) in re.findall(r"\d+", error["message"])
    assert not FineTuneJob.all_tenants.filter(tenant_id=owner.tenant_id).exists()
