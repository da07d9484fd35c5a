"""Which functions of the apps a route's probes run: a mutant needs to be tried on those routes only."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from tests.isolation.mutants import APPS

Function = tuple[str, str]  # file below the project's root, qualified name


class Coverage:
    """Route names by function."""

    def __init__(self) -> None:
        self._routes: dict[Function, set[str]] = defaultdict(set)

    @contextmanager
    def of(self, route: str) -> Iterator[None]:
        """Note every function that runs inside."""
        seen: set[CodeType] = set()

        def note(frame: FrameType, event: str, argument: Any) -> None:
            if event == "call":
                seen.add(frame.f_code)

        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(None)
            for code in seen:
                if code.co_filename.startswith(str(APPS)):
                    name = code.co_filename.removeprefix(f"{APPS.parent}/"), code.co_qualname
                    self._routes[name].add(route)

    def routes(self, file: str, function: str) -> set[str]:
        """Names of routes that run the function, its comprehensions and lambdas included."""
        return set().union(
            *(
                found
                for (path, name), found in self._routes.items()
                if path == file and (name == function or name.startswith(f"{function}.<locals>"))
            )
        )
