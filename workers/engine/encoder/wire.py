"""Bodies of the encoder engine's calls, and their limits."""

from typing import Literal, TypeVar

import msgspec
from starlette.requests import Request

from kernel.errors import InvalidRequest, PayloadTooLarge

Body = TypeVar("Body")

_LABELS_PER_CALL = 2048


class ClassifyBody(msgspec.Struct, kw_only=True):
    model: str
    input: list[str]
    labels: list[str] | None = None


class EmbeddingsBody(msgspec.Struct, kw_only=True):
    model: str
    input: str | list[str | int | list[int]]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None


class TokensBody(msgspec.Struct, kw_only=True):
    input: list[str]


async def read_body(request: Request, kind: type[Body], *, max_bytes: int) -> Body:
    """Read a JSON body of `kind`; unknown fields are the gateway's to judge and ignored.

    Raises:
        PayloadTooLarge: more than `max_bytes`.
        InvalidRequest: not JSON, or not of that shape.
    """
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > max_bytes:
            raise PayloadTooLarge(f"The body has more than {max_bytes} bytes.")
    try:
        return msgspec.json.decode(bytes(data), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"The body is not valid: {error}") from error


def check_labels(labels: list[str]) -> None:
    """Refuse labels that cannot be told apart.

    Raises:
        InvalidRequest: fewer than 2, too many, empty or repeated ones.
    """
    if not 2 <= len(labels) <= _LABELS_PER_CALL:
        raise InvalidRequest(f"Give 2 to {_LABELS_PER_CALL} labels.", param="labels")
    if len(set(labels)) != len(labels) or not all(label.strip() for label in labels):
        raise InvalidRequest("Labels must be different and not empty.", param="labels")


def embedding_rows(value: str | list[str | int | list[int]]) -> tuple[list[str], list[list[int]]]:
    """OpenAI's four forms of `input` as texts or as token ids; one of the two lists is empty.

    Raises:
        InvalidRequest: forms are mixed, or there is no row.
    """
    rows = [value] if isinstance(value, str) else value
    texts = [row for row in rows if isinstance(row, str)]
    token_rows = [row for row in rows if isinstance(row, list)]
    if rows and len(texts) == len(rows):
        return texts, []
    if rows and len(token_rows) == len(rows):
        return [], token_rows
    ids = [row for row in rows if isinstance(row, int)]
    if rows and len(ids) == len(rows):
        return [], [ids]
    raise InvalidRequest("Give a string, token ids, or a list of only one of them.", param="input")
