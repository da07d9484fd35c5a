"""What a runner reads from the environment, once; and what a recipe may see of it."""

import os
import socket
from pathlib import Path
from typing import Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# All that a recipe's process gets of our environment: no token, no broker, no store.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "HF_HOME", "VIRTUAL_ENV", "SYSTEMROOT")


class RunnerSettings(BaseSettings):
    """Settings of one runner process. A missing one stops the start and is named."""

    model_config = SettingsConfigDict(env_prefix="FINERY_", extra="ignore", hide_input_in_errors=True)

    redis_url: str
    internal_url: str
    runner_token: SecretStr
    engine_token: SecretStr
    state_dir: Path
    runner_pool: str = "cpu"
    runner_name: str = f"{socket.gethostname()}:{os.getpid()}"
    runner_threads: int = 1  # two threads on shared cores were 30 times slower than one
    runner_poll_seconds: float = 15.0
    runner_heartbeat_seconds: float = 5.0
    runner_stop_seconds: float = 10.0  # between asking a recipe to stop and killing it
    runner_engine_wait_seconds: float = 420.0

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate({})

    @property
    def broker_url(self) -> str:
        """Celery's spelling of the Redis URL: a socket is `redis+socket://`, its database `virtual_host`."""
        scheme, _, rest = self.redis_url.partition("://")
        if scheme != "unix":
            return self.redis_url
        path, _, query = rest.partition("?")
        database = dict(pair.partition("=")[::2] for pair in query.split("&")).get("db", "0")
        return f"redis+socket://{path}?virtual_host={database}"

    @property
    def jobs_folder(self) -> Path:
        """One work folder per job below it, removed when the job is over."""
        return self.state_dir / "jobs"

    def recipe_environment(self, workdir: Path) -> dict[str, str]:
        """The whole environment of a recipe's process."""
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return passed_on | {
            "HOME": str(workdir),
            "TMPDIR": str(workdir),
            "LANG": "C.UTF-8",
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": str(self.runner_threads),
            "TOKENIZERS_PARALLELISM": "false",
        }
