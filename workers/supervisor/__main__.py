"""`python -m workers.supervisor up | down`: the whole platform on one machine."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from workers.supervisor import lock
from workers.supervisor.ports import answers, first_free, is_free
from workers.supervisor.roots import PostgresUnrunnableError
from workers.supervisor.settings import ROOT, State, SupervisorSettings
from workers.supervisor.supervisor import StartFailedError, Supervisor

_DOWN_SECONDS = 90.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.supervisor", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and watch it until Ctrl-C")
    up.add_argument("--port", type=int, default=8000, help="the public port, on loopback")
    up.add_argument("--next-free-port", action="store_true", help="take the next port when that one is taken")
    down = commands.add_parser("down", help="stop a running platform")
    for command in (up, down):
        command.add_argument(
            "--state", type=Path, default=ROOT / "var", help="folder of data, logs and secrets"
        )
    options = parser.parse_args()
    state = State(folder=options.state.resolve())
    if options.command == "down":
        return _down(state)
    return _up(state, options.port, take_next=options.next_free_port)


def _up(state: State, port: int, *, take_next: bool) -> int:
    held = lock.take(state)
    if held is None:
        return _already_up(state)
    with held:
        if not is_free(port):
            if not take_next:
                _say(f"port {port} is taken: stop what listens there, or choose another with --port (PORT=)")
                return 1
            _say(f"port {port} is taken, using {first_free(port)}")
            port = first_free(port)
        supervisor = Supervisor(state=state, settings=SupervisorSettings(), port=port, report=_say)
        _stop_on_signals(supervisor)
        try:
            supervisor.run()
        except (StartFailedError, PostgresUnrunnableError, ValueError) as error:
            _say(f"failed: {error}")
            return 1
    return 0


def _already_up(state: State) -> int:
    url, pid = lock.announced_url(state), lock.holder(state)
    if url is not None and answers(f"{url}/healthz"):
        _say(f"Finery is already up at {url} (process {pid})")
        return 0
    _say(f"process {pid} is starting or stopping Finery in {state.folder}, or hangs")
    return 1


def _down(state: State) -> int:
    held, pid = lock.take(state), lock.holder(state)
    if held is not None or pid is None:
        _say("Finery is not running")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_SECONDS
    while time.monotonic() < deadline:
        held = lock.take(state)
        if held is not None:
            return 0
        time.sleep(0.1)
    _say(f"process {pid} did not stop in {_DOWN_SECONDS:.0f} s")
    return 1


def _stop_on_signals(supervisor: Supervisor) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        supervisor.is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as it is under nohup
        signal.signal(signal.SIGHUP, stop)  # the terminal went away


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
