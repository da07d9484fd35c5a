"""What a project may store, and how often it may send."""

import time
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from apps.core.redis import client
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import ProjectFull
from apps.datasets.models import File, Upload, UploadStatus
from kernel import redis_names
from kernel.errors import RateLimited

_GIGABYTE = 1024**3


@tenant_transaction
def require_room(tenant_id: str, *, project_id: str, size: int) -> None:
    """Make sure that so many bytes more may be stored; until the transaction ends nobody else takes them.

    Raises:
        ProjectFull: they may not.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stored:{project_id}"])
    used = stored_bytes(tenant_id, project_id=project_id)
    if used + size > settings.MAX_PROJECT_BYTES:
        raise ProjectFull(
            f"This project stores {_gigabytes(used)} of {_gigabytes(settings.MAX_PROJECT_BYTES)} GB, "
            f"open uploads included; {_gigabytes(size)} GB more do not fit. Delete files or cancel uploads."
        )


@tenant_transaction
def stored_bytes(tenant_id: str, *, project_id: str) -> int:
    """The bytes of a project's files, and those that its open uploads promise."""
    files = File.objects.for_tenant(tenant_id).filter(project_id=project_id, deleted_at__isnull=True)
    uploads = Upload.objects.for_tenant(tenant_id).filter(project_id=project_id, status=UploadStatus.PENDING)
    return sum(rows.aggregate(total=Sum("bytes", default=0))["total"] for rows in (files, uploads))


def count_upload_request(project_id: str) -> None:
    """One more request that sends bytes or announces them. Raises RateLimited, with the wait."""
    minute, second = divmod(int(time.time()), 60)
    key = redis_names.rate(f"{project_id}/uploads", minute)
    with client().pipeline() as together:
        together.incr(key)
        together.expire(key, 120)
        used = cast("int", together.execute()[0])
    limit = settings.MAX_UPLOAD_REQUESTS_PER_MINUTE
    if used > limit:
        raise RateLimited(
            f"Rate limit reached for uploads on requests per min (RPM): Limit {limit}, Used {used}. "
            f"Please try again in {60 - second}s.",
            retry_after=60 - second,
        )


def _gigabytes(size: int) -> str:
    return f"{size / _GIGABYTE:.2f}"
