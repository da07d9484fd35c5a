"""What the environment must and may say, read once."""

import os
from pathlib import Path

from pydantic_settings import SettingsConfigDict

from kernel.s3 import BucketSettings

# Written by the supervisor, so that an operator's `manage.py` finds the running platform.
_FILE = Path(__file__).resolve().parents[3] / "var" / "environment"


class Environment(BucketSettings):
    """Variables are `FINERY_` + the field's name in capitals. Fields without a default must be set."""

    model_config = SettingsConfigDict(
        env_prefix="FINERY_",
        env_file=os.environ.get("FINERY_ENVIRONMENT_FILE", _FILE),
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: str
    owner_database_url: str = ""  # for migrate and the test suite only
    database_role: str = "finery_app"  # assumed at connect; migrate runs as finery_owner
    redis_url: str
    secret_key: str
    key_pepper: str
    key_pepper_previous: str = ""  # still accepted while keys made under it are replaced
    objects: Path
    mail_dir: Path
    max_project_gb: int = 100
    public_url: str
    runner_token: str
    internal_url: str = ""
    hub_bases: bool = False
    signup_credit_usd: int = 5
    smtp_url: str = ""  # smtp://user:password@host:port; empty writes mails to mail_dir
    trusted_hosts: str = ""  # comma-separated host names beside the public one
    password_hasher: str = "argon2"
    debug: bool = False

    # Sign-in by somebody else's account. A provider without a client id is not offered.
    github_client_id: str = ""
    github_client_secret: str = ""
    google_client_id: str = ""
    google_client_secret: str = ""
    oidc_issuer: str = ""  # the organization's own: where /.well-known/openid-configuration is
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "Single sign-on"
    oidc_sign_in_origin: str = ""  # where its sign-in page is, when that is not the issuer's own host
