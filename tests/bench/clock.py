"""Measures what runs in this process on stores of its own: CPU of each side, transactions, plans."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.bench.stage import tell
from tests.process_usage import children_seconds

_TICKS = os.sysconf("SC_CLK_TCK")
_SAMPLE_SECONDS = 0.05
_SLOW_SECONDS = 1.0
_SHOWN_MILLISECONDS = 100.0


@dataclass(slots=True)
class Clock:
    """Measures calls and prints a line for each."""

    postgres: int  # process id
    database_url: str
    slowest: dict[str, float] = field(default_factory=dict)

    def page(self, name: str, call: Callable[[], Any]) -> Any:
        """A call that a person waits for, twice; explained when PostgreSQL is slow."""
        answer = self.once(name, call)
        started = time.perf_counter()
        call()
        tell(f"{'':>4}again {time.perf_counter() - started:.2f}")
        if self.slowest[name] > _SLOW_SECONDS:
            with _explained():
                call()
        return answer

    def once(self, name: str, call: Callable[[], Any]) -> Any:
        """One call."""
        backends, children = self._backends(), children_seconds()
        with self._longest_transaction() as longest:
            wall, own = time.perf_counter(), time.thread_time()
            answer = call()
            wall, own = time.perf_counter() - wall, time.thread_time() - own
        self.slowest[name] = wall
        tell(
            f"{name:<44} {wall:8.2f} s  ours {own:6.2f}  postgres {self._backends() - backends:6.2f}  "
            f"doctor {children_seconds() - children:6.2f}  transaction {max(longest):6.2f}"
        )
        return answer

    def _backends(self) -> float:
        """CPU seconds of PostgreSQL so far: its processes, and those that ended."""
        pids = Path(f"/proc/{self.postgres}/task/{self.postgres}/children").read_text().split()
        return sum((_ticks(pid, 11, 12) for pid in pids), _ticks(self.postgres, 13, 14)) / _TICKS

    @contextmanager
    def _longest_transaction(self) -> Iterator[list[float]]:
        found, is_over = [0.0], threading.Event()

        def watch() -> None:
            with closing(psycopg2.connect(self.database_url)) as connection:
                connection.autocommit = True
                cursor = connection.cursor()
                while not is_over.wait(_SAMPLE_SECONDS):
                    cursor.execute(
                        "SELECT extract(epoch FROM max(clock_timestamp() - xact_start))::float "
                        "FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
                    )
                    found.append(cursor.fetchone()[0] or 0.0)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield found
        finally:
            is_over.set()
            watcher.join()


def _ticks(pid: int | str, *fields: int) -> int:
    try:
        said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended: its parent has it
        return 0
    return sum(int(said[each]) for each in fields)


@contextmanager
def _explained() -> Iterator[None]:
    """Print the plans of the slow queries within."""
    from django.db import connection

    def explain(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip().startswith("SELECT") and "set_config" not in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
            milliseconds = re.search(r"Execution Time: ([\d.]+)", plan)
            if milliseconds and float(milliseconds[1]) > _SHOWN_MILLISECONDS:
                tell(f"{sql[:300]}\n{plan}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield
