"""What a gateway is told at start, from variables with the prefix FINERY_."""

from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kernel.networks import Network


class GatewaySettings(BaseSettings):
    """Read once by `__main__` (or by a test). Times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="FINERY_", frozen=True, ignored_types=(cached_property,))

    redis_url: str
    key_pepper: str
    web_url: str
    engine_token: str
    state_dir: Path
    public_url: str = ""  # only its scheme is used: what web is told as X-Forwarded-Proto
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()  # CIDRs whose X-Forwarded-For is believed

    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8000
    gateway_body_limit_bytes: int = 8 * 1024 * 1024
    gateway_form_limit_bytes: int = 520 * 1024 * 1024  # uploads; web knows how large a file may be
    gateway_spool_bytes: int = 8 * 1024**3  # of disk, for bodies that web or a client is slow to take
    gateway_connections: int = 10_000  # fewer where the limit of open files is lower
    gateway_connections_per_client: int = 2_000
    gateway_head_seconds: float = 15.0
    gateway_body_seconds: float = 30.0  # then a client must send 1 KiB/s
    gateway_write_seconds: float = 60.0  # longest that a client may take nothing of what it is sent
    gateway_idle_seconds: int = 20  # between two requests on one connection; 75 for trusted proxies
    gateway_redis_timeout_seconds: float = 2.0
    gateway_engine_wait_seconds: float = 120.0
    gateway_first_byte_seconds: float = 600.0  # the engine may queue and prefill before its first byte
    gateway_stall_seconds: float = 120.0  # longest silence inside a stream
    gateway_headers_seconds: float = 1.0  # a stream's headers wait for its first token this long
    gateway_heartbeat_seconds: float = 15.0  # between comments in a silent stream
    gateway_shutdown_seconds: int = 600
    gateway_hold_seconds: int = 900
    gateway_sweep_seconds: float = 30.0
    gateway_journal_segment_bytes: int = 64 * 1024 * 1024
    gateway_default_requests_per_minute: int = 500  # for a tenant without an entry in `limits`
    gateway_default_tokens_per_minute: int = 1_000_000

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        return tuple(part.strip() for part in text.split(",") if part.strip())

    @cached_property
    def forwarded_scheme(self) -> str:
        """The scheme that clients use; empty when nothing says so."""
        return urlsplit(self.public_url).scheme

    @property
    def journal_dir(self) -> Path:
        return self.state_dir / "journal"

    @property
    def snapshot_file(self) -> Path:
        return self.state_dir / "snapshot.json"
