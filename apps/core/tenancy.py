"""The second wall: which rows the database itself shows, per transaction.

Every connection logs in with the role finery_app, to which row-level security shows the rows of `app.tenant`
only, and nothing when that is not set. Both settings are local to a transaction (SET LOCAL).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class _Scope(NamedTuple):
    role: str
    tenant_id: str


_NONE = _Scope("finery_app", "")
_SYSTEM = _Scope("finery_system", "")


class TenantScopeMixed(RuntimeError):
    """A service of one tenant called a service of another within its transaction."""


@contextmanager
def tenant_scope(tenant_id: str) -> Iterator[None]:
    """A transaction that sees and writes one tenant's rows.

    Raises:
        TenantScopeMixed: another tenant's scope is already open.
    """
    if not tenant_id:
        raise ValueError("tenant_id is empty")
    current = _current()
    if current.tenant_id not in ("", tenant_id):
        raise TenantScopeMixed(f"scope of {current.tenant_id} is open")
    with _scope(_Scope("finery_app", tenant_id)):
        yield


@contextmanager
def system_scope() -> Iterator[None]:
    """A transaction across tenants, for the platform's own work: authentication, claims, sweepers, ingest.

    tests/architecture lists who may use it.
    """
    with _scope(_SYSTEM):
        yield


@contextmanager
def _scope(wanted: _Scope) -> Iterator[None]:
    nested = connection.in_atomic_block
    before = _current()
    with transaction.atomic():
        if before == wanted:
            yield
            return
        _apply(wanted)
        try:
            yield
        except BaseException:
            _remember(before)  # the rollback restores the database's side
            raise
        if nested:
            _apply(before)
        else:
            _remember(before)  # SET LOCAL ends with this transaction, after its deferred constraints


def _current() -> _Scope:
    if not connection.in_atomic_block:
        return _NONE
    return getattr(connection, "finery_scope", _NONE)


def _apply(scope: _Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true), set_config('app.tenant', %s, true)", scope)
    _remember(scope)


def _remember(scope: _Scope) -> None:
    connection.finery_scope = scope  # type: ignore[attr-defined]


def tenant_transaction(
    function: Callable[Concatenate[str, P], R],
) -> Callable[Concatenate[str, P], R]:
    """Run a service or selector, whose first argument is the tenant's id, in a transaction of that tenant."""

    @wraps(function)
    def scoped(tenant_id: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with tenant_scope(tenant_id):
            return function(tenant_id, *args, **kwargs)

    return scoped
