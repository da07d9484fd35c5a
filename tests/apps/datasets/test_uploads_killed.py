"""A real web process, killed with -9 while it takes parts in, and its memory with a large file."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import openai
import pytest
from django.conf import settings
from django.db import connection

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.models import File
from tests.factories.tenants import make_owner
from tests.process_usage import peak_bytes
from workers.supervisor.ports import free_port

PART = 2 << 20
CONTENT = random.Random(1).randbytes(5 * PART + 1)


class Web:
    """gunicorn as the supervisor starts it, on the tests' own stores."""

    def __init__(self, folder: Path) -> None:
        self.port, self.log, self.scratch = free_port(), folder / "log", folder / "scratch"
        self.scratch.mkdir()
        given = urlsplit(settings.ENV.database_url)
        database = given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        self.environment = {
            **os.environ,
            "FINERY_DATABASE_URL": database,
            "TMPDIR": str(self.scratch),
            "DJANGO_SETTINGS_MODULE": "finery.settings.test",
            "PYTHONPATH": f"{settings.ROOT / 'platform'}:{settings.ROOT}",
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "finery.wsgi:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--threads", "4"]
        command += ["--no-control-socket"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=settings.ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def peak_megabytes(self) -> int:
        """Of the worker."""
        [child] = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return peak_bytes(int(child)) >> 20


@pytest.fixture
def seller(transactional_db):
    return make_owner()


@pytest.fixture
def web(seller, tmp_path) -> Iterator[Web]:
    made = Web(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def client(web, seller) -> openai.OpenAI:
    return openai.OpenAI(
        api_key=seller.key, base_url=f"http://127.0.0.1:{web.port}/v1", max_retries=0, timeout=60
    )


def wait_until_up(client) -> None:
    for _ in range(300):
        try:
            client.files.list()
            return
        except openai.APIConnectionError:
            time.sleep(0.1)
    raise AssertionError("web does not start")


def killed_during(web, client, call, after_seconds) -> None:
    """Make a call, kill web a little later, and start it again. The answer, if any, is lost."""

    def lost():
        with suppress(openai.APIConnectionError):
            call()

    caller = threading.Thread(target=lost)
    caller.start()
    time.sleep(after_seconds)
    web.kill()
    caller.join()
    web.start()
    wait_until_up(client)


def test_killed_web_loses_no_part_that_it_took(web, client, seller):
    wait_until_up(client)
    parts = {number: CONTENT[number * PART : (number + 1) * PART] for number in range(6)}
    upload = client.uploads.create(
        bytes=len(CONTENT), filename="f", mime_type="text/plain", purpose="user_data"
    )

    def send(number):
        form = {"part_number": str(number + 1)}
        return client.uploads.parts.create(upload.id, data=parts[number], extra_body=form)

    def held():
        found = client.get(f"/uploads/{upload.id}", cast_to=dict)["finery"]["parts"]
        return {part["number"] - 1: part for part in found}

    took = set()
    for after_seconds in (0.005, 0.03):
        missing = sorted(parts.keys() - held().keys())
        send(missing[0])
        took.add(missing[0])
        killed_during(web, client, lambda: send(missing[1]), after_seconds)  # noqa: B023
        assert took <= held().keys()
    for number in parts.keys() - held().keys():
        send(number)
    ids = [part["id"] for _, part in sorted(held().items())]
    assert list(web.scratch.iterdir()) == []
    killed_during(web, client, lambda: client.uploads.complete(upload.id, part_ids=ids), 0.02)
    done = client.uploads.complete(upload.id, part_ids=ids, md5=hashlib.md5(CONTENT).hexdigest())

    assert client.files.content(done.file.id).content == CONTENT
    with tenant_scope(seller.tenant_id):
        assert [file.id for file in File.objects.for_tenant(seller.tenant_id)] == [done.file.id]


def test_a_large_file_is_never_whole_in_memory(web, client, seller, tmp_path):
    wait_until_up(client)
    client.files.create(file=("small", b"x"), purpose="user_data")
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(300 << 20)
    before = web.peak_megabytes

    made = client.files.create(file=large, purpose="user_data")

    assert made.bytes == store.find(f"files/{seller.tenant_id}/{made.id}").bytes == 300 << 20
    assert web.peak_megabytes - before < 30
