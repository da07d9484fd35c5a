"""For tools that read the code and reach no service: mypy, makemigrations, the OpenAPI schema."""

import os
import tempfile

_PLACEHOLDERS = {
    "DATABASE_URL": "postgresql://nobody@/nowhere",
    "REDIS_URL": "unix:///nowhere?db=0",
    "SECRET_KEY": "tooling",
    "KEY_PEPPER": "tooling",
    "OBJECTS": tempfile.gettempdir(),
    "MAIL_DIR": tempfile.gettempdir(),
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "RUNNER_TOKEN": "tooling",
}
for _name, _value in _PLACEHOLDERS.items():
    os.environ.setdefault(f"FINERY_{_name}", _value)

from finery.settings.base import *  # noqa: E402
