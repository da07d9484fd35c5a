from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.runner import scripted
from tests.workers.runner.fake_platform import ENGINE_TOKEN, RUNNER_TOKEN, FakePlatform
from workers.runner import control_plane, recipe
from workers.runner.control_plane import ControlPlane
from workers.runner.settings import RunnerSettings


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePlatform]:
    """The fake platform; recipes are scripted ones, and retries do not wait."""
    monkeypatch.setattr(recipe, "COMMAND", scripted.COMMAND)
    monkeypatch.setattr(control_plane, "_FIRST_PAUSE_SECONDS", 0.01)
    fake = FakePlatform()
    yield fake
    fake.close()


@pytest.fixture
def settings(platform: FakePlatform, tmp_path: Path) -> RunnerSettings:
    return RunnerSettings.model_validate(
        {
            "redis_url": "unix:///nowhere?db=0",
            "internal_url": platform.url,
            "runner_token": RUNNER_TOKEN,
            "engine_token": ENGINE_TOKEN,
            "state_dir": tmp_path,
            "runner_heartbeat_seconds": 0.2,
            "runner_stop_seconds": 3.0,
        }
    )


@pytest.fixture
def control(platform: FakePlatform) -> Iterator[ControlPlane]:
    client = ControlPlane(platform.url, RUNNER_TOKEN)
    yield client
    client.close()
