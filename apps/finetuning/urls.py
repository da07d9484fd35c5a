from django.urls import path

from apps.finetuning import internal
from apps.finetuning.views import data, jobs

_JOB = "v1/fine_tuning/jobs/<str:job_id>"
_HELD = "internal/runner/jobs/<str:job_id>"

urlpatterns = [
    path("v1/fine_tuning/jobs", jobs.JobsView.as_view()),
    path("v1/fine_tuning/quotes", jobs.QuotesView.as_view()),
    path(_JOB, jobs.JobView.as_view()),
    path(f"{_JOB}/cancel", jobs.CancelJobView.as_view()),
    path(f"{_JOB}/events", jobs.JobEventsView.as_view()),
    path(f"{_JOB}/checkpoints", jobs.JobCheckpointsView.as_view()),
    path(f"{_JOB}/metrics", jobs.JobMetricsView.as_view()),
    path("v1/files/<str:file_id>/tokens", data.FileTokensView.as_view()),
    path("v1/files/<str:file_id>/lineage", data.FileLineageView.as_view()),
    path("v1/rows/<str:row_hash>/lineage", data.RowLineageView.as_view()),
    path("v1/models/<path:model>/lineage", data.ModelLineageView.as_view()),
    path("v1/datasets/<str:dataset_id>", data.DatasetView.as_view()),
    path("internal/runner/claim", internal.ClaimView.as_view()),
    path(f"{_HELD}/heartbeat", internal.HeartbeatView.as_view()),
    path(f"{_HELD}/progress", internal.ProgressView.as_view()),
    path(f"{_HELD}/adapters", internal.AdaptersView.as_view()),
    path(f"{_HELD}/resume_link", internal.ResumeLinkView.as_view()),
    path(f"{_HELD}/result_links", internal.ResultLinksView.as_view()),
    path(f"{_HELD}/checkpoints", internal.CheckpointsView.as_view()),
    path(f"{_HELD}/succeeded", internal.SucceededView.as_view()),
    path(f"{_HELD}/failed", internal.FailedView.as_view()),
    path(f"{_HELD}/cancelled", internal.CancelledView.as_view()),
    path("internal/objects/<str:token>", internal.object_view),
]
