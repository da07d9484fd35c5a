"""The bell, the clock and the settings."""

import fcntl
import os
import threading
from pathlib import Path

import pytest

from tests.workers.runner.fake_platform import FakePlatform
from workers.runner.workdirs import remove_abandoned, work_folder


@pytest.fixture
def app(settings, monkeypatch: pytest.MonkeyPatch):
    """The module reads its settings when it is imported, as a worker's start does."""
    monkeypatch.setenv("FINERY_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("FINERY_INTERNAL_URL", settings.internal_url)
    monkeypatch.setenv("FINERY_RUNNER_TOKEN", settings.runner_token.get_secret_value())
    monkeypatch.setenv("FINERY_ENGINE_TOKEN", settings.engine_token.get_secret_value())
    monkeypatch.setenv("FINERY_STATE_DIR", str(settings.state_dir))
    from workers.runner import app

    return app


def test_one_bell_runs_all_that_waits(app, platform: FakePlatform, settings, control):
    for job_id in ("ftjob-a", "ftjob-b"):
        platform.add_job({"steps": 1}, job_id)

    app.claim_until_idle(settings, control, threading.Event())

    assert len(platform.named("succeeded")) == 2
    assert len(platform.named("claim")) == 3


def test_an_absent_control_plane_is_no_error(app, platform: FakePlatform, settings, control):
    platform.failures_to_come = 100

    app.claim_until_idle(settings, control, threading.Event())

    assert platform.named("claim") == []
    assert 0 < 100 - platform.failures_to_come <= 10


def test_a_runner_that_must_go_drops_its_job_for_the_next(app, platform: FakePlatform, settings, control):
    platform.add_job({"steps": 1, "ending": "silence"})
    shutting_down = threading.Event()
    running = threading.Thread(target=app.claim_until_idle, args=(settings, control, shutting_down))
    running.start()
    platform.wait_for("progress")

    shutting_down.set()
    running.join(10)

    assert not running.is_alive()
    assert platform.named("failed") == platform.named("cancelled") == []


def test_celery_reads_json_only_and_keeps_no_results(app):
    assert app.app.conf.accept_content == ["json"]
    assert app.app.conf.result_backend is None
    assert not app.app.conf.task_acks_late
    assert app.run_training.name == "runner.run_training"


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("unix:///run/valkey.sock?db=0", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("redis://stores:6379/0", "redis://stores:6379/0"),
    ],
)
def test_the_broker_is_the_redis_of_the_platform(url: str, broker: str, settings):
    assert settings.model_copy(update={"redis_url": url}).broker_url == broker


def test_folders_of_dead_runners_are_removed_and_living_ones_stay(tmp_path: Path):
    (tmp_path / "dead").mkdir()

    with work_folder(tmp_path / "alive") as alive:
        (alive / "rows").write_text("text")
        remove_abandoned(tmp_path)
        assert [folder.name for folder in tmp_path.iterdir()] == ["alive"]
        assert (alive / "rows").exists()

    assert list(tmp_path.iterdir()) == []


def test_a_work_folder_is_locked_while_in_use(tmp_path: Path):
    with work_folder(tmp_path / "job") as folder:
        other = os.open(folder, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
