"""What a job may train on."""

from dataclasses import dataclass
from typing import Any

from apps.datasets.errors import FileNotReady
from apps.datasets.models import File, FileStatus, Purpose
from apps.datasets.selectors import get_file
from kernel.contracts import Method
from kernel.errors import BadTrainingData, InvalidRequest, TooFewExamples
from kernel.rows import RowFormat

MIN_EXAMPLES = 10
FORMATS: dict[Method, RowFormat] = {
    "supervised": RowFormat.CHAT,
    "classification": RowFormat.CLASSIFICATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainableFile:
    """A validated file that fits a method. `labels` of a classification file, by name."""

    file: File
    rows: int
    labels: tuple[str, ...]


def require_trainable(
    tenant_id: str, file_id: str, *, method: Method, param: str, project_id: str | None = None
) -> TrainableFile:
    """A file that a job of this method can train on. `param` is training_file or validation_file.

    Raises:
        NotFound: there is no such file.
        InvalidRequest: its purpose is another one.
        FileNotReady: it is not validated yet.
        BadTrainingData: it has errors (`context["line"]` says where), or is in another method's format.
        TooFewExamples: a training file with fewer than 10 examples.
    """
    file = get_file(tenant_id, file_id, project_id=project_id, param=param)
    if file.purpose != Purpose.FINE_TUNE:
        raise InvalidRequest(
            f"File {file.id} has the purpose '{file.purpose}', but must have 'fine-tune'.", param=param
        )
    if file.status == FileStatus.UPLOADED:
        raise FileNotReady(f"File {file.id} is still being validated.", param=param)
    _require_valid(file, param)
    _require_format(file, method, param)
    rows = file.rows or 0
    if param == "training_file" and rows < MIN_EXAMPLES:
        raise TooFewExamples(
            f"Training file has {rows} example(s), but must have at least {MIN_EXAMPLES} examples",
            param=param,
        )
    return TrainableFile(
        file=file, rows=rows, labels=tuple(sorted(item["label"] for item in file.report.get("labels", [])))
    )


def require_known_labels(training: TrainableFile, validation: TrainableFile) -> None:
    """Raises BadTrainingData when the validation file has labels that are never learned."""
    unknown = sorted(set(validation.labels) - set(training.labels))
    if unknown:
        shown = ", ".join(repr(label) for label in unknown[:5])
        raise BadTrainingData(
            f"{_failed('validation_file')} Its labels {shown} are not in the training file.",
            param="validation_file",
        )


def _require_valid(file: File, param: str) -> None:
    if file.status == FileStatus.ERROR:
        errors: list[dict[str, Any]] = file.report.get("errors", [])
        line = errors[0]["line"] if errors else None
        raise BadTrainingData(
            f"{_failed(param)} Invalid file format. {file.status_details}", param=param, line=line
        )


def _require_format(file: File, method: Method, param: str) -> None:
    if file.format == FORMATS[method]:
        return
    said = f"{_failed(param)} Input file {file.id} is in the fine-tune-{file.format} format, "
    fitting = next((name for name, form in FORMATS.items() if form == file.format), None)
    if fitting is None:
        known = "; ".join(f"'{name}' takes {form}" for name, form in FORMATS.items())
        raise BadTrainingData(f"{said}which no training method here takes yet: {known}.", param=param)
    raise BadTrainingData(
        f"{said}but the specified fine-tuning job is not using '{fitting}' as the training method "
        f"(provided method={method}).",
        param=param,
    )


def _failed(param: str) -> str:
    return f"The job failed due to an invalid {param.replace('_', ' ')}."
