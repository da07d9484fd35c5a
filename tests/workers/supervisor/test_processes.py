import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.supervisor.processes import CommandFailedError, Process, Spec, run_to_end

ROOT = Path(__file__).resolve().parents[3]
# A shell that starts one child in its own session, says both process ids, and ignores SIGTERM when told to.
TREE = "setsid sleep 600 & echo $$ $! > pids; wait"
DEAF_TREE = "trap '' TERM; " + TREE


def spec(folder: Path, script: str, *, grace_seconds: float = 5.0) -> Spec:
    return Spec(
        name="shell",
        command=["sh", "-c", script],
        environment=dict(os.environ),
        folder=folder,
        log=folder / "log",
        grace_seconds=grace_seconds,
    )


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def tree(folder: Path) -> list[int]:
    pids = folder / "pids"
    wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    return [int(pid) for pid in pids.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_dead_process_starts_again_after_growing_delays(tmp_path: Path):
    reports: list[str] = []
    process = Process(spec(tmp_path, "echo run >> runs; exit 3"), reports.append)
    runs = tmp_path / "runs"

    started = time.monotonic()
    while not runs.exists() or runs.read_text().count("run") < 3:
        process.tick()
        time.sleep(0.01)

    assert 1.4 < time.monotonic() - started < 10  # 0.5 s, then 1 s
    assert "ended with status 3, starting it again in 0.5 s" in reports[0]
    assert "in 1.0 s" in reports[1]
    process.stop()


@pytest.mark.parametrize("script", [TREE, DEAF_TREE])
def test_stop_ends_descendants_in_other_sessions(tmp_path: Path, script: str):
    process = Process(spec(tmp_path, script, grace_seconds=0.3), print)
    process.tick()
    pids = tree(tmp_path)

    process.stop()

    assert [alive(pid) for pid in pids] == [False, False]
    assert not process.is_running


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path):
    code = (
        "import os, sys, time; from pathlib import Path; from workers.supervisor.processes import leashed\n"
        f"leashed(['sh', '-c', {TREE!r}], Path('log'), folder=Path.cwd()); time.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    supervisor = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment)
    pids = tree(tmp_path)

    supervisor.kill()
    supervisor.wait()

    wait_for(lambda: not any(alive(pid) for pid in pids))


def test_command_dies_with_a_killed_leash(tmp_path: Path):
    process = Process(spec(tmp_path, "echo $$ $$ > pids; exec sleep 600"), print)
    process.tick()
    pid = tree(tmp_path)[0]
    leash = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

    os.kill(leash, signal.SIGKILL)

    wait_for(lambda: not alive(pid))
    process.stop()


def test_failed_command_shows_the_end_of_its_log(tmp_path: Path):
    with pytest.raises(CommandFailedError, match="status 4\nno such table"):
        run_to_end(spec(tmp_path, "echo no such table >&2; exit 4"))


def test_an_alarming_exit_status_is_said_loudly(tmp_path: Path) -> None:
    said: list[str] = []
    command = [sys.executable, "-c", "raise SystemExit(70)"]
    spec = Spec(
        name="it",
        command=command,
        environment=os.environ,
        folder=tmp_path,
        log=tmp_path / "log",
        alarms={70: "answered wrongly"},
    )
    process = Process(spec, said.append)

    process.tick()
    while process.is_running:
        time.sleep(0.01)
    process.tick()

    assert said[0] == "ALARM: it answered wrongly"
    process.stop()
