"""A bucket of an S3 server: where it is and how every process talks to it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings

_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 60, 4
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Without an endpoint it is AWS's; without a key, what boto3 finds (a role of the machine)."""

    name: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Of the server. AWS's is named in full: boto3 chooses by region, and pages may go to one address."""
        china = ".cn" if self.region.startswith("cn-") else ""
        return self.endpoint or f"https://s3.{self.region}.amazonaws.com{china}"

    @property
    def origin(self) -> str:
        """Where browsers find it."""
        where = urlsplit(self.address)
        return f"{where.scheme}://{where.netloc}"

    def client(self) -> Any:
        """A client to be shared by threads. Every call has a deadline and is tried again."""
        import boto3  # takes a while, and most installations have no bucket
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},  # what servers other than AWS's understand
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=_CONNECTIONS,
            # boto3's own checksums are trailers that older servers refuse; ours are checked end to end.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.address,
            region_name=self.region,
            aws_access_key_id=self.access_key_id or None,
            aws_secret_access_key=self.secret_access_key or None,
            config=config,
        )


class BucketSettings(BaseSettings):
    """What a process's settings say of the bucket."""

    s3_bucket: str = ""  # empty: objects are in the folder
    s3_endpoint: str = ""  # a server other than AWS's; browsers put the parts of uploads there
    s3_region: str = "us-east-1"
    s3_access_key_id: str = ""
    s3_secret_access_key: str = ""

    @property
    def bucket(self) -> Bucket | None:
        if not self.s3_bucket:
            return None
        return Bucket(
            name=self.s3_bucket,
            endpoint=self.s3_endpoint,
            region=self.s3_region,
            access_key_id=self.s3_access_key_id,
            secret_access_key=self.s3_secret_access_key,
        )
