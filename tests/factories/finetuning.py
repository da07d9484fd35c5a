"""Files and jobs for tests, made by the services that customers use."""

import json

from apps.catalog.services import sync_price_book
from apps.core.objects import store
from apps.datasets.services import upload_file, validate_file
from apps.finetuning.models import FineTuneJob
from apps.finetuning.services.adapters import adapter_key, place_adapter
from apps.finetuning.services.requests import JobRequest
from apps.finetuning.services.start_job import start_job
from kernel import wire
from kernel.contracts import AdapterManifest, FileDigest, Lease, ParityCertificate
from tests.factories.tenants import Owner

INTENTS = "text,label\n" + "".join(
    f"where is parcel number {n},{'track' if n % 2 else 'refund'}\n" for n in range(20)
)
GOOD_PARITY = ParityCertificate(
    rows=4,
    tokens_compared=40,
    mismatched_tokens=0,
    max_logprob_difference=0.05,
    mean_logprob_difference=0.01,
    base_logprob_difference=1.5,
)


def make_file(
    owner: Owner, content: str = INTENTS, filename: str = "intents.csv", *, validated: bool = True
) -> str:
    file = upload_file(
        owner.tenant_id,
        project_id=owner.project.id,
        filename=filename,
        purpose="fine-tune",
        chunks=[content.encode()],
    )
    if validated:
        validate_file(owner.tenant_id, file.id)
    return file.id


def make_job(owner: Owner, *, is_retry: bool = False, **changes: object) -> FineTuneJob:
    """A queued classification job, unless `changes` say otherwise."""
    sync_price_book()
    fields: dict[str, object] = {
        "model": "all-minilm-l6-v2",
        "method": "classification",
        "hyperparameters": {"n_epochs": 2, "batch_size": "auto", "learning_rate_multiplier": "auto"},
    } | changes
    if "training_file" not in fields:
        fields["training_file"] = make_file(owner)
    return start_job(
        owner.tenant_id,
        JobRequest(**fields),  # type: ignore[arg-type]
        project_id=owner.project.id,
        user_id=owner.user.id,
        key_id=owner.key_id,
        is_retry=is_retry,
    )


def upload_adapter(owner: Owner, lease: Lease, step: int) -> str:
    """Put a small adapter where the runner would. Returns its engine name."""
    placed = place_adapter(owner.tenant_id, lease.spec.job_id, fencing_token=lease.fencing_token, step=step)
    content = json.dumps({"r": 16}).encode()
    stored = store.save(adapter_key(placed.adapter_id, "adapter_config.json"), [content])
    manifest = AdapterManifest(
        adapter_id=placed.adapter_id,
        lora_int_id=placed.lora_int_id,
        kind="classification",
        base_model=lease.spec.base_model,
        rank=16,
        alpha=32,
        target_modules=("query",),
        labels=("refund", "track"),
        files={"adapter_config.json": FileDigest(sha256=stored.sha256, bytes=stored.bytes)},
    )
    digest = store.save(adapter_key(placed.adapter_id, "manifest.json"), [wire.encode(manifest)]).sha256
    return f"{placed.adapter_id}@{digest[:12]}"
