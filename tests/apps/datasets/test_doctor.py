"""Starting the doctor's process, and every way in which it ends."""

import os
import subprocess
import time

import pytest

from apps.datasets.services import doctor as starting
from apps.datasets.services.doctor import DoctorFailed, TooLargeToRead, Watch, doctor
from kernel.rows import DOCTOR_ENVIRONMENT, ReadTask


@pytest.fixture
def child(monkeypatch):
    """Have another program run in the doctor's place."""

    def use(program: str) -> None:
        popen = subprocess.Popen

        def start(command, **options):
            return popen([*command[:2], "-c", program, *command[4:]], **options)

        monkeypatch.setattr(subprocess, "Popen", start)

    return use


def run(tmp_path, seconds: float = 20.0, **options):
    source = tmp_path / "rows.csv"
    source.write_text(f"text,label\n{tmp_path},a\nbye,b\n")  # seen by no test before
    task = ReadTask(source=str(source), filename="rows.csv")
    with doctor("read", task, seconds=seconds, **options) as work:
        return work.answer("report.json"), sorted(path.name for path in work.folder.iterdir())


def test_it_leaves_its_work(tmp_path):
    said = []

    report, names = run(tmp_path, watch=Watch(on_progress=said.append))

    assert (report["format"], report["rows"]) == ("classification", 2)
    assert names == ["bad.jsonl", "plain.jsonl", "report.json", "rows.index"]
    assert said[-1].rows == 2


def test_it_is_killed_at_its_deadline_with_its_children(tmp_path, child):
    grandchild = f"import time, pathlib; time.sleep(1); pathlib.Path({str(tmp_path / 'alive')!r}).touch()"
    child(
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
        "time.sleep(60)"
    )

    began = time.monotonic()
    with pytest.raises(TooLargeToRead):
        run(tmp_path, seconds=0.5)

    assert time.monotonic() - began < 5
    time.sleep(1.2)
    assert not (tmp_path / "alive").exists()


@pytest.mark.parametrize(
    "program", ["x = 'x' * 10**15", "import os; os.kill(os.getpid(), 9)", "raise MemoryError"]
)
def test_no_memory_is_the_files_fault(tmp_path, child, program: str):
    child(program)

    with pytest.raises(TooLargeToRead):
        run(tmp_path)


@pytest.mark.parametrize("program", ["raise KeyError('us')", "import os; os.abort()"])
def test_any_other_end_is_ours(tmp_path, child, program: str):
    child(program)

    with pytest.raises(DoctorFailed):
        run(tmp_path)


def test_an_answer_beyond_its_bound_is_not_read(tmp_path, child):
    child("import pathlib; pathlib.Path('report.json').write_bytes(b' ' * (2 * 1024**2 + 1))")

    with pytest.raises(DoctorFailed, match="too large"):
        run(tmp_path)


def test_it_sees_nothing_of_our_environment(tmp_path, child, monkeypatch):
    monkeypatch.setenv("FINERY_SECRET_KEY", "secret")
    child("import json, os, pathlib; pathlib.Path('report.json').write_text(json.dumps(dict(os.environ)))")

    environment, _ = run(tmp_path)

    assert set(environment) - {"LC_CTYPE"} == {"PATH", *DOCTOR_ENVIRONMENT}


def test_what_it_prints_is_bounded(tmp_path, child):
    child("import pathlib; print('x' * 10**7); pathlib.Path('report.json').write_text('{}')")
    said = []

    run(tmp_path, watch=Watch(on_progress=said.append))

    assert said == []


def test_nothing_stays_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    os.mkdir(tmp_path / "temporary")

    run(tmp_path)

    assert list((tmp_path / "temporary").iterdir()) == []


def test_silence_is_broken_by_ticks(tmp_path, child, monkeypatch):
    monkeypatch.setattr(starting, "_TICK_SECONDS", 0.05)
    child("import pathlib, time; time.sleep(0.6); pathlib.Path('report.json').write_text('{}')")
    ticks = []

    run(tmp_path, watch=Watch(on_tick=lambda: ticks.append(time.monotonic())))

    assert len(ticks) > 3
