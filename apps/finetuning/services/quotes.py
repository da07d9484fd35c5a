"""The price of a job before it starts. A quote is a cap."""

from dataclasses import dataclass

from apps.catalog.selectors import current_price, get_base, token_counter
from apps.datasets.services import TrainableFile, count_file_tokens, require_known_labels, require_trainable
from apps.finetuning.selectors import estimate_seconds
from apps.finetuning.services.job_warnings import known_before
from apps.finetuning.services.requests import JobRequest, Resolved, resolve
from kernel.contracts import JobWarning
from kernel.errors import BadTrainingData
from kernel.money import Price, training_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    tokens: int  # of one epoch
    trained_tokens: int
    amount_micro_usd: int
    estimated_seconds: int
    price: Price
    resolved: Resolved
    warnings: tuple[JobWarning, ...]


def quote_job(tenant_id: str, request: JobRequest, *, project_id: str) -> Quote:
    """Check that a job can run and say the most it can cost. It may count tokens, so it holds no lock.

    Raises:
        ModelNotFound, InvalidRequest: as `resolve`.
        NotFound, BadTrainingData, TooFewExamples: a file is missing or cannot be trained on.
        FileNotReady: a file is still being validated.
    """
    resolved = resolve(request)
    training, validation = _require_files(tenant_id, request, project_id)
    counted = count_file_tokens(tenant_id, request.training_file, token_counter(request.model))
    if counted.longest_row_tokens > resolved.max_length:
        raise BadTrainingData(
            f"The job failed due to an invalid training file. Line {counted.longest_row_line} has "
            f"{counted.longest_row_tokens} tokens; {request.model} trains on at most {resolved.max_length}. "
            "Nothing is cut silently: shorten or remove the line.",
            param="training_file",
            line=counted.longest_row_line,
        )
    trained = counted.tokens * resolved.n_epochs
    price = current_price(request.model)
    return Quote(
        tokens=counted.tokens,
        trained_tokens=trained,
        amount_micro_usd=training_cost(price, trained),
        estimated_seconds=estimate_seconds(request.model, get_base(request.model).parameters, trained),
        price=price,
        resolved=resolved,
        warnings=known_before(request.model, training, validation),
    )


def _require_files(
    tenant_id: str, request: JobRequest, project_id: str
) -> tuple[TrainableFile, TrainableFile | None]:
    training = require_trainable(
        tenant_id, request.training_file, method=request.method, param="training_file", project_id=project_id
    )
    if not request.validation_file:
        return training, None
    validation = require_trainable(
        tenant_id,
        request.validation_file,
        method=request.method,
        param="validation_file",
        project_id=project_id,
    )
    if request.method == "classification":
        require_known_labels(training, validation)
    return training, validation
