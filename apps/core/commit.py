"""What happens once a transaction is committed."""

from collections.abc import Callable
from typing import ParamSpec

from django.db import transaction

P = ParamSpec("P")


def after_commit(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call `function` after the commit. A failure is logged and swallowed: what was written stands, and a
    sweeper or the reconciler repeats what was not said."""

    def run() -> None:
        function(*args, **kwargs)

    transaction.on_commit(run, robust=True)
