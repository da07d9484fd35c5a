"""What the dashboard waits for when two versions of a dataset have a million rows each.

One organization with two versions of chat rows of about 300 bytes (95 % equal, 5 % changed) and a file of
as many labelled rows stands beside ten with 50,000 rows each. All come in by the services that customers use,
the doctor's process included, in the stores that `make up` starts; calls go through the views, as the
application's role, with row-level security on. Of each call: seconds until the answer, the first time and
again; CPU of our process, of PostgreSQL and of the doctor; the longest transaction. What takes over a second
is explained. The last line is a summary.

    python -m tests.bench.large_datasets [ROWS]      a million by default; a quarter of an hour
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode

import psycopg2

from tests.bench.clock import Clock
from tests.bench.stage import tell
from tests.process_usage import forget_peak, peak_bytes
from workers.supervisor import stores

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from tests.factories.tenants import Owner

OTHERS, OTHERS_ROWS = 10, 50_000
RARE_WORD, RARE_LABEL = "Quetzalcoatl", "returned_parcel"
Bell = tuple[str, dict[str, str]]
_ROOT = Path(__file__).resolve().parents[2]
_CHANGED_EVERY = 20
_RARE_FROM = 0.97  # of the file
_LINES_OF_A_CHUNK = 2_000
_WORDS = 5_000
_LABELS = ("refund", "delivery", "发票", "地址")


def chat_rows(rows: int, *, version: int = 1) -> Iterator[bytes]:
    """JSON Lines, English and Chinese; of the second version every 20th row is another."""
    words = _words()
    for number in range(rows):
        is_other = version > 1 and number % _CHANGED_EVERY == 0
        name = RARE_WORD if number == int(rows * _RARE_FROM) else f"A-{number}"
        question, answer = _sentence(words, number, 20), _sentence(words, -number, 12)
        end = " We are sorry." if is_other else ""
        messages = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": f"{name}: {answer}.{end}"},
        ]
        yield json.dumps({"messages": messages}, ensure_ascii=False).encode() + b"\n"


def labelled_rows(rows: int) -> Iterator[bytes]:
    """JSON Lines; one label is that of three rows near the end."""
    words = _words()
    rare = range(int(rows * _RARE_FROM), int(rows * _RARE_FROM) + 3)
    for number in range(rows):
        label = RARE_LABEL if number in rare else _LABELS[number % len(_LABELS)]
        row = {"text": f"{_sentence(words, number, 10)} {number}", "label": label}
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _words() -> list[list[str]]:
    """Words of two languages that nobody knows; the same every time."""
    chance = random.Random(7)
    letters = ("abcdefghiklmnoprstuvw", "".join(map(chr, range(0x4E00, 0x4E00 + 2_000))))
    return [
        ["".join(chance.choices(each, k=6 - 4 * n)) for _ in range(_WORDS)] for n, each in enumerate(letters)
    ]


def _sentence(words: list[list[str]], number: int, count: int) -> str:
    """Of even numbers English, of odd ones Chinese."""
    language = number % 2
    chosen = random.Random(number).choices(words[language], k=count * (1 + language))
    return ("" if language else " ").join(chosen)


@dataclass(slots=True)
class World:
    """What is asked about. `files`: the two versions, then the labelled rows."""

    owner: "Owner"
    api: "APIClient"
    rows: int
    dataset_id: str
    files: list[str]
    bells: list[Bell]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.api.get(f"{path}?{urlencode(query)}")
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
        found: dict[str, Any] = answer.json()
        return found

    def work(self) -> None:
        """Do what was rung for, as the tasks' process does."""
        from celery import current_app

        while self.bells:
            name, kwargs = self.bells.pop(0)
            current_app.tasks[name](**kwargs)


def build(rows: int, clock: Clock) -> World:
    """Upload and read everything."""
    from celery import current_app

    from apps.datasets import tasks
    from tests.factories.tenants import make_owner, with_key

    assert tasks
    owner = make_owner()
    bells: list[Bell] = []
    patch.object(current_app, "send_task", partial(_ring, bells)).start()
    world = World(owner, with_key(owner.key), rows, "", [], bells)
    with tempfile.TemporaryDirectory(prefix="finery-bench-") as folder, _read_once(Path(folder)):
        for number in range(OTHERS):
            other = make_owner()
            upload(other, chat_rows(OTHERS_ROWS))
            clock.once(f"other {number + 1}: {OTHERS_ROWS} rows read", world.work)
    first = upload(owner, chat_rows(rows))
    world.dataset_id = first.dataset_id or ""
    clock.once("version 1 read", world.work)
    second = upload(owner, chat_rows(rows, version=2), dataset_id=world.dataset_id)
    clock.once("version 2 read", world.work)
    labelled = upload(owner, labelled_rows(rows))
    clock.once("labelled rows read", world.work)
    world.files = [first.id, second.id, labelled.id]
    return world


