"""Files for tests, uploaded and validated by the services that customers use."""

import json
from typing import Any

from apps.core.objects import store
from apps.datasets.models import File
from apps.datasets.selectors import get_file
from apps.datasets.services import create_versions, upload_file, validate_file
from tests.factories.tenants import Owner


def chat_lines(rows: int, *, answer: str = "Your order is on its way.") -> bytes:
    """A good chat file."""
    lines = (
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"Where is order {number}?"},
                    {"role": "assistant", "content": answer},
                ]
            }
        )
        for number in range(rows)
    )
    return "\n".join(lines).encode()


def labelled_lines(rows: int, *, labels: tuple[str, ...] = ("refund", "delivery")) -> bytes:
    """A good classification file, as CSV."""
    lines = (f'"message {number}, please",{labels[number % len(labels)]}' for number in range(rows))
    return "\n".join(["text,label", *lines]).encode()


def make_file(
    owner: Owner,
    content: bytes,
    *,
    purpose: str = "fine-tune",
    filename: str = "train.jsonl",
    validated: bool = True,
) -> File:
    """An uploaded file, validated unless told otherwise."""
    file = upload_file(
        owner.tenant_id, project_id=owner.project.id, filename=filename, purpose=purpose, chunks=[content]
    )
    if validated:
        validate_file(owner.tenant_id, file.id)
    return get_file(owner.tenant_id, file.id)


def make_versions(owner: Owner, dataset_id: str | None, operation: dict[str, Any]) -> list[File]:
    """What an operation makes of files, made."""
    assert dataset_id is not None
    promised = create_versions(owner.tenant_id, dataset_id, operation, project_id=owner.project.id)
    for file in promised:
        validate_file(owner.tenant_id, file.id)
    return [get_file(owner.tenant_id, file.id) for file in promised]


def plain_rows(file: File) -> list[dict[str, Any]]:
    """The rows that trainers read."""
    with store.open(file.training_key) as lines:
        return [json.loads(line) for line in lines if not line.isspace()]
