"""One supervisor per state folder."""

import fcntl
import json
import os
from typing import IO

from workers.supervisor.settings import State


def take(state: State) -> IO[str] | None:
    """Take the folder for this process, for as long as the returned file is open; None: somebody has it."""
    state.folder.mkdir(parents=True, exist_ok=True)
    file = state.lock.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def holder(state: State) -> int | None:
    """Process id of the supervisor that has the folder."""
    text = state.lock.read_text().strip() if state.lock.exists() else ""
    return int(text) if text.isdigit() else None


def announced_url(state: State) -> str | None:
    """The running platform's address, once it is up."""
    if not state.announcement.exists():
        return None
    return str(json.loads(state.announcement.read_text())["url"])
