"""The price of a job before it starts. A quote is a cap."""

from dataclasses import dataclass

from apps.catalog.selectors import current_price, get_base
from apps.datasets.services import TrainableFile, require_known_labels, require_trainable
from apps.finetuning.selectors import estimate_seconds
from apps.finetuning.services.job_warnings import known_before
from apps.finetuning.services.lengths import FittedRows, fit_rows, warn_of_lengths
from apps.finetuning.services.requests import JobRequest, Resolved, resolve
from kernel.contracts import JobWarning
from kernel.money import Price, training_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    training_rows: FittedRows
    validation_rows: FittedRows | None
    trained_tokens: int
    amount_micro_usd: int
    estimated_seconds: int
    price: Price
    resolved: Resolved
    warnings: tuple[JobWarning, ...]

    @property
    def tokens(self) -> int:
        """Of one epoch."""
        return self.training_rows.tokens


def quote_job(tenant_id: str, request: JobRequest, *, project_id: str) -> Quote:
    """Check that a job can run and say the most it can cost. It may count tokens, so it holds no lock.

    Raises:
        ModelNotFound, InvalidRequest: as `resolve`.
        NotFound, BadTrainingData, TooFewExamples: a file is missing or cannot be trained on.
        FileNotReady: a file is still being validated.
    """
    resolved = resolve(request)
    training, validation = _require_files(tenant_id, request, project_id)
    fitted = fit_rows(training, request.model, resolved, "training_file")
    judged = fit_rows(validation, request.model, resolved, "validation_file") if validation else None
    trained = fitted.tokens * resolved.n_epochs
    price = current_price(request.model)
    return Quote(
        training_rows=fitted,
        validation_rows=judged,
        trained_tokens=trained,
        amount_micro_usd=training_cost(price, trained),
        estimated_seconds=estimate_seconds(request.model, get_base(request.model).parameters, trained),
        price=price,
        resolved=resolved,
        warnings=known_before(request.model, training, validation)
        + warn_of_lengths(resolved, fitted, judged),
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
