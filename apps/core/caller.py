"""Who makes a request, as authentication found out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`tenant_id` and `project_id` are empty only on calls of the dashboard that name no project."""

    tenant_id: str
    project_id: str
    user_id: str | None = None
    key_id: str | None = None
