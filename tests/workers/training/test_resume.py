"""A run that was killed and continued ends with the same adapter, byte for byte."""

import json
from pathlib import Path

import pytest

from tests.workers.training.toys import (
    digests,
    run_recipe,
    spec,
    toy_chats,
    toy_texts,
    write_chats,
    write_texts,
)


@pytest.mark.parametrize("method", ["supervised", "classification"])
def test_a_killed_run_ends_with_the_same_bytes(method: str, toy_llama: Path, toy_bert: Path, tmp_path: Path):
    base = toy_llama if method == "supervised" else toy_bert
    job = spec(base, method)
    for name in ("whole", "killed", "resumed"):
        (tmp_path / name).mkdir()
        if method == "supervised":
            write_chats(tmp_path / name / "train.jsonl", toy_chats())
        else:
            write_texts(tmp_path / name / "train.csv", toy_texts())

    whole, whole_status = run_recipe(job, tmp_path / "whole")
    killed, killed_status = run_recipe(job, tmp_path / "killed", kill_after_checkpoint=2)
    Path(killed[-1]["folder"]).rename(tmp_path / "resumed" / "resume")
    resumed, resumed_status = run_recipe(job, tmp_path / "resumed")

    assert (whole_status, killed_status, resumed_status) == (0, -9, 0)
    assert "adapter_model.safetensors" in digests(tmp_path / "whole" / "adapter")
    assert digests(tmp_path / "resumed" / "adapter") == digests(tmp_path / "whole" / "adapter")
    assert whole[-1]["event"] == resumed[-1]["event"] == "report"
    assert resumed[-1]["report"] == whole[-1]["report"]
    first_step = next(event["step"] for event in resumed if event["event"] == "progress")
    assert first_step == killed[-1]["step"] + 1


def test_a_resume_at_the_very_end_only_reports(toy_bert: Path, tmp_path: Path):
    job = spec(toy_bert, "classification", n_epochs=1)
    for name in ("whole", "resumed"):
        (tmp_path / name).mkdir()
        write_texts(tmp_path / name / "train.csv", toy_texts())
    whole, _ = run_recipe(job, tmp_path / "whole")
    (tmp_path / "whole" / "checkpoints" / f"step-{whole[-1]['report']['steps']}").rename(
        tmp_path / "resumed" / "resume"
    )

    resumed, _ = run_recipe(job, tmp_path / "resumed")

    assert [event["event"] for event in resumed] == ["report"]
    assert resumed[0]["report"] == whole[-1]["report"]


def test_a_stopped_run_says_how_far_it_came(toy_bert: Path, tmp_path: Path):
    write_texts(tmp_path / "train.csv", toy_texts())

    events, status = run_recipe(spec(toy_bert, "classification", n_epochs=500), tmp_path, stop_after_step=3)

    progress = [event for event in events if event["event"] == "progress"]
    assert status == 0
    assert events[-1] == {"event": "stopped", "trained_tokens": progress[-1]["trained_tokens"]}
    assert not any(event["event"] == "report" for event in events)
    assert json.dumps(events[-1]["trained_tokens"]) != "0"
