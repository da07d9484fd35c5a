"""Ports and answers on loopback."""

import http.client
import socket
from urllib.parse import urlsplit

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def first_free(port: int) -> int:
    """`port`, or the next one that is free."""
    return next(candidate for candidate in range(port, 65536) if is_free(candidate))


def answers(url: str, timeout_seconds: float = 2.0) -> bool:
    """True when GET answers 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=timeout_seconds)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def ask(method: str, url: str, *, token: str, timeout_seconds: float = 5.0) -> tuple[int, bytes]:
    """Status and body of a call without a body, with the token.

    Raises:
        OSError, http.client.HTTPException: no whole answer came in time.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=timeout_seconds)
    try:
        connection.request(method, parts.path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
