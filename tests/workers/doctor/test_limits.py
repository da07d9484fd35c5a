"""The doctor's limits, in a process of their own: they cannot be taken back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernel.rows import DOCTOR_ENVIRONMENT

_ROOT = Path(__file__).resolve().parents[3]
_ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": f"{_ROOT / 'platform'}:{_ROOT}", **DOCTOR_ENVIRONMENT}
_SET = "from workers.doctor import limits; limits.apply(200 * 1024**2, 60, 1024**2); "


def _run(code: str, *, memory: str = _SET) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", memory + code],
        cwd=_ROOT,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_memory_beyond_the_limit_is_refused_and_below_it_is_given() -> None:
    code = """
held = bytearray(100 * 1024**2)
try:
    bytearray(150 * 1024**2)
except MemoryError:
    print("refused")
"""
    assert _run(code).stdout == "refused\n"


def test_file_can_not_grow_beyond_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "large"
    code = f"""
import signal
with open({str(path)!r}, "wb") as file:
    file.write(b"a" * 2 * 1024**2)
"""
    assert _run(code).returncode != 0
    assert path.stat().st_size == 1024**2
    assert path.stat().st_mode & 0o077 == 0


def test_processor_time_ends_the_process() -> None:
    code = "from workers.doctor import limits; limits.apply(200 * 1024**2, 1, 1024); exec('while True: pass')"

    assert _run(code, memory="").returncode < 0


def test_inherited_descriptors_are_closed() -> None:
    read_end, write_end = os.pipe()
    os.set_inheritable(write_end, True)
    code = f"{_SET}import os; os.write({write_end}, b'a')"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=_ROOT,
            env=_ENVIRONMENT,
            pass_fds=(write_end,),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(read_end)
        os.close(write_end)

    assert "Bad file descriptor" in done.stderr


def test_no_core_file_and_few_open_files() -> None:
    code = "import resource as r; print([*r.getrlimit(r.RLIMIT_CORE), *r.getrlimit(r.RLIMIT_NOFILE)])"

    assert json.loads(_run(code).stdout) == [0, 0, 64, 64]


@pytest.mark.parametrize("library", ["pyarrow.parquet", "openpyxl", "soundfile", "PIL.Image"])
def test_libraries_of_readers_load_within_the_limits(library: str) -> None:
    assert _run(f"import {library}; print('loaded')").stdout == "loaded\n"


def test_plain_readers_load_no_heavy_library() -> None:
    heavy = "pyarrow", "numpy", "PIL", "openpyxl", "soundfile"
    code = f"""
import sys, tempfile, pathlib
from kernel.rows import Limits
from workers.doctor.readers import open_source
from workers.doctor.recognise import recognise
path = pathlib.Path("docs/contracts.md")
list(open_source(path, "a.txt", Limits()).rows())
print([name for name in {heavy} if name in sys.modules])
"""
    assert _run(code).stdout == "[]\n"
