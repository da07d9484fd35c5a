"""The gateway's operations in the published OpenAPI document, with the bounds that the gateway checks."""

from typing import Any

import msgspec

from workers.gateway.fields import ChatFields, ClassifyFields, CompletionFields, EmbeddingFields

_REF = "#/components/schemas/{name}"
_OPERATIONS = (
    ("chat/completions", "createChatCompletion", "Answer a conversation.", ChatFields),
    ("completions", "createCompletion", "Continue a text.", CompletionFields),
    ("embeddings", "createEmbedding", "Turn texts into vectors.", EmbeddingFields),
    ("classify", "classify", "Label texts.", ClassifyFields),
)
_STREAMED = (ChatFields, CompletionFields)


def add_data_plane(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: it sees the routes of Django, and these are served elsewhere."""
    kinds = [kind for *_, kind in _OPERATIONS]
    bodies, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas = {name: _in_openapi_3_0(schema) for name, schema in components.items()}
    result["components"]["schemas"] = dict(sorted((result["components"]["schemas"] | schemas).items()))
    for (path, name, says, kind), body in zip(_OPERATIONS, bodies, strict=True):
        result["paths"][f"/v1/{path}"] = {"post": _operation(name, says, body, kind in _STREAMED)}
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _operation(name: str, says: str, body: Any, may_stream: bool) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": {"type": "object", "additionalProperties": {}}}}
    if may_stream:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    return {
        "operationId": name,
        "description": says,
        "tags": ["v1"],
        "requestBody": {"content": {"application/json": {"schema": body}}, "required": True},
        "security": [{"ApiKey": []}],
        "responses": {"200": {"content": content, "description": "As OpenAI answers."}},
    }


def _in_openapi_3_0(schema: Any) -> Any:
    """The schema in the older words of OpenAPI 3.0: `nullable` for null, no empty `required`."""
    if isinstance(schema, list):
        return [_in_openapi_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {name: _in_openapi_3_0(part) for name, part in schema.items() if name != "anyOf"}
    parts = [_in_openapi_3_0(part) for part in schema.get("anyOf", ()) if part != {"type": "null"}]
    if len(parts) < len(schema.get("anyOf", ())):
        rest["nullable"] = True
    if rest.get("required") == []:
        del rest["required"]
    if rest.get("type") == "array":
        rest.setdefault("items", {})
    if "enum" in rest and None in rest["enum"]:
        rest |= {"enum": [value for value in rest["enum"] if value is not None], "nullable": True}
    if len(parts) == 1 and "$ref" not in parts[0]:
        return rest | parts[0]
    return rest | {"anyOf": parts} if parts else rest
