"""Which rows of one file are, or nearly are, in another."""

from typing import Any

import msgspec

from apps.core.dispatch import TaskName, send_once
from apps.core.objects import store
from apps.datasets.errors import FormatsDiffer, NoRows
from apps.datasets.models import File, FileStatus, overlap_key
from apps.datasets.selectors import get_file
from apps.datasets.services.doctor import TooLargeToRead, doctor
from apps.datasets.services.leases import keep_found, require_read
from kernel import wire
from kernel.errors import InvalidRequest, NotFound
from kernel.rows import CompareTask, RowFormat

_SECONDS = 600.0
_RING_AGAIN = 60  # seconds between two bells for the same comparison
_TOO_LARGE = "These two files take too much memory or time to compare."


def find_overlap(tenant_id: str, file_id: str, other_id: str, *, project_id: str) -> dict[str, Any] | None:
    """overlap.json of the contracts; None while a task compares. Files do not change, nor does the answer.

    Raises:
        NotFound: one of them is not there.
        FileNotReady, NoRows, FormatsDiffer, InvalidRequest: they cannot be compared.
    """
    _comparable(tenant_id, file_id, other_id, project_id)
    kept = store.open_if_there(overlap_key(tenant_id, file_id, other_id))
    if kept is None:
        send_once(
            TaskName.COMPARE_FILES,
            seconds=_RING_AGAIN,
            tenant_id=tenant_id,
            file_id=file_id,
            other_id=other_id,
        )
        return None
    with kept:
        found = msgspec.json.decode(kept.read(), type=dict[str, Any])
    if "failure" in found:
        raise InvalidRequest(found["failure"], param="with")
    return found


def compare_files(tenant_id: str, file_id: str, other_id: str) -> None:
    """Compare, and keep what was found beside the first file. Deleted by now: nothing."""
    try:
        file, other = _comparable(tenant_id, file_id, other_id, None)
        found = _compare(file, other)
    except (NotFound, FileNotFoundError):
        return
    keep_found(tenant_id, file_id, overlap_key(tenant_id, file_id, other_id), [wire.encode(found)])


def _comparable(tenant_id: str, file_id: str, other_id: str, project_id: str | None) -> tuple[File, File]:
    file = get_file(tenant_id, file_id, project_id=project_id)
    other = get_file(tenant_id, other_id, project_id=project_id, param="with")
    for each, param in ((file, "id"), (other, "with")):
        require_read(each, param=param)
        if each.status == FileStatus.ERROR or each.format is None:
            raise NoRows(f"File {each.id} has no sound rows to compare.", param=param)
    if file.format != other.format:
        raise FormatsDiffer("Files of different formats have no rows in common.", param="with")
    return file, other


def _compare(file: File, other: File) -> dict[str, Any]:
    with store.local(file.training_key) as source, store.local(other.training_key) as compared:
        task = CompareTask(source=str(source), other=str(compared), format=RowFormat(file.format or ""))
        try:
            with doctor("compare", task, seconds=_SECONDS) as work:
                return work.answer("overlap.json")
        except TooLargeToRead:
            return {"failure": _TOO_LARGE}
