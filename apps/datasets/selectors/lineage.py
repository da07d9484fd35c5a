"""Where files and rows come from and went: querysets for those who know jobs and models to join on."""

from typing import Any

from django.db.models import CharField, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from apps.datasets.models import File, FileRow
from apps.datasets.selectors.files import live_files


def _parents(files: QuerySet[File]) -> QuerySet[File, Any]:
    """The ids of the files that these were made of."""
    return files.values(each=Func(F("parents"), function="unnest", output_field=CharField()))


def family_of(tenant_id: str, file_id: str, *, project_id: str) -> QuerySet[File]:
    """A file, what it was made of and what was made of it; to be read within the tenant's scope."""
    itself = live_files(tenant_id).filter(id=file_id)
    is_kin = Q(id=file_id) | Q(id__in=_parents(itself)) | Q(parents__contains=[file_id])
    return live_files(tenant_id).filter(is_kin, project_id=project_id)


def versions_with_row(tenant_id: str, digest: bytes, *, project_id: str) -> QuerySet[File]:
    """Files with a row of this hash, or one made from it by an operation; annotated with its `line`."""
    is_it = Q(hash=digest) | Q(source_hash=digest)
    rows = FileRow.objects.for_tenant(tenant_id).filter(is_it)
    lines = rows.filter(file_id=OuterRef("pk")).order_by("number").values("line")[:1]
    files = live_files(tenant_id).filter(project_id=project_id, id__in=rows.values("file_id"))
    return files.annotate(line=Subquery(lines)).order_by("id")


def files_behind(tenant_id: str, *columns: str) -> QuerySet[File, Any]:
    """The files that columns of an outer query name, and what those were made of, each as a JSON object."""
    named = Q(id__in=[OuterRef(column) for column in columns])
    deeper = Q(id__in=[OuterRef(OuterRef(column)) for column in columns])
    parents = _parents(live_files(tenant_id).filter(deeper))
    files = live_files(tenant_id).filter(named | Q(id__in=parents)).order_by("id")
    return files.values(
        json=JSONObject(
            file_id="id",
            filename="filename",
            dataset_id="dataset_id",
            dataset_name="dataset__name",
            version="version",
            operation="operation",
            parents="parents",
        )
    )
