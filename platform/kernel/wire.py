"""JSON in and out for the contracts, strict about types and versions."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def encode(message: object) -> bytes:
    """JSON with sorted keys, so that equal messages have equal digests."""
    return msgspec.json.encode(message, order="sorted")


def fields_of(message: object) -> dict[str, Any]:
    """A contract's fields as plain data, for a JSON column: without the version, which is the wire's."""
    fields: dict[str, Any] = msgspec.to_builtins(message)
    return {name: value for name, value in fields.items() if name != "version"}


def decode(data: bytes | str, kind: type[T]) -> T:
    """Read a contract from JSON.

    Raises:
        ValueError: not JSON, a field is missing or of another type, or the version is not known here.
    """
    message = msgspec.json.decode(data, type=kind)
    return _known(message, kind)


def convert(data: Any, kind: type[T]) -> T:
    """As `decode`, from parsed JSON."""
    return _known(msgspec.convert(data, type=kind), kind)


def _known(message: T, kind: type[T]) -> T:
    known = getattr(kind, "__dataclass_fields__", {}).get("version")
    if known is not None and isinstance(known.default, int):
        found = getattr(message, "version", None)
        if found != known.default:
            raise ValueError(f"{kind.__name__} version {found} is not known here ({known.default} is)")
    return message
