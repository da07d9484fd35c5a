"""The one base of expected failures, and those that every process knows."""

from typing import Any, ClassVar


class FineryError(Exception):
    """Expected failure: shown to the caller in OpenAI's error shape, never paged on.

    `code` and `type` are part of the public API. `param` names the field at fault. In a training job a
    FineryError is the customer's to fix; anything else is ours.
    """

    code: ClassVar[str | None] = None
    type: ClassVar[str] = "invalid_request_error"
    http_status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False  # False sends `x-should-retry: false` on a status that SDKs retry

    def __init__(self, message: str, *, param: str | None = None, **context: Any) -> None:
        super().__init__(message)
        self.message, self.param, self.context = message, param, context

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.param, self.context)

    def body(self) -> dict[str, dict[str, str | None]]:
        """The answer's JSON: {"error": {"message", "type", "param", "code"}}."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


def _rebuild(cls: type[FineryError], message: str, param: str | None, context: dict[str, Any]) -> FineryError:
    return cls(message, param=param, **context)


class InvalidRequest(FineryError):
    """A field is missing, unknown or out of bounds."""


class InvalidApiKey(FineryError):
    code = "invalid_api_key"
    http_status = 401


class PermissionDenied(FineryError):
    code = "insufficient_permissions"
    http_status = 403


class NotFound(FineryError):
    """Missing and another tenant's answer the same, byte for byte."""

    http_status = 404


class ModelNotFound(NotFound):
    code = "model_not_found"


class Conflict(FineryError):
    """The state does not allow it. 400, since OpenAI's SDKs retry every 409."""


class PayloadTooLarge(FineryError):
    code = "payload_too_large"
    http_status = 413


class ContextLengthExceeded(FineryError):
    code = "context_length_exceeded"


class InsufficientQuota(FineryError):
    """The balance does not cover the most that the call can cost. Waiting does not help."""

    code = "insufficient_quota"
    type = "insufficient_quota"
    http_status = 429


class RateLimited(FineryError):
    code = "rate_limit_exceeded"
    type = "requests"
    http_status = 429
    retryable = True


class Unavailable(FineryError):
    """A part of ours is starting or down. The same call may succeed later; it cost nothing."""

    code = "service_unavailable"
    type = "server_error"
    http_status = 503
    retryable = True


class EngineFailed(FineryError):
    """The engine died or answered nonsense; the call cost nothing beyond what was sent."""

    code = "engine_error"
    type = "server_error"
    http_status = 502
    retryable = True


class BadTrainingData(FineryError):
    """A training or validation file cannot be trained on. `context` has the `line` (1-based), if any."""

    code = "invalid_training_file"


class TooFewExamples(BadTrainingData):
    code = "invalid_n_examples"


class TrainingDiverged(FineryError):
    """The numbers of a run left all bounds. `context` has the `step`."""

    code = "training_diverged"
