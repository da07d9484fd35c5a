"""The whole platform, started once by its own supervisor and used from outside."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import openai
import pytest

from kernel.s3 import Bucket
from tests.architecture.sources import ROOT
from tests.bucket import allow_pages, new_bucket, s3_endpoint

__all__ = ["s3_endpoint"]

_START_SECONDS = 240
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization as an operator made it."""

    email: str
    password: str
    organization_id: str
    project_id: str
    api_key: str
    client: openai.OpenAI
    admin: openai.OpenAI  # with the organization's admin key


@dataclass(frozen=True, slots=True)
class RunningPlatform:
    base_url: str
    state: Path
    supervisor_pid: int
    bucket: Bucket

    @property
    def mail_dir(self) -> Path:
        return self.state / "mail"

    def new_tenant(self, *, credit_usd: str = "5") -> Tenant:
        number = next(_numbers)
        made = json.loads(
            self.manage(
                "create_tenant",
                "--email",
                f"owner{number}@example.com",
                "--name",
                f"Shop {number}",
                "--credit-usd",
                credit_usd,
            )
        )
        client = openai.OpenAI(
            base_url=f"{self.base_url}/v1", api_key=made["api_key"], max_retries=0, timeout=240
        )
        return Tenant(
            made["email"],
            made["password"],
            made["organization_id"],
            made["project_id"],
            made["api_key"],
            client,
            client.with_options(api_key=made["admin_key"]),
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command as an operator on this machine would. Returns what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FINERY_")}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment["FINERY_ENVIRONMENT_FILE"] = str(self.state / "environment")
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self, *words: str) -> list[int]:
        """Pids of the platform's processes whose command line has all the words."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is_ours(int(entry.name)):
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
                if all(word in command for word in words):
                    found.append(int(entry.name))
        return found

    def with_descendants(self, pids: list[int]) -> set[int]:
        """The processes and everything that they started; vLLM's children hide their environment."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        found = set(pids)
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def _is_ours(self, pid: int) -> bool:
        try:
            return f"FINERY_STATE_DIR={self.state}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, s3_endpoint: str) -> Iterator[RunningPlatform]:
    """Everything that `make up` starts, on a free port, in a scratch folder and with a bucket.

    `make demo` proves the same with objects in a folder.
    """
    state = tmp_path_factory.mktemp("platform")
    port = _free_port()
    base_url = f"http://127.0.0.1:{port}"
    bucket = new_bucket(s3_endpoint)
    allow_pages(bucket, base_url)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FINERY_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {
        "FINERY_S3_BUCKET": bucket.name,
        "FINERY_S3_ENDPOINT": bucket.endpoint,
        "FINERY_S3_ACCESS_KEY_ID": bucket.access_key_id,
        "FINERY_S3_SECRET_ACCESS_KEY": bucket.secret_access_key,
    }
    log = state / "supervisor.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "workers.supervisor", "up", "--port", str(port), "--state", str(state)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(child, state, log)
        yield RunningPlatform(base_url, state, child.pid, bucket)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=120)


def _wait_until_up(child: "subprocess.Popen[bytes]", state: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not (state / "supervisor.json").exists():
        assert child.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def tenant(platform: RunningPlatform) -> Tenant:
    return platform.new_tenant()


@pytest.fixture(scope="session")
def other_tenant(platform: RunningPlatform) -> Tenant:
    return platform.new_tenant()
