"""Jobs from claim to the last word, against the real protocol; recipes are scripted processes."""

import hashlib
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from kernel.contracts import AdapterManifest
from kernel.wire import decode
from tests.workers.runner.fake_platform import ADAPTER_ID, RUNNER_TOKEN, FakePlatform
from workers.runner.control_plane import ControlPlane
from workers.runner.job import run_job
from workers.runner.settings import RunnerSettings


def run_next(settings: RunnerSettings, control: ControlPlane) -> threading.Thread:
    lease = control.claim("runner", "cpu")
    assert lease is not None
    thread = threading.Thread(target=run_job, args=(settings, control, lease, threading.Event()))
    thread.start()
    return thread


def finish_next(settings: RunnerSettings, control: ControlPlane) -> None:
    run_next(settings, control).join(60)
    assert list(settings.jobs_folder.iterdir()) == []


def test_a_job_succeeds_with_a_certificate(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 40, "checkpoint_every": 20})

    finish_next(settings, control)

    [succeeded] = platform.named("succeeded")
    manifest = platform.objects[f"adapters/{ADAPTER_ID.format(40)}/manifest.json"]
    assert succeeded["adapter"] == f"{ADAPTER_ID.format(40)}@{hashlib.sha256(manifest).hexdigest()[:12]}"
    assert succeeded["report"]["trained_tokens"] == 400
    assert succeeded["parity"]["rows"] == 1
    assert succeeded["parity"]["tokens_compared"] == 2
    assert succeeded["parity"]["base_logprob_difference"] == pytest.approx((0.6 + 1.65) / 2)
    assert [body["progress"]["step"] for body in platform.named("checkpoints")] == [20, 40]
    assert platform.named("checkpoints")[1]["adapter"] == succeeded["adapter"]


def test_the_customers_tables_are_up_before_the_job_is_over(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 2})

    finish_next(settings, control)

    [succeeded] = platform.named("succeeded")
    assert succeeded["report"]["result_files"] == ["predictions.csv"]
    assert platform.objects["results/predictions.csv"] == b"line\n1\n"


def test_every_step_arrives_once_in_few_calls(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 60, "pause_seconds": 0.02})

    finish_next(settings, control)

    steps = [step["step"] for body in platform.named("progress") for step in body["progress"]]
    assert steps == list(range(1, 61))
    assert len(platform.named("progress")) <= 10


def test_the_manifest_goes_up_last_and_holds_the_files(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 4})

    finish_next(settings, control)

    folder = f"adapters/{ADAPTER_ID.format(4)}/"
    manifest = decode(platform.objects[folder + "manifest.json"], AdapterManifest)
    assert [name for name in platform.uploads if name.startswith(folder)][-1] == folder + "manifest.json"
    assert set(manifest.files) == {"adapter_config.json", "adapter_model.safetensors", "head.safetensors"}
    assert folder + "parity.json" in platform.objects
    for name, digest in manifest.files.items():
        assert digest.sha256 == hashlib.sha256(platform.objects[folder + name]).hexdigest()
    assert manifest.labels == ("cat", "dog")
    assert manifest.lora_int_id == 4


def test_an_attempt_continues_from_the_last_checkpoint(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 6, "checkpoint_every": 3, "ending": "die"})
    finish_next(settings, control)
    platform.calls.clear()
    platform.add_job({"steps": 6}, resume_url="/internal/objects/checkpoints/step-3.tar")

    finish_next(settings, control)

    steps = [step["step"] for body in platform.named("progress") for step in body["progress"]]
    assert steps == [4, 5, 6]
    assert len(platform.named("succeeded")) == 1


@pytest.mark.parametrize(
    ("ending", "blame", "code"),
    [
        ("customer", "customer", "invalid_training_file"),
        ("crash", "platform", "training_crashed"),
        ("die", "platform", "training_crashed"),
    ],
)
def test_a_failure_names_who_is_to_blame(ending, blame, code, platform: FakePlatform, settings, control):
    platform.add_job({"steps": 2, "ending": ending})

    finish_next(settings, control)

    [failed] = platform.named("failed")
    assert (failed["failure"]["blame"], failed["failure"]["code"]) == (blame, code)
    assert "secret customer words" not in failed["failure"]["message"]
    assert platform.named("succeeded") == []


