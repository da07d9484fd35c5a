import http.server
import json
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.supervisor import lock
from workers.supervisor.settings import ROOT, State, SupervisorSettings, load_secrets


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(folder=tmp_path / "var")
    made.prepare()
    return made


@pytest.fixture
def healthy_url() -> Iterator[str]:
    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def up(state: State, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workers.supervisor", "up", "--state", str(state.folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


def test_second_up_of_a_healthy_platform_is_harmless(state: State, healthy_url: str):
    with lock.take(state):  # type: ignore[union-attr]
        state.announcement.write_text(json.dumps({"pid": 1, "url": healthy_url}))
        ended = up(state)

    assert (ended.returncode, f"already up at {healthy_url}" in ended.stdout) == (0, True)


def test_second_up_of_a_platform_that_does_not_answer_fails(state: State):
    with lock.take(state):  # type: ignore[union-attr]
        ended = up(state)

    assert (ended.returncode, "starting or stopping" in ended.stdout) == (1, True)


def test_taken_port_is_said(state: State):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = up(state, "--port", port)

    assert (ended.returncode, f"port {port} is taken" in ended.stdout) == (1, True)


def test_secrets_are_private_and_kept(state: State):
    first = load_secrets(state)

    assert load_secrets(state) == first
    assert len(set(first.values())) == 4
    assert stat.S_IMODE((state.folder / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.folder.stat().st_mode) == 0o700


def test_half_given_own_stores_are_refused():
    with pytest.raises(ValueError, match="set all of"):
        _ = SupervisorSettings(
            database_url="postgresql://x", owner_database_url="", redis_url=""
        ).has_own_stores
