from django.urls import path

from apps.finetuning import internal, views

_JOB = "v1/fine_tuning/jobs/<str:job_id>"
_HELD = "internal/runner/jobs/<str:job_id>"

urlpatterns = [
    path("v1/fine_tuning/jobs", views.JobsView.as_view()),
    path("v1/fine_tuning/quotes", views.QuotesView.as_view()),
    path(_JOB, views.JobView.as_view()),
    path(f"{_JOB}/cancel", views.CancelJobView.as_view()),
    path(f"{_JOB}/events", views.JobEventsView.as_view()),
    path(f"{_JOB}/checkpoints", views.JobCheckpointsView.as_view()),
    path(f"{_JOB}/metrics", views.JobMetricsView.as_view()),
    path("internal/runner/claim", internal.ClaimView.as_view()),
    path(f"{_HELD}/heartbeat", internal.HeartbeatView.as_view()),
    path(f"{_HELD}/progress", internal.ProgressView.as_view()),
    path(f"{_HELD}/adapters", internal.AdaptersView.as_view()),
    path(f"{_HELD}/resume_link", internal.ResumeLinkView.as_view()),
    path(f"{_HELD}/checkpoints", internal.CheckpointsView.as_view()),
    path(f"{_HELD}/succeeded", internal.SucceededView.as_view()),
    path(f"{_HELD}/failed", internal.FailedView.as_view()),
    path(f"{_HELD}/cancelled", internal.CancelledView.as_view()),
    path("internal/objects/<str:token>", internal.object_view),
]
