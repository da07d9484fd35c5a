"""What both engines read from the environment. The launcher sets `FINERY_ENGINE_*`; the rest is shared."""

import os
from pathlib import Path
from typing import Self

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from kernel.s3 import Bucket, BucketSettings


class EngineSettings(BucketSettings):
    """Settings of one engine process. A missing one stops the start and is named."""

    model_config = SettingsConfigDict(env_prefix="FINERY_", extra="ignore", hide_input_in_errors=True)

    engine_token: SecretStr
    engine_base: str  # id of the one base that this process serves
    engine_folder: Path = Path()  # of that base's files; set for vLLM
    objects: Path  # the object store's folder, unless there is a bucket
    state_dir: Path

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate({})

    @property
    def store(self) -> Path | Bucket:
        return self.bucket or self.objects

    @property
    def adapter_cache(self) -> Path:
        """Verified adapters on local disk. Names are content hashes, so engines of one machine share it."""
        return adapter_cache(self.state_dir)


def adapter_cache(state_dir: Path) -> Path:
    """Where the engines of one machine, and their supervisor, find verified adapters."""
    return state_dir / "adapters"


def bare_environment() -> dict[str, str]:
    """What a child needs to find Python and our code, and nothing else: no secret goes to it."""
    names = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in names if name in os.environ}
