"""A tenant with one of everything, and what must not be seen of it."""

import re
import time
from dataclasses import asdict, dataclass

from allauth.mfa.models import Authenticator

from apps.core.tenancy import tenant_scope
from apps.datasets.models import UploadPart
from apps.datasets.selectors import get_file, search_rows
from apps.datasets.services import create_dataset, delete_file
from apps.datasets.services.uploads import add_part, create_upload
from apps.finetuning.models import Checkpoint
from apps.finetuning.selectors import get_job
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.report_progress import report_progress
from apps.metering.ingest import post_usage
from apps.metering.services import grant_credit
from apps.privacy.services.exports import request_export
from apps.tenants.services import (
    KeyBounds,
    add_project_member,
    create_admin_key,
    create_api_key,
    create_organization,
    create_project,
    create_service_account,
    delete_service_account,
    invite_user,
    set_rate_limit,
)
from apps.tenants.services.invites import InviteRequest
from kernel.contracts import UsageEvent
from kernel.money import Price
from tests.apps.finetuning.test_job_life import step, succeed
from tests.factories.finetuning import INTENTS, make_file, make_job
from tests.factories.tenants import (
    Owner,
    add_member,
    make_owner,
    make_user,
)

BASE = "all-minilm-l6-v2"
CANARY = "canary"  # in every text that a tenant wrote


@dataclass(frozen=True)
class Tenant:
    """One organization, and the ids of one of everything in it, by the name of a path's parameter."""

    owner: Owner
    ids: dict[str, str]

    @property
    def secrets(self) -> list[str]:
        """What must never be in an answer to somebody else."""
        public = ("base_id", "rate_limit_id", "token", "slug")  # a slug may begin another's
        return [CANARY, *sorted(value for name, value in self.ids.items() if name not in public)]


