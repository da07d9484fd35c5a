"""Who acts and from where, for the audit log. Set at the door, read by whoever writes an audit row.

This says who did something, never what they may see: tenants are arguments.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["session", "api_key", "staff", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`system` is the platform itself: tasks, sweepers, the operator's commands."""

    kind: ActorKind = "system"
    user_id: str = ""
    email: str = ""
    key_id: str = ""
    service_account_id: str = ""
    staff_email: str = ""  # who looks on, when a member of staff acts as somebody
    ip_address: str = ""
    user_agent: str = ""
    request_id: str = ""


_SYSTEM = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=_SYSTEM)


def current() -> Actor:
    return _actor.get()


@contextmanager
def request_from(*, ip_address: str, user_agent: str, request_id: str) -> Iterator[None]:
    """For the length of a request: where it came from. `identify` says by whom."""
    token = _actor.set(Actor(ip_address=ip_address, user_agent=user_agent[:200], request_id=request_id))
    try:
        yield
    finally:
        _actor.reset(token)


def identify(
    kind: ActorKind,
    *,
    user_id: str = "",
    email: str = "",
    key_id: str = "",
    service_account_id: str = "",
    staff_email: str = "",
) -> None:
    """Say who the request is by."""
    _actor.set(
        replace(
            _actor.get(),
            kind=kind,
            user_id=user_id,
            email=email,
            key_id=key_id,
            service_account_id=service_account_id,
            staff_email=staff_email,
        )
    )