def test_a_cancelled_job_stops_within_ten_seconds(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 10_000, "pause_seconds": 0.05})
    running = run_next(settings, control)
    platform.wait_for("progress")

    platform.stop = "cancel"
    asked_at = time.monotonic()
    running.join(10)

    assert time.monotonic() - asked_at < 10
    assert platform.named("cancelled")[0]["trained_tokens"] >= 10
    assert platform.named("succeeded") == platform.named("failed") == []


def test_a_recipe_that_does_not_listen_is_killed(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 1, "ending": "silence"})
    running = run_next(settings, control)
    platform.wait_for("progress")

    platform.stop = "cancel"
    running.join(10)

    assert platform.named("cancelled")[0]["trained_tokens"] == 10


def test_a_silent_recipe_has_a_heartbeat(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 1, "ending": "silence"})
    running = run_next(settings, control)

    platform.wait_for("heartbeat", 5)
    platform.stop = "cancel"
    running.join(10)

    assert len(platform.named("cancelled")) == 1


def test_a_lost_lease_ends_the_attempt_without_a_word(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 1, "ending": "silence"})
    running = run_next(settings, control)
    platform.wait_for("progress")

    platform.is_lease_lost = True
    running.join(10)

    assert not running.is_alive()
    assert platform.named("failed") == platform.named("cancelled") == platform.named("succeeded") == []
    assert list(settings.jobs_folder.iterdir()) == []


def test_calls_are_repeated_while_the_control_plane_restarts(platform: FakePlatform, settings, control):
    platform.add_job({"steps": 3})
    platform.failures_to_come = 3

    finish_next(settings, control)

    assert len(platform.named("succeeded")) == 1


def test_another_token_fails_the_job_and_is_named(platform: FakePlatform, settings, control):
    platform.engine_token_ids = [1, 9]
    platform.add_job({"steps": 1})

    finish_next(settings, control)

    [failed] = platform.named("failed")
    assert failed["failure"]["blame"] == "platform"
    assert failed["failure"]["code"] == "parity_mismatch"
    assert failed["failure"]["message"] == "Sample 1, token 1: trained on id 2, served as id 9."


@pytest.mark.parametrize("logprobs", [[-0.7, -0.7], [-0.3, -1.35]])
def test_an_engine_that_serves_something_else_fails_the_job(
    logprobs, platform: FakePlatform, settings, control
):
    platform.engine_logprobs = logprobs
    platform.add_job({"steps": 1})

    finish_next(settings, control)

    assert platform.named("failed")[0]["failure"]["code"] == "parity_mismatch"
    assert platform.named("succeeded") == []


def test_a_recipe_sees_no_secret(platform: FakePlatform, settings, control, monkeypatch):
    monkeypatch.setenv("FINERY_RUNNER_TOKEN", "secret")
    monkeypatch.setenv("FINERY_REDIS_URL", "unix:///secret")
    platform.add_job({"steps": 1, "ending": "silence"})
    running = run_next(settings, control)
    platform.wait_for("progress")

    environment = json.loads((settings.jobs_folder / "ftjob-a" / "environment.json").read_text())
    platform.stop = "cancel"
    running.join(10)

    assert not any(name.startswith("FINERY_") for name in environment)
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["HF_HUB_OFFLINE"] == "1"


def test_killing_the_runner_kills_the_recipe(platform: FakePlatform, settings, control, tmp_path: Path):
    platform.add_job({"steps": 10_000, "pause_seconds": 0.05})
    runner = os.fork()
    if runner == 0:
        lease = control.claim("runner", "cpu")
        assert lease is not None
        run_job(settings, ControlPlane(platform.url, RUNNER_TOKEN), lease, threading.Event())
        os._exit(0)
    platform.wait_for("progress")
    [recipe] = [int(pid) for pid in _children(runner)]

    os.kill(runner, signal.SIGKILL)
    os.waitpid(runner, 0)
    deadline = time.monotonic() + 5
    while _is_running(recipe) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not _is_running(recipe)


def _children(pid: int) -> list[str]:
    """Children of every thread of a process: the recipe belongs to the one that started it."""
    return [
        child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]


def _is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
