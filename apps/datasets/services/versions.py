"""Each fine-tune file is a version of one dataset."""

from pathlib import PurePath
from typing import Any

from apps.audit.services import record
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import FileHasErrors, FormatsDiffer, NeedsMapping, NoRows
from apps.datasets.models import Dataset, File, FileStatus, Purpose
from apps.datasets.selectors import get_file, lock_dataset
from apps.datasets.services.leases import require_read
from apps.datasets.services.quota import require_room
from kernel.errors import InvalidRequest
from kernel.rows import RowFormat

Operation = dict[str, Any]  # docs/contracts.md, "Operations"; checked for shape

_FROM_ERRORS = {"fix", "map"}  # what a file with errors may go through
_ARCHIVES = {RowFormat.IMAGE, RowFormat.AUDIO}


@tenant_transaction
def attach_version(
    tenant_id: str, file: File, *, dataset_id: str | None, operation: Operation, parents: list[str]
) -> None:
    """Make a file, not saved yet, the next version of a dataset; of one of its own, named like it, if None.

    Belongs in the transaction that saves the file: the dataset stays locked until its end.

    Raises:
        NotFound: the file's project has no such dataset.
    """
    if dataset_id is None:
        dataset = Dataset(tenant_id=tenant_id, project_id=file.project_id, name=file.filename)
    else:
        dataset = lock_dataset(tenant_id, dataset_id, project_id=file.project_id)
    dataset.latest_version += 1
    dataset.save()
    file.dataset, file.version = dataset, dataset.latest_version
    file.operation, file.parents = operation, parents


@tenant_transaction
def create_versions(tenant_id: str, dataset_id: str, operation: Operation, *, project_id: str) -> list[File]:
    """Promise what an operation makes: a version, of a split one for each part. A task makes them.

    Raises:
        NotFound: there is no such dataset, or a file of the operation is not there.
        FileNotReady: a file is still being read.
        InvalidRequest: the operation cannot be done on such a file; its heirs say why by their codes.
        ProjectFull: as much again as its sources would not fit.
    """
    lock_dataset(tenant_id, dataset_id, project_id=project_id)
    sources = _sources(tenant_id, operation, project_id)
    require_room(tenant_id, project_id=project_id, size=sum(source.bytes for source in sources))
    made = [_promise(tenant_id, dataset_id, each, sources, project_id) for each in _one_by_one(operation)]
    for file in made:
        record(
            tenant_id,
            "dataset.version_created",
            resource_id=dataset_id,
            project_id=project_id,
            after={"file": file.id, "version": file.version, "operation": operation["type"]},
        )
    return made


def _sources(tenant_id: str, operation: Operation, project_id: str) -> list[File]:
    ids = operation.get("file_ids") or [operation["file_id"]]
    files = [get_file(tenant_id, file_id, project_id=project_id, param="file_id") for file_id in ids]
    for file in files:
        _require_fit(file, operation["type"])
    if len({file.format for file in files}) > 1:
        raise FormatsDiffer("The files are of different formats.", param="operation.file_ids")
    return files


def _require_fit(file: File, operation: str) -> None:
    param = "operation.file_id"
    if file.purpose != Purpose.FINE_TUNE:
        raise InvalidRequest(f"File {file.id} must have the purpose 'fine-tune'.", param=param)
    require_read(file, param=param)
    if file.bytes == 0:
        raise NoRows(f"File {file.id} could not be made and holds nothing.", param=param)
    if file.status == FileStatus.ERROR and operation not in _FROM_ERRORS:
        raise FileHasErrors(f"File {file.id} has errors. Mend them first.", param=param)
    if file.format is None and operation != "map":
        message = f"Nobody knows yet what the columns of file {file.id} mean. Map them first."
        raise NeedsMapping(message, param=param)


def _one_by_one(operation: Operation) -> list[Operation]:
    """An operation for each version: a split's parts are made one by one, all by the same seed."""
    if operation["type"] != "split":
        return [operation]
    return [{**operation, "part": part["name"]} for part in operation["parts"]]


def _promise(
    tenant_id: str, dataset_id: str, operation: Operation, sources: list[File], project_id: str
) -> File:
    file = File(
        tenant_id=tenant_id,
        project_id=project_id,
        filename=_filename(sources[0], operation),
        purpose=Purpose.FINE_TUNE,
        bytes=0,
        sha256="",
        format=_format(sources[0], operation),
    )
    parents = [source.id for source in sources]
    attach_version(tenant_id, file, dataset_id=dataset_id, operation=operation, parents=parents)
    file.save(force_insert=True)
    send_on_commit(TaskName.VALIDATE_FILE, tenant_id=tenant_id, file_id=file.id)
    return file


def _format(source: File, operation: Operation) -> str | None:
    """What was chosen or is kept: the version is that, whatever its rows seem to be."""
    mapping = operation.get("mapping")
    return source.format if mapping is None else str(mapping["format"])


def _filename(source: File, operation: Operation) -> str:
    """The first source's, with what the operation writes: JSON Lines, or an archive."""
    name = PurePath(source.filename)
    part = f".{operation['part']}" if "part" in operation else ""
    suffix = name.suffix if source.format in _ARCHIVES else ".jsonl"
    return f"{name.stem[:200]}{part}{suffix}"