def make_tenant(number: int) -> Tenant:
    """One of everything, all named after the canary and the number."""
    owner = make_owner()
    tenant_id, project_id = owner.tenant_id, owner.project.id
    word = f"{CANARY}{number}"
    member = make_user(word)
    add_member(tenant_id, member, "developer")
    add_project_member(tenant_id, project_id=project_id, role="member", user_id=member.id, email=None)
    content = f"{INTENTS}{word} in a row,track\n"
    file_id = make_file(owner, content, filename=f"{word}.csv")
    validation_id = make_file(owner, filename=f"{word}-valid.csv")
    job = make_job(owner, suffix=word, training_file=file_id, metadata={"note": word})
    lease = claim_job("runner")
    assert lease is not None
    report_progress(tenant_id, job.id, fencing_token=lease.fencing_token, progress=[step(1)])
    name = succeed(owner, lease)
    with tenant_scope(tenant_id):
        Checkpoint.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id,
            job_id=job.id,
            adapter_id=name.split("@")[0],
            step=1,
            progress=asdict(step(1)),
        )
    leased = make_job(owner, suffix=word, training_file=file_id, seed=100 + number)
    taken = claim_job("runner")
    assert taken is not None and taken.spec.job_id == leased.id
    running = make_job(owner, suffix=word, training_file=file_id, seed=number)
    fresh_id = make_file(owner, filename=f"{word}-fresh.csv", validated=False)
    waiting = make_job(owner, suffix=word, training_file=fresh_id, seed=200 + number)
    key = create_api_key(
        tenant_id, project_id=project_id, user_id=owner.user.id, name=word, bounds=KeyBounds(models=(word,))
    )
    admin_key = create_admin_key(tenant_id, user_id=owner.user.id, name=word)
    account, _ = create_service_account(tenant_id, project_id=project_id, name=word, with_key=True)
    project = create_project(tenant_id, name=word)
    invite = invite_user(
        tenant_id,
        InviteRequest(email=f"{word}@example.com", role="developer", projects=((project_id, "member"),)),
        invited_by=owner.user.id,
        may_write_owners=True,
    )
    set_rate_limit(
        tenant_id, project_id=project_id, base_model=BASE, requests_per_minute=7, tokens_per_minute=77
    )
    _use(owner, key.row.id, word)
    file = get_file(tenant_id, file_id)
    spare = create_dataset(tenant_id, project_id=project_id, name=word)
    [row] = search_rows(tenant_id, file, after=-1, limit=1, text=word).rows
    part = _upload(owner, word)
    gone_file = make_file(owner, filename=f"{word}-gone.csv")
    delete_file(tenant_id, gone_file)
    gone_account, _ = create_service_account(tenant_id, project_id=project_id, name=word, with_key=False)
    delete_service_account(tenant_id, project_id=project_id, account_id=gone_account.id)
    for each in range(number):  # so that the two tenants' figures differ
        grant_credit(
            tenant_id, amount_micro_usd=number, idempotency_key=f"only-{number}-{each}", reason="test"
        )
    guest = make_user("guest")  # an owner elsewhere, here in no project
    create_organization(guest.id, name=word)
    add_member(tenant_id, guest, "developer")
    elsewhere = make_user("elsewhere")
    add_member(tenant_id, elsewhere, "developer")
    add_project_member(tenant_id, project_id=project.id, role="owner", user_id=elsewhere.id, email=None)
    set_rate_limit(
        tenant_id, project_id=project.id, base_model=word, requests_per_minute=1, tokens_per_minute=1
    )
    Authenticator.objects.filter(user=owner.user).delete()
    if number == 1:
        Authenticator.objects.create(user=owner.user, type=Authenticator.Type.TOTP, data={})
    ids = {
        "organization_id": tenant_id,
        "project_id": project_id,
        "other_project_id": project.id,
        "user_id": member.id,
        "owner_id": owner.user.id,
        "owner_email": owner.user.email,
        "member_email": member.email,
        "key_id": key.row.id,
        "admin_key_id": admin_key.row.id,
        "service_account_id": account.id,
        "invite_id": invite.id,
        "file_id": file_id,
        "validation_id": validation_id,
        "job_id": job.id,
        "running_job_id": running.id,
        "leased_job_id": leased.id,
        "waiting_job_id": waiting.id,
        "fresh_file_id": fresh_id,
        "dataset_id": str(file.dataset_id),
        "spare_dataset_id": spare.id,
        "row_hash": str(row.hash),
        "upload_id": part.upload_id,
        "part_id": part.id,
        "gone_file_id": gone_file,
        "adapter_id": name.split("@")[0],
        "elsewhere_id": elsewhere.id,
        "guest_id": guest.id,
        "gone_account_id": gone_account.id,
        "model": get_job(tenant_id, job.id).fine_tuned_model,
        "export_id": request_export(tenant_id, user_id=owner.user.id).id,
        "slug": owner.organization.slug,
        "rate_limit_id": f"rl-{BASE}",
        "base_id": BASE,
        "token": "forged",
    }
    return Tenant(owner, ids)


def _upload(owner: Owner, word: str) -> UploadPart:
    """The first and last part of a file that is not completed."""
    project_id = owner.project.id
    upload = create_upload(
        owner.tenant_id,
        size=1,
        mime_type="text/csv",
        project_id=project_id,
        filename=f"{word}.csv",
        purpose="fine-tune",
    )
    return add_part(owner.tenant_id, upload.id, project_id=project_id, chunks=[b"x"], number=1)


def _use(owner: Owner, key_id: str, word: str) -> None:
    """One call that was paid for."""
    event = UsageEvent(
        request_id=f"req_{word}",
        tenant_id=owner.tenant_id,
        project_id=owner.project.id,
        key_id=key_id,
        user_id=owner.user.id,
        operation="embeddings",
        model=word,
        base_model=BASE,
        adapter="",
        price_version=1,
        input_tokens=10_000,
        cached_tokens=0,
        output_tokens=0,
        status="completed",
        started_at=time.time(),
        ended_at=time.time(),
    )
    post_usage(owner.tenant_id, event, Price(version=1, training=0, input=20_000, cached_input=0, output=0))


def neutral(body: bytes, tenant: Tenant) -> bytes:
    """An answer without the ids that were asked for, so that foreign and missing can be compared."""
    for value in sorted(tenant.ids.values(), key=len, reverse=True):
        body = body.replace(value.encode(), b"ID").replace(missing(value).encode(), b"ID")
    return body


def missing(value: str) -> str:
    """An id of the same form that nobody has."""
    return value[:-4] + "zzzz"


def fill(template: str, ids: dict[str, str]) -> str:
    """`<str:file_id>` or `{file_id}` by its value."""
    return re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda found: ids[found[1] or found[2]], template)
