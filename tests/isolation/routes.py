"""Every route and method of the control plane, from the resolver, with a request that works for who may."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.api import ApiView
from apps.tenants.authentication import ApiKeyAuthentication
from kernel.policy import Action
from tests.resolver import routed_views

OPEN = {"/healthz", "/api/schema", "/api/invitations/lookup"}  # for everybody
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One method of one path. `path` is the resolver's template."""

    method: str
    path: str
    view: Any

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def action(self) -> Action | None:
        """What kernel.policy must allow; None for a person's own affairs."""
        if not (isinstance(self.view, type) and issubclass(self.view, ApiView)):
            return None
        return self.view.actions[self.method.upper()]

    @property
    def takes_keys(self) -> bool:
        return ApiKeyAuthentication in getattr(self.view, "authentication_classes", [])

    @property
    def is_internal(self) -> bool:
        return self.path.startswith("/internal")

    @property
    def openapi(self) -> tuple[str, str]:
        import re

        return self.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.path)


def all_routes() -> list[Route]:
    """Below /v1, /api and /internal."""
    found = []
    for path, callback in routed_views():
        if not path.startswith(("/v1", "/api", "/internal")):
            continue
        view = getattr(callback, "view_class", None) or getattr(callback, "cls", callback)
        methods = [
            m for m in _METHODS if hasattr(view, m) and m in getattr(view, "http_method_names", _METHODS)
        ]
        found += [Route(method, path, view) for method in methods or ["get"]]
    return sorted(found, key=lambda route: (route.path, route.method))


@dataclass(frozen=True)
class Request:
    """A body (`{file_id}` stands for the id), a query, and ids that this path wants instead of the usual."""

    body: Any = None
    query: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    upload: str = ""  # the form's field that holds a file
    headers: dict[str, str] = field(default_factory=dict)
    works: bool = True  # a permitted caller's answer is 2xx
    is_own_account: bool = False  # takes the caller's rows along wherever they are

    def data(self, ids: dict[str, str]) -> Any:
        if self.upload:
            content = SimpleUploadedFile("rows.csv", b"text,label\na,b\nc,d\n", content_type="text/csv")
            purpose = {"purpose": "fine-tune"} if self.upload == "file" else {}
            return {**purpose, self.upload: content}
        return _filled(self.body, ids)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value[1:-1], value) if value[:1] == "{" else value
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    return value


_JOB = {
    "model": "all-minilm-l6-v2",
    "training_file": "{file_id}",
    "validation_file": "{validation_id}",
    "method": {"type": "classification"},
}
_UPLOAD = {
    "filename": "made.csv",
    "purpose": "fine-tune",
    "bytes": 8,
    "mime_type": "text/csv",
    "dataset_id": "{dataset_id}",
}
_MAPPING = {"format": "classification", "columns": {"text": ["text"], "label": ["label"]}}
_SAMPLE = {"type": "sample", "file_id": "{file_id}", "rows": 3, "seed": 1}
_DATASET = "/v1/datasets/<str:dataset_id>"
_UPLOADED = "/v1/uploads/<str:upload_id>"
_ADMIN = "/v1/organization"
_PROJECT = f"{_ADMIN}/projects/<str:project_id>"
_ACCOUNT = f"{_PROJECT}/service_accounts/<str:service_account_id>"
_KEY = "/api/projects/<str:project_id>/api_keys/<str:key_id>"
_ORGANIZATION = "/api/organizations/<str:organization_id>"
_FT = "/v1/fine_tuning/jobs/<str:job_id>"
_ADMIN_KEY_ID = {"key_id": "admin_key_id"}
_USAGE = "start_time=0&limit=7&project_ids={project_id}&api_key_ids={key_id}&models={model}"
_UNUSED = "start_time=0&limit=7&project_ids={project_id}"
_UNUSED_KINDS = (
    "moderations",
    "images",
    "audio_speeches",
    "audio_transcriptions",
    "vector_stores",
    "code_interpreter_sessions",
    "file_search_calls",
    "web_search_calls",
)

