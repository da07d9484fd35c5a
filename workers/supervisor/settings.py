"""What the supervisor reads, makes up once, and hands to the processes."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import SettingsConfigDict

from kernel.s3 import BucketSettings

ROOT = Path(__file__).resolve().parents[2]
_SECRETS = ("secret_key", "key_pepper", "runner_token", "engine_token")


class SupervisorSettings(BucketSettings):
    """Stores of your own instead of the embedded ones: set all three, with the roles of stores.py."""

    model_config = SettingsConfigDict(env_prefix="FINERY_", extra="ignore", hide_input_in_errors=True)

    database_url: str = ""
    owner_database_url: str = ""
    redis_url: str = ""

    @property
    def has_own_stores(self) -> bool:
        given = (self.database_url, self.owner_database_url, self.redis_url)
        if any(given) and not all(given):
            raise ValueError(
                "set all of FINERY_DATABASE_URL, FINERY_OWNER_DATABASE_URL and FINERY_REDIS_URL, or none"
            )
        return all(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The folder that holds everything that one installation knows."""

    folder: Path

    @property
    def stores(self) -> Path:
        return self.folder / "stores"

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def mails(self) -> Path:
        return self.folder / "mail"

    @property
    def objects(self) -> Path:
        return self.folder / "objects"

    @property
    def lock(self) -> Path:
        return self.folder / "supervisor.lock"

    @property
    def announcement(self) -> Path:
        """JSON {"pid", "url"} while the platform is up."""
        return self.folder / "supervisor.json"

    @property
    def environment_file(self) -> Path:
        """What `manage.py` reads when an operator runs it beside the platform."""
        return self.folder / "environment"

    def prepare(self) -> None:
        for folder in (self.folder, self.stores, self.logs, self.mails, self.objects, self.folder / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)  # secrets, mails and customers' data


def load_secrets(state: State) -> dict[str, str]:
    """The installation's secrets, made at the first start and kept: others would void every key."""
    path = state.folder / "secrets.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in _SECRETS if name not in found]
    if missing:
        found |= {name: secrets.token_urlsafe(48) for name in missing}
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(found, indent=2))
        fresh.replace(path)
    return found


def write_environment_file(state: State, environment: Mapping[str, str]) -> None:
    """Keep the control plane's settings where `manage.py` finds them, for the owner's eyes only."""
    fresh = state.environment_file.with_suffix(".new")
    fresh.touch(mode=0o600)
    lines = [
        f"{name}='{value}'\n" for name, value in sorted(environment.items()) if name.startswith("FINERY_")
    ]
    fresh.write_text("".join(lines))
    fresh.replace(state.environment_file)


def inherited_environment(state: State) -> dict[str, str]:
    """Our own environment for the processes, FINERY_ variables (optional settings) included."""
    environment = dict(os.environ)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    home = Path(environment.get("HOME", "/"))
    if not home.is_dir() or not os.access(home, os.W_OK) or home == Path("/"):
        environment["HOME"] = str(state.folder / "home")
    return environment | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
