"""Places for adapters to be uploaded to, and the check of what arrived."""

import hashlib

from django.db import connection

from apps.core.links import signed_link
from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.finetuning.errors import UploadIncomplete
from apps.finetuning.models import Adapter, FineTuneJob
from apps.finetuning.services.leases import LINK_LIFETIME, fenced_job, resume_key
from kernel import wire
from kernel.contracts import AdapterManifest, AdapterUpload

_FILES = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "head.safetensors",
    "parity.json",
    "manifest.json",
)


@tenant_transaction
def place_adapter(tenant_id: str, job_id: str, *, fencing_token: int, step: int) -> AdapterUpload:
    """Give the adapter of a step its ids and upload links; the same step gets the same ids.

    Raises:
        LeaseLost: the runner does not hold the job any more.
    """
    job = fenced_job(tenant_id, job_id, fencing_token)
    rows = Adapter.objects.for_tenant(tenant_id)
    adapter = rows.filter(job=job, step=step).first() or rows.create(
        tenant_id=tenant_id, job=job, step=step, lora_int_id=_next_lora_int_id(), base_model=job.base_model
    )
    urls = {name: signed_link(adapter_key(adapter.id, name), "PUT", LINK_LIFETIME) for name in _FILES}
    return AdapterUpload(adapter_id=adapter.id, lora_int_id=adapter.lora_int_id, urls=urls)


def adapter_key(adapter_id: str, name: str) -> str:
    return f"adapters/{adapter_id}/{name}"


def _next_lora_int_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('finetuning_lora_int_id')")
        return int(cursor.fetchone()[0])


@tenant_transaction
def resume_link(tenant_id: str, job_id: str, *, fencing_token: int, step: int) -> str:
    """Where the runner puts the tar of a checkpoint. Raises LeaseLost."""
    fenced_job(tenant_id, job_id, fencing_token)
    return signed_link(resume_key(job_id, step), "PUT", LINK_LIFETIME)


def check_upload(job: FineTuneJob, engine_name: str) -> Adapter:
    """Accept an uploaded adapter: its manifest is the named one, and its files are complete.

    Raises:
        UploadIncomplete: it is not.
    """
    adapter_id, _, digest = engine_name.partition("@")
    adapter = Adapter.objects.for_tenant(job.tenant_id).filter(job=job, id=adapter_id).first()
    if adapter is None:
        raise UploadIncomplete(f"{adapter_id} is not an adapter of this job.")
    if adapter.engine_name == engine_name:
        return adapter
    manifest = _read_manifest(adapter_id, digest)
    if (manifest.adapter_id, manifest.lora_int_id, manifest.base_model) != (
        adapter.id,
        adapter.lora_int_id,
        job.base_model,
    ):
        raise UploadIncomplete(f"The manifest of {adapter_id} describes another adapter.")
    for name, expected in manifest.files.items():
        found = store.find(adapter_key(adapter_id, name))
        if name not in _FILES or found is None or found.bytes != expected.bytes:
            raise UploadIncomplete(f"{name} of {adapter_id} is missing or short.")
    adapter.engine_name, adapter.kind, adapter.labels = engine_name, manifest.kind, list(manifest.labels)
    adapter.save(update_fields=["engine_name", "kind", "labels"])
    return adapter


def _read_manifest(adapter_id: str, digest: str) -> AdapterManifest:
    try:
        with store.open(adapter_key(adapter_id, "manifest.json")) as file:
            content = file.read(1_000_000)
    except FileNotFoundError as error:
        raise UploadIncomplete(f"{adapter_id} has no manifest.") from error
    if hashlib.sha256(content).hexdigest()[:12] != digest:
        raise UploadIncomplete(f"The manifest of {adapter_id} is not the one named.")
    try:
        return wire.decode(content, AdapterManifest)
    except ValueError as error:
        raise UploadIncomplete(f"The manifest of {adapter_id} cannot be read: {error}") from error