REQUESTS: dict[str, Request] = {
    "GET /api/me": Request(),
    "POST /api/me": Request({"name": "New"}),
    "DELETE /api/me": Request(works=False, is_own_account=True),  # the last owner must stay
    "POST /api/impersonation/end": Request(),
    "POST /api/invitations/accept": Request({"token": "{token}"}, works=False),
    "POST /api/organizations": Request({"name": "Another"}),
    f"POST {_ORGANIZATION}": Request({"name": "Renamed"}),
    f"DELETE {_ORGANIZATION}": Request({"slug": "{slug}"}),
    f"GET {_ORGANIZATION}/exports": Request(),
    f"POST {_ORGANIZATION}/exports": Request(works=False),  # one is made already
    f"GET {_ORGANIZATION}/exports/<str:export_id>/content": Request(works=False),  # it is not ready yet
    f"POST {_ORGANIZATION}/leave": Request(works=False),  # the last owner must stay
    f"POST {_ORGANIZATION}/transfer": Request({"user_id": "{user_id}"}),
    "GET /api/projects/<str:project_id>/api_keys": Request(query="after=key_zzz"),
    "POST /api/projects/<str:project_id>/api_keys": Request({"name": "made", "models": ["{model}"]}),
    f"POST {_KEY}": Request({"name": "changed"}),
    f"DELETE {_KEY}": Request(),
    f"POST {_KEY}/rotate": Request({"overlap_seconds": 60}),
    "POST /api/projects/<str:project_id>/session_keys": Request(),
    "GET /v1/bases": Request(),
    "GET /v1/files": Request(query="after=file-zzz"),
    "POST /v1/files": Request(upload="file"),
    "GET /v1/files/<str:file_id>": Request(),
    "DELETE /v1/files/<str:file_id>": Request(),
    "GET /v1/files/<str:file_id>/content": Request(),
    "GET /v1/files/<str:file_id>/report": Request(),
    "GET /v1/files/<str:file_id>/rows": Request(query="search=a"),
    "POST /v1/files/<str:file_id>/mapping": Request({"mapping": _MAPPING}),
    "GET /v1/files/<str:file_id>/overlap": Request(query="with={validation_id}"),
    "GET /v1/files/<str:file_id>/export": Request(query="format=csv"),
    "GET /v1/files/<str:file_id>/tokens": Request(query="model=all-minilm-l6-v2"),
    "GET /v1/files/<str:file_id>/lineage": Request(),
    "GET /v1/rows/<str:row_hash>/lineage": Request(),
    "GET /v1/models/<path:model>/lineage": Request(),
    "GET /v1/datasets": Request(query="after=dataset_zzz"),
    "POST /v1/datasets": Request({"name": "made"}),
    f"GET {_DATASET}": Request(),
    f"POST {_DATASET}": Request({"name": "renamed"}),
    f"DELETE {_DATASET}": Request(ids={"dataset_id": "spare_dataset_id"}),  # jobs train on the others
    f"GET {_DATASET}/versions": Request(),
    f"POST {_DATASET}/versions": Request({"operation": _SAMPLE}),
    f"GET {_DATASET}/diff": Request(query="from={file_id}&to={validation_id}"),
    "GET /v1/uploads": Request(query="after=upload_zzz"),
    "POST /v1/uploads": Request(_UPLOAD),
    f"GET {_UPLOADED}": Request(),
    f"POST {_UPLOADED}/parts": Request(upload="data"),
    f"POST {_UPLOADED}/part_links": Request({"parts": [{"number": 2, "bytes": 1}]}, works=False),  # no bucket
    f"POST {_UPLOADED}/complete": Request({"part_ids": ["{part_id}"]}),
    f"POST {_UPLOADED}/cancel": Request(),
    "GET /v1/fine_tuning/jobs": Request(),
    "POST /v1/fine_tuning/jobs": Request(_JOB),
    "POST /v1/fine_tuning/quotes": Request(_JOB),
    f"GET {_FT}": Request(),
    f"POST {_FT}/cancel": Request(ids={"job_id": "running_job_id"}),
    f"GET {_FT}/events": Request(),
    f"GET {_FT}/checkpoints": Request(),
    f"GET {_FT}/metrics": Request(),
    "GET /v1/models": Request(),
    "GET /v1/models/<path:model>": Request(),
    "DELETE /v1/models/<path:model>": Request(),
    f"GET {_ADMIN}/usage/completions": Request(query=_USAGE),
    f"GET {_ADMIN}/usage/embeddings": Request(query=_USAGE),
    **{f"GET {_ADMIN}/usage/{kind}": Request(query=_UNUSED) for kind in _UNUSED_KINDS},
    f"GET {_ADMIN}/costs": Request(
        query="start_time=0&limit=7&project_ids={project_id}&api_key_ids={key_id}"
    ),
    f"GET {_ADMIN}/balance": Request(),
    f"GET {_ADMIN}/projects": Request(query="include_archived=true"),
    f"POST {_ADMIN}/projects": Request({"name": "made"}),
    f"GET {_PROJECT}": Request(),
    f"POST {_PROJECT}": Request({"name": "renamed"}),
    f"POST {_PROJECT}/archive": Request(works=False),  # the default project stays
    f"GET {_PROJECT}/users": Request(),
    f"POST {_PROJECT}/users": Request({"user_id": "{user_id}", "role": "member"}, works=False),  # is in
    f"GET {_PROJECT}/users/<str:user_id>": Request(),
    f"POST {_PROJECT}/users/<str:user_id>": Request({"role": "owner"}),
    f"DELETE {_PROJECT}/users/<str:user_id>": Request(),
    f"GET {_PROJECT}/service_accounts": Request(),
    f"POST {_PROJECT}/service_accounts": Request({"name": "made"}),
    f"GET {_ACCOUNT}": Request(),
    f"POST {_ACCOUNT}": Request({"name": "renamed"}),
    f"DELETE {_ACCOUNT}": Request(),
    f"POST {_ACCOUNT}/api_keys": Request({"name": "made"}),
    f"GET {_PROJECT}/api_keys": Request(query="owner_project_access=any"),
    f"GET {_PROJECT}/api_keys/<str:key_id>": Request(),
    f"DELETE {_PROJECT}/api_keys/<str:key_id>": Request(),
    f"GET {_PROJECT}/rate_limits": Request(),
    f"POST {_PROJECT}/rate_limits/<str:rate_limit_id>": Request({"max_requests_per_1_minute": 5}),
    f"GET {_ADMIN}/users": Request(),
    f"GET {_ADMIN}/users/<str:user_id>": Request(),
    f"POST {_ADMIN}/users/<str:user_id>": Request({"role": "viewer"}),
    f"DELETE {_ADMIN}/users/<str:user_id>": Request(),
    f"GET {_ADMIN}/invites": Request(),
    f"POST {_ADMIN}/invites": Request(
        {"email": "x@example.com", "role": "reader", "projects": [{"id": "{project_id}", "role": "member"}]}
    ),
    f"GET {_ADMIN}/invites/<str:invite_id>": Request(),
    f"DELETE {_ADMIN}/invites/<str:invite_id>": Request(),
    f"GET {_ADMIN}/admin_api_keys": Request(),
    f"POST {_ADMIN}/admin_api_keys": Request({"name": "made"}),
    f"GET {_ADMIN}/admin_api_keys/<str:key_id>": Request(ids=_ADMIN_KEY_ID),
    f"DELETE {_ADMIN}/admin_api_keys/<str:key_id>": Request(ids=_ADMIN_KEY_ID),
    f"GET {_ADMIN}/audit_logs": Request(query="project_ids[]={project_id}&resource_ids[]={file_id}"),
    f"GET {_ADMIN}/audit_logs/export": Request(query="format=csv&project_ids[]={project_id}"),
}
