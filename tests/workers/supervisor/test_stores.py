import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from workers.supervisor import stores


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[stores.Stores]:
    started = stores.start(folder, durable=False)
    yield started
    started.stop()


def test_web_login_owns_nothing_and_cannot_pass_row_level_security(running: stores.Stores):
    with psycopg2.connect(running.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("finery_web",)
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles"
            " WHERE rolname LIKE 'finery%' ORDER BY rolname"
        )
        assert cursor.fetchall() == [
            ("finery_app", False, False, True),
            ("finery_owner", False, False, True),
            ("finery_system", False, False, True),
            ("finery_web", False, False, False),
        ]
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'finery'")
        assert cursor.fetchone() == ("finery_owner",)
        for role in ("finery_app", "finery_system"):
            cursor.execute(f"SET ROLE {role}")
    connection.close()


def test_owner_makes_tables_and_web_may_not(running: stores.Stores):
    with psycopg2.connect(running.owner_database_url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE probe (id int); DROP TABLE probe; SET ROLE finery_app")
    connection.close()
    connection = psycopg2.connect(running.database_url)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE probe (id int)")
    connection.close()


def test_valkey_answers_and_never_evicts(running: stores.Stores):
    client = redis.Redis.from_url(running.redis_url)
    assert client.ping()
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()


def test_start_twice_finds_the_running_ones(folder: Path, running: stores.Stores):
    again = stores.start(folder, durable=False)

    assert (again.postgres, again.valkey) == (running.postgres, running.valkey)
    assert again.database_url == running.database_url


def test_stop_leaves_no_process_and_data_survive(tmp_path: Path):
    started = stores.start(tmp_path)
    redis.Redis.from_url(started.redis_url).set("kept", "1")
    started.stop()

    assert not started.are_alive()
    assert str(tmp_path) not in _command_lines()
    started.stop()  # harmless

    again = stores.start(tmp_path)
    assert redis.Redis.from_url(again.redis_url).get("kept") == b"1"
    again.stop()


def test_long_path_gets_a_short_socket_folder(tmp_path: Path):
    folder = tmp_path / ("long" * 30)
    started = stores.start(folder, durable=False)
    try:
        assert redis.Redis.from_url(started.redis_url).ping()
        assert len(started.redis_url) < 107
    finally:
        started.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="the ways round root")
@pytest.mark.parametrize("position", [1, 2])
def test_root_without_user_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, position: int):
    from workers.supervisor import roots

    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(0o755)  # plain nobody must reach it
    modes = roots._modes
    monkeypatch.setattr(roots, "_modes", lambda folder: iter([list(modes(folder))[position]]))
    started = stores.start(tmp_path / "stores", durable=False)
    try:
        with psycopg2.connect(started.database_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()
        assert (tmp_path / "stores" / "postgres").stat().st_uid == 65534
    finally:
        started.stop()


def _command_lines() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
