"""Find out what a file is, and whether it can be trained on."""

from functools import partial
from pathlib import Path
from typing import Any

from apps.core.objects import read_chunks, store
from apps.datasets.models import File, FileStatus, bad_rows_key, hashes_key
from apps.datasets.services.build import make_version
from apps.datasets.services.delete import remove_bytes
from apps.datasets.services.doctor import DoctorFailed, TooLargeToRead, Watch, Work, doctor
from apps.datasets.services.file_rows import hashes_in, replace_rows
from apps.datasets.services.leases import (
    claim_file,
    end_reading,
    error_report,
    is_live,
    release_file,
    renew_lease,
)
from apps.datasets.services.progress import note_progress
from kernel import wire
from kernel.rows import Mapping, ReadTask, RowFormat

_SECONDS = 600.0
_TOO_LARGE = (
    "The file takes more memory or time to read than any file may. Split it, or save it as JSON Lines or CSV."
)
_FIELDS = ("format", "rows")  # columns of their own


def validate_file(tenant_id: str, file_id: str) -> None:
    """Make the file if an operation has yet to, read it, and keep its plain form, its rows and its report.

    Interrupted anywhere, a repeat ends in the same state. Done already, deleted, or at it elsewhere: nothing.
    """
    file = claim_file(tenant_id, file_id)
    if file is None:
        return
    try:
        if file.bytes > 0 or make_version(tenant_id, file):
            _read(file)
    except (FileNotFoundError, DoctorFailed):
        if is_live(tenant_id, file_id):
            raise
        remove_bytes(tenant_id, file_id)  # deleted while it was read
    finally:
        release_file(tenant_id, file_id)


def _read(file: File) -> None:
    """Objects before rows, rows before the status: what a status promises is there."""
    with store.local(file.object_key) as source:
        renew = partial(renew_lease, file.tenant_id, file.id)
        watch = Watch(on_progress=partial(note_progress, file.id), on_tick=renew)
        try:
            with doctor("read", _task(file, source), seconds=_SECONDS, watch=watch) as work:
                report = work.answer("report.json")
                _keep_objects(file, work)
                renew()
                replace_rows(file.tenant_id, file, work.path("rows.index"))
        except TooLargeToRead:
            report = error_report("too_large_to_read", _TOO_LARGE)
    if not end_reading(file.tenant_id, file.id, _outcome(report)) and not is_live(file.tenant_id, file.id):
        remove_bytes(file.tenant_id, file.id)  # deleted while we read it


def _task(file: File, source: Path) -> ReadTask:
    mapping = wire.convert(file.mapping, Mapping) if file.mapping else None
    made = RowFormat(file.format) if file.is_made and file.format else None
    return ReadTask(source=str(source), filename=file.filename, mapping=mapping, format=made)


def _keep_objects(file: File, work: Work) -> None:
    bad_key = bad_rows_key(file.tenant_id, file.id)
    for name, key in (("plain.jsonl", file.training_key), ("bad.jsonl", bad_key)):
        path = work.path(name)
        if path.stat().st_size > 0:
            store.save(key, read_chunks(path.open("rb")))
    store.save(hashes_key(file.tenant_id, file.id), hashes_in(work.path("rows.index")))


def _outcome(report: dict[str, Any]) -> dict[str, Any]:
    errors = report["errors"]
    return {
        "status": FileStatus.ERROR if errors else FileStatus.PROCESSED,
        "status_details": errors[0]["message"] if errors else None,
        **{name: report.get(name) for name in _FIELDS},
        "report": {name: value for name, value in report.items() if name not in _FIELDS},
    }
