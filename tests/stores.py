"""Pytest plugin (`-p tests.stores`): real PostgreSQL and Valkey for the whole run, and the test environment.

With FINERY_DATABASE_URL already set (another process started the stores, or a server of your own), nothing
is started. The stores die with this process, killed or not.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.supervisor import stores

_PREFIX = "finery-tests-"
_running: stores.Stores | None = None
_folder: Path | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a wrapper, to come before pytest-django reads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    _start()
    return (yield)


def pytest_unconfigure() -> None:
    global _running, _folder
    if _running is not None:
        _running.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
    _running = _folder = None


def _start() -> None:
    global _running, _folder
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads on shared cores are many times slower
    if os.environ.get("FINERY_DATABASE_URL"):
        return
    _remove_leftovers()
    _folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    _running = stores.start(_folder / "stores", durable=False)
    os.environ.update(_environment(_folder, _running))


def _environment(folder: Path, running: stores.Stores) -> dict[str, str]:
    folders = {f"FINERY_{name}": folder / name.lower() for name in ("OBJECTS", "MAIL_DIR", "STATE_DIR")}
    for path in folders.values():
        path.mkdir()
    return {
        "FINERY_DATABASE_URL": running.owner_database_url,  # tests log in as the owner and SET ROLE
        "FINERY_OWNER_DATABASE_URL": running.owner_database_url,
        "FINERY_REDIS_URL": running.redis_url,
        "FINERY_SECRET_KEY": "test-secret-key-" + "0" * 48,
        "FINERY_KEY_PEPPER": "test-key-pepper",
        "FINERY_PUBLIC_URL": "http://testserver",
        "FINERY_INTERNAL_URL": "http://testserver",
        "FINERY_RUNNER_TOKEN": "test-runner-token",
        "FINERY_ENGINE_TOKEN": "test-engine-token",
        **{name: str(path) for name, path in folders.items()},
    }


def _remove_leftovers() -> None:
    """Folders of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)
