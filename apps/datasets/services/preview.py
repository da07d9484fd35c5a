"""What a mapping would make of a file. Nothing is kept."""

from typing import Any

from apps.core.objects import store
from apps.datasets.errors import FileNotReady, TooLargeForPreview
from apps.datasets.models import File
from apps.datasets.selectors import get_file
from apps.datasets.services.doctor import TooLargeToRead, doctor
from kernel.rows import Mapping, PreviewTask

_SECONDS = 10.0


def preview_mapping(
    tenant_id: str, file_id: str, mapping: Mapping, *, project_id: str, rows: int
) -> dict[str, Any]:
    """The first rows of a file in plain form, and what is wrong with them: preview.json of the contracts.

    Raises:
        NotFound: there is no such file.
        FileNotReady: the task that makes it has not yet.
        TooLargeForPreview: its beginning alone takes too long to read.
    """
    file = get_file(tenant_id, file_id, project_id=project_id)
    if file.bytes == 0:
        raise FileNotReady(f"File {file.id} is not made yet.", param="id")
    try:
        return _preview(file, mapping, rows)
    except TooLargeToRead as error:
        raise TooLargeForPreview("The file is too large for a preview.", param="id") from error


def _preview(file: File, mapping: Mapping, rows: int) -> dict[str, Any]:
    with store.local(file.object_key) as source:
        task = PreviewTask(source=str(source), filename=file.filename, mapping=mapping, rows=rows)
        with doctor("preview", task, seconds=_SECONDS) as work:
            return work.answer("preview.json")
