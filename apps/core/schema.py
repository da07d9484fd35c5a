"""What the published OpenAPI document covers."""

from typing import Any


def public_paths(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Leave the internal API out."""
    return [endpoint for endpoint in endpoints if not endpoint[0].startswith("/internal/")]