def _ring(bells: list[Bell], name: str, kwargs: dict[str, str] | None = None, **_: Any) -> None:
    bells.append((str(name), kwargs or {}))


@contextmanager
def _read_once(folder: Path) -> Iterator[None]:
    """Within, the doctor reads one file, and every other one is taken to be equal."""
    from apps.datasets.services import doctor

    run = doctor.run

    def remembered(task_file: Path, work: Path, *rest: Any) -> None:
        if not list(folder.iterdir()):
            run(task_file, work, *rest)
            shutil.copytree(work, folder, dirs_exist_ok=True)
        shutil.copytree(folder, work, dirs_exist_ok=True)

    with patch.object(doctor, "run", remembered):
        yield


def upload(owner: "Owner", lines: Iterator[bytes], *, dataset_id: str | None = None) -> Any:
    from apps.datasets.services import upload_file

    chunks = iter(lambda: b"".join(islice(lines, _LINES_OF_A_CHUNK)), b"")
    return upload_file(
        owner.tenant_id,
        project_id=owner.project.id,
        filename="train.jsonl",
        purpose="fine-tune",
        chunks=chunks,
        dataset_id=dataset_id,
    )


def look(world: World, clock: Clock) -> None:
    """What is only read."""
    rows, path = world.rows, f"/v1/files/{world.files[0]}/rows"
    labelled = f"/v1/files/{world.files[2]}/rows"
    clock.page("rows, first page", lambda: world.get(path))
    clock.page("rows, middle page", lambda: world.get(path, after=rows // 2))
    last = clock.page("rows, last page", lambda: world.get(path, after=rows - 51))
    clock.page("rows, line= in the middle", lambda: world.get(path, line=rows // 2))
    clock.page("rows, line= near the end", lambda: world.get(path, line=rows - 40))
    clock.page("rows by a common label", lambda: world.get(labelled, label="发票"))
    clock.page("rows by a rare label, one answer", lambda: world.get(labelled, label=RARE_LABEL))
    clock.page("rows by a rare label, to the end", lambda: _through(world, labelled, label=RARE_LABEL))
    clock.page("search, a rare word, one answer", lambda: world.get(path, search=RARE_WORD.lower()))
    clock.page("search, a rare word, to the end", lambda: _through(world, path, search=RARE_WORD.lower()))
    clock.page("search, no such word, to the end", lambda: _through(world, path, search="退货政策"))
    clock.page("search, a number, to the end", lambda: _through(world, path, search=f"{rows}99"))
    row_hash = last["data"][-1]["hash"]
    clock.page("a row's lineage", lambda: world.get(f"/v1/rows/{row_hash}/lineage"))
    clock.page("a file's lineage", lambda: world.get(f"/v1/files/{world.files[0]}/lineage"))


def _through(world: World, path: str, **query: str) -> int:
    """Page after page to the end; how many answers that took."""
    after, answers = -1, 0
    while True:
        page = world.get(path, after=after, **query)
        answers += 1
        if not page["has_more"]:
            return answers
        after = page["last_number"]


def compare(world: World, clock: Clock) -> None:
    """The two versions with each other."""
    old, new, _ = world.files
    path, sides = f"/v1/datasets/{world.dataset_id}/diff", {"from": old, "to": new}
    first = clock.page("diff, first page", lambda: world.get(path, **sides))
    last = first["added"] + first["removed"] - 51
    clock.page("diff, last page", lambda: world.get(path, **sides, after=last))
    tell(f"     {first['added']} added, {first['removed']} removed, {first['kept']} kept")
    overlap = f"/v1/files/{new}/overlap"
    world.get(overlap, **{"with": old})
    clock.once("overlap, the task", world.work)
    clock.page("overlap, kept", lambda: world.get(overlap, **{"with": old}))


def make(world: World, clock: Clock) -> None:
    """Versions made of a version, up to ready."""
    parts = [{"name": "train", "percent": 90}, {"name": "validation", "percent": 10}]
    file_id = world.files[1]
    operations: dict[str, dict[str, Any]] = {
        "split": {"file_id": file_id, "parts": parts, "seed": 7, "is_stratified": False},
        "filter": {"file_id": file_id, "where": {"contains": "sorry"}},
    }
    for kind, operation in operations.items():
        _make(world, clock, {"type": kind, **operation})


def _make(world: World, clock: Clock, operation: dict[str, Any]) -> None:
    path = f"/v1/datasets/{world.dataset_id}/versions"
    kind = operation["type"]
    answer = clock.once(
        f"{kind}, promised", lambda: world.api.post(path, {"operation": operation}, format="json")
    )
    if answer.status_code != 200:
        raise RuntimeError(answer.content)
    clock.once(f"{kind}, made and read", world.work)
    clock.page(f"{kind}, versions listed", lambda: world.get(path))


def export(world: World, clock: Clock) -> None:
    """Streamed: seconds to the first piece and to the last, and the memory on the way."""
    for form in ("csv", "jsonl"):
        path = f"/v1/files/{world.files[0]}/export?format={form}"
        before = forget_peak()
        pieces = clock.once(f"export {form}, first piece", partial(_opened, world, path))
        size = clock.once(f"export {form}, the rest", partial(_total, pieces))
        tell(
            f"     {size / 1e6:.0f} MB; our memory grew by {(peak_bytes(os.getpid()) - before) / 1e6:.0f} MB"
        )


def _opened(world: World, path: str) -> Iterator[bytes]:
    answer: Any = world.api.get(path)
    pieces: Iterator[bytes] = iter(answer.streaming_content)
    next(pieces)
    return pieces


def _total(pieces: Iterator[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def weigh(clock: Clock) -> None:
    """The table of rows and its indexes."""
    with psycopg2.connect(clock.database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_size(oid), reltuples FROM pg_class "
            "WHERE relname = 'datasets_filerow' OR oid IN "
            "(SELECT indexrelid FROM pg_index WHERE indrelid = 'datasets_filerow'::regclass)"
        )
        for name, size, rows in cursor.fetchall():
            tell(f"{name:<44} {size / 1e6:8.0f} MB of {rows:.0f} rows")


def remove(world: World, clock: Clock) -> None:
    """Delete the dataset with all its versions."""
    path = f"/v1/datasets/{world.dataset_id}"
    answer = clock.once("deletion of the dataset, answered", lambda: world.api.delete(path))
    if answer.status_code != 200:
        raise RuntimeError(answer.content)
    clock.once("deletion of the dataset, done", world.work)


def run(rows: int, clock: Clock) -> None:
    world = build(rows, clock)
    weigh(clock)
    for part in (look, compare, make, export):
        part(world, clock)
    weigh(clock)
    remove(world, clock)
    pages = {name: clock.slowest[name] for name in clock.slowest if "page" in name or "one answer" in name}
    slowest = max(pages, key=lambda name: pages[name])
    deletion = clock.slowest["deletion of the dataset, answered"]
    tell(
        f"large datasets: rows={rows} slowest_page={pages[slowest]:.2f} s ({slowest}) "
        f"deletion_answered={deletion:.2f} s"
    )


def start(folder: Path, running: stores.Stores) -> None:
    """Django on empty, migrated stores, as the application's role."""
    for name in ("OBJECTS", "MAIL_DIR", "STATE_DIR"):
        os.environ[f"FINERY_{name}"] = str(folder / name.lower())
    os.environ.update(
        DJANGO_SETTINGS_MODULE="finery.settings.test",
        FINERY_DATABASE_URL=running.database_url,
        FINERY_REDIS_URL=running.redis_url,
        FINERY_SECRET_KEY="bench-secret-key-" + "0" * 48,
        FINERY_KEY_PEPPER="bench-key-pepper",
        FINERY_PUBLIC_URL="http://testserver",
        FINERY_RUNNER_TOKEN="bench-runner-token",
    )
    owner = {"FINERY_DATABASE_URL": running.owner_database_url, "FINERY_DATABASE_ROLE": "finery_owner"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, check=True, cwd=_ROOT, env={**os.environ, **owner})
    import django

    django.setup()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finery-bench-")))
        running = stores.start(folder / "stores")
        stack.callback(running.stop)
        start(folder, running)
        run(rows, Clock(running.postgres, running.database_url))


if __name__ == "__main__":
    main()
