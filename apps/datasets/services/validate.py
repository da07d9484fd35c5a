"""Find out whether a file can be trained on."""

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File, FileStatus
from apps.datasets.selectors import get_file, live_files
from apps.datasets.validation.normal import normal_lines
from apps.datasets.validation.report import Report
from apps.datasets.validation.validate import validate
from kernel.errors import NotFound


def validate_file(tenant_id: str, file_id: str) -> None:
    """Read the file, write its plain form and keep the report. Again, or once deleted: nothing."""
    try:
        file = get_file(tenant_id, file_id)
        if file.status != FileStatus.UPLOADED:
            return
        report = _validate(file)
    except (NotFound, FileNotFoundError):
        if _is_live(tenant_id, file_id):  # the row promises bytes that are not there: a bug, not a deletion
            raise
        return
    if not _keep(tenant_id, file_id, report) and not _is_live(tenant_id, file_id):
        store.delete(file.training_key)  # deleted while we read it


def _validate(file: File) -> Report:
    with store.open(file.object_key) as content:
        report = validate(content)
        if report.is_valid:
            content.seek(0)
            store.save(file.training_key, normal_lines(content))
    return report


@tenant_transaction
def _is_live(tenant_id: str, file_id: str) -> bool:
    return live_files(tenant_id).filter(id=file_id).exists()


@tenant_transaction
def _keep(tenant_id: str, file_id: str, report: Report) -> bool:
    body = report.to_json()
    waiting = live_files(tenant_id).filter(id=file_id, status=FileStatus.UPLOADED)
    return bool(
        waiting.update(
            status=FileStatus.PROCESSED if report.is_valid else FileStatus.ERROR,
            status_details=None if report.is_valid else body["errors"][0]["message"],
            format=body.pop("format"),
            rows=body.pop("rows"),
            report=body,
        )
    )
