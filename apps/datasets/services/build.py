"""Make the bytes of a version that an operation was asked for."""

from contextlib import ExitStack
from functools import partial

from apps.core.objects import Stored, read_chunks, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File, FileStatus, sources_key
from apps.datasets.selectors import live_files
from apps.datasets.services.doctor import TooLargeToRead, Watch, Work, doctor
from apps.datasets.services.leases import end_reading, error_report, renew_lease
from kernel import wire
from kernel.rows import Mapping, OperateTask, RowFormat

_SECONDS = 600.0
_FROM_UPLOADED = {"fix", "map", "relabel"}  # the others read plain forms
_ARCHIVES = {RowFormat.IMAGE, RowFormat.AUDIO}


def make_version(tenant_id: str, file: File) -> bool:
    """Run the file's operation and give the file its bytes. False: it cannot be, and its status says why.

    Raises:
        FileNotFoundError: a source lost its bytes; or it is deleted by now, and so is this file's promise.
    """
    sources = _sources(tenant_id, file)
    if len(sources) < len(file.parents):
        return _refuse(file, "source_deleted", "A file that this version is made of was deleted.")
    with ExitStack() as opened:
        renew = partial(renew_lease, tenant_id, file.id)
        paths = [str(opened.enter_context(store.local(_key(file, source)))) for source in sources]
        try:
            task, watch = _task(file, sources, paths), Watch(on_tick=renew)
            work = opened.enter_context(doctor("operate", task, seconds=_SECONDS, watch=watch))
        except TooLargeToRead:
            return _refuse(file, "too_large_to_make", "Making this version takes too much memory or time.")
        return _keep(file, work)


@tenant_transaction
def _sources(tenant_id: str, file: File) -> list[File]:
    found = live_files(tenant_id).in_bulk(file.parents)
    return [found[parent] for parent in file.parents if parent in found]


def _key(file: File, source: File) -> str:
    is_raw = file.operation["type"] in _FROM_UPLOADED or source.format in _ARCHIVES
    return source.object_key if is_raw else source.training_key


def _task(file: File, sources: list[File], paths: list[str]) -> OperateTask:
    return OperateTask(
        operation=file.operation,
        sources=tuple(paths),
        filenames=tuple(source.filename for source in sources),
        formats=tuple(_format(file, source) for source in sources),
        mappings=tuple(_mapping(source) for source in sources),
        are_made=tuple(source.is_made for source in sources),
    )


def _format(file: File, source: File) -> RowFormat:
    """The source's own, but for a source that nobody could tell and a person maps."""
    return RowFormat(source.format or file.operation["mapping"]["format"])


def _mapping(source: File) -> Mapping | None:
    return wire.convert(source.mapping, Mapping) if source.mapping else None


def _keep(file: File, work: Work) -> bool:
    """Objects first: with its bytes the row promises them."""
    if work.path("failure.json").exists():
        failure = work.answer("failure.json")
        return _refuse(file, failure["code"] or "cannot_be_made", failure["message"])
    store.save(sources_key(file.tenant_id, file.id), read_chunks(work.path("sources.index").open("rb")))
    stored = store.save(file.object_key, read_chunks(work.path("output").open("rb")))
    _note_bytes(file.tenant_id, file, stored)
    return True


@tenant_transaction
def _note_bytes(tenant_id: str, file: File, stored: Stored) -> None:
    file.bytes, file.sha256 = stored.bytes, stored.sha256
    live_files(tenant_id).filter(id=file.id).update(bytes=stored.bytes, sha256=stored.sha256)


def _refuse(file: File, code: str, message: str) -> bool:
    outcome = {
        "status": FileStatus.ERROR,
        "status_details": message,
        "report": error_report(code, message),
    }
    end_reading(file.tenant_id, file.id, outcome)
    return False
