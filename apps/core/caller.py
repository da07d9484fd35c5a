"""Who makes a request, as authentication found out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`tenant_id` and `project_id` are set on every call of the OpenAI API; the dashboard's own calls may lack them."""

    tenant_id: str
    project_id: str
    user_id: str | None = None
    key_id: str | None = None
