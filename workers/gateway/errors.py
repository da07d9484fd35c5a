"""The gateway's refusals, in OpenAI's words where OpenAI has them, and how an error becomes an answer."""

from typing import ClassVar

import msgspec

from kernel.errors import (
    ContextLengthExceeded,
    FineryError,
    InsufficientQuota,
    InvalidApiKey,
    InvalidRequest,
    ModelNotFound,
    PermissionDenied,
    RateLimited,
)
from kernel.keys import is_well_formed, redacted

Header = tuple[bytes, bytes]

_RETRIED_BY_SDKS = frozenset({408, 409, 429}) | frozenset(range(500, 600))


class MissingApiKeyError(FineryError):
    """No code: this is what OpenAI answers."""

    http_status: ClassVar[int] = 401


class MismatchedOrganization(InvalidApiKey):
    code = "mismatched_organization"


class MismatchedProject(InvalidApiKey):
    code = "mismatched_project"


class UnsupportedParameter(InvalidRequest):
    code = "unsupported_parameter"


class TokensRateLimited(RateLimited):
    type = "tokens"


class RequestTimedOut(FineryError):
    http_status: ClassVar[int] = 408
    retryable: ClassVar[bool] = True


class HeadersTooLarge(FineryError):
    http_status: ClassVar[int] = 431


class UnexpectedError(FineryError):
    """A bug of ours. Says nothing of what happened; the log does."""

    type: ClassVar[str] = "server_error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = True


class ClientGoneError(Exception):
    """The client closed its connection; there is nobody to answer."""


def missing_api_key() -> MissingApiKeyError:
    return MissingApiKeyError(
        "You didn't provide an API key. You need to provide your API key in an Authorization header using "
        "Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can create an API key in the dashboard."
    )


def incorrect_api_key(key: str) -> InvalidApiKey:
    return InvalidApiKey(
        f"Incorrect API key provided: {_shown(key)}. You can find your API keys in the dashboard."
    )


def admin_key() -> InvalidApiKey:
    return InvalidApiKey(
        "An admin API key cannot call models; it manages projects and people. Use an API key of a project."
    )


def address_not_allowed() -> PermissionDenied:
    return PermissionDenied("Requests with this API key are not allowed from this address.")


def mismatched_organization() -> MismatchedOrganization:
    return MismatchedOrganization("OpenAI-Organization header should match organization for API key")


def mismatched_project() -> MismatchedProject:
    return MismatchedProject("OpenAI-Project header should match project for API key")


def missing_scope(scope: str) -> PermissionDenied:
    return PermissionDenied(
        f"You have insufficient permissions for this operation. Missing scopes: {scope}. "
        "This API key is restricted; check that it has the necessary scopes."
    )


def model_not_allowed(model: str) -> PermissionDenied:
    """Says the same of a model that exists and of one that does not."""
    return PermissionDenied(f"This API key is not allowed to call the model `{model}`.", param="model")


def _shown(key: str) -> str:
    # What was sent may be a secret of another system, so little of it is repeated.
    if is_well_formed(key):
        return redacted(key)
    if len(key) < 16 or not key.isascii() or not key.isprintable():
        return "***"
    return f"{key[:3]}...{key[-3:]}"


def model_not_found(model: str) -> ModelNotFound:
    return ModelNotFound(f"The model `{model}` does not exist or you do not have access to it.")


def context_length_exceeded(context_length: int, max_tokens: int, param: str) -> ContextLengthExceeded:
    return ContextLengthExceeded(
        f"This model's maximum context length is {context_length} tokens. However, you requested "
        f"{max_tokens} tokens in the completion. Please reduce the length of the messages or completion.",
        param=param,
    )


def insufficient_quota() -> InsufficientQuota:
    return InsufficientQuota(
        "You exceeded your current quota, please check your plan and billing details. "
        "The balance must cover the most that this call can cost; a smaller max_tokens lowers it."
    )


def rate_limited(kind: str, limit: int, used: int, retry_after: int, *, of: str = "") -> RateLimited:
    """`kind` is `requests` or `tokens`; the wait is to the end of the minute; `of` says whose limit it is."""
    error = RateLimited if kind == "requests" else TokensRateLimited
    letters = "RPM" if kind == "requests" else "TPM"
    return error(
        f"Rate limit reached{of} on {kind} per min ({letters}): Limit {limit}, Used {used}. "
        f"Please try again in {retry_after}s.",
        retry_after=retry_after,
    )


def error_body(error: FineryError) -> bytes:
    return msgspec.json.encode(error.body())


def error_headers(error: FineryError) -> list[Header]:
    """The error's own; Retry-After where a wait helps, `x-should-retry: false` where a retry is vain."""
    headers: list[Header] = list(error.context.get("headers", ()))
    if not error.retryable and error.http_status in _RETRIED_BY_SDKS:
        headers.append((b"x-should-retry", b"false"))
    retry_after = error.context.get("retry_after")
    if error.retryable and retry_after is not None:
        headers.append((b"retry-after", str(max(1, int(retry_after))).encode()))
    return headers
