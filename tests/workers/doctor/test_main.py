"""The doctor's process, as its parent starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

GOOD = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
ROOT = Path(__file__).parents[3]


def run(folder: Path, kind: str, task: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """In a process of its own; the work folder is folder/work."""
    (folder / "work").mkdir()
    (folder / "task.json").write_text(json.dumps({"kind": kind, "task": task}))
    command = [sys.executable, "-m", "workers.doctor", str(folder / "task.json"), str(folder / "work")]
    environment = {"PATH": os.defpath, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_a_file_is_read_and_progress_told(tmp_path: Path):
    (tmp_path / "rows").write_text(GOOD * 3)

    ended = run(tmp_path, "read", {"source": str(tmp_path / "rows"), "filename": "chats.jsonl"})

    size = len(GOOD) * 3
    assert (ended.returncode, ended.stderr) == (0, "")
    last = json.loads(ended.stdout.splitlines()[-1])
    assert last == {"event": "progress", "bytes": size, "total_bytes": size, "rows": 3}
    work = tmp_path / "work"
    assert sorted(path.name for path in work.iterdir()) == [
        "bad.jsonl",
        "plain.jsonl",
        "report.json",
        "rows.index",
    ]
    report = json.loads((work / "report.json").read_bytes())
    assert (report["rows"], report["error_count"], report["duplicates"]["exact"]) == (3, 0, 2)
    assert (work / "rows.index").stat().st_size == 3 * 44


def test_a_mapping_is_tried_on_the_first_rows(tmp_path: Path):
    (tmp_path / "rows").write_text("q,grade\n甲,1\n乙,x\n丙,3\n")
    mapping = {"format": "regression", "columns": {"text": ["q"], "value": ["grade"]}}
    task = {"source": str(tmp_path / "rows"), "filename": "rows.csv", "mapping": mapping, "rows": 2}

    ended = run(tmp_path, "preview", task)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    preview = json.loads((tmp_path / "work" / "preview.json").read_bytes())
    assert preview["rows"][0] == {"line": 2, "row": {"text": "甲", "value": 1}, "findings": []}
    assert (preview["rows"][1]["line"], preview["rows"][1]["row"]) == (3, None)
    assert [finding["code"] for finding in preview["rows"][1]["findings"]] == ["invalid_number"]
    assert (len(preview["rows"]), preview["error_count"]) == (2, 1)


def test_a_mapping_of_columns_that_are_not_there_is_told(tmp_path: Path):
    (tmp_path / "rows").write_text("q,grade\n甲,1\n")
    mapping = {"format": "regression", "columns": {"text": ["question"], "value": ["grade"]}}
    task = {"source": str(tmp_path / "rows"), "filename": "rows.csv", "mapping": mapping, "rows": 2}

    ended = run(tmp_path, "preview", task)

    preview = json.loads((tmp_path / "work" / "preview.json").read_bytes())
    assert (ended.returncode, preview["error_count"]) == (0, 1)
    assert "question" in preview["rows"][0]["findings"][0]["message"]


def test_a_task_of_an_unknown_kind_is_our_failure(tmp_path: Path):
    ended = run(tmp_path, "cure", {})

    assert ended.returncode == 1
    assert list((tmp_path / "work").iterdir()) == []
