"""Web with few threads, under gunicorn: reads a body as Django does, and has something to download."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

DOWNLOAD_BYTES = 32 * 1024**2


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/download":
        start_response("200 OK", [("Content-Length", str(DOWNLOAD_BYTES))])
        return _pieces()
    size = int(environ.get("CONTENT_LENGTH") or 0)  # without one Django takes a body for empty
    read = sum(len(part) for part in iter(lambda: environ["wsgi.input"].read(min(65536, size)), b"") if size)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"length": %d, "bytes": %d}' % (size, read)]


def _pieces() -> Iterator[bytes]:
    piece = b"x" * 65536
    for _ in range(DOWNLOAD_BYTES // len(piece)):
        yield piece
