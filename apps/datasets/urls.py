from django.urls import path

from apps.datasets.views import datasets, files, rows, uploads

urlpatterns = [
    path("v1/files", files.FilesView.as_view()),
    path("v1/files/<str:file_id>", files.FileView.as_view()),
    path("v1/files/<str:file_id>/content", files.FileContentView.as_view()),
    path("v1/files/<str:file_id>/report", rows.FileReportView.as_view()),
    path("v1/files/<str:file_id>/rows", rows.FileRowsView.as_view()),
    path("v1/files/<str:file_id>/mapping", rows.FileMappingView.as_view()),
    path("v1/files/<str:file_id>/overlap", rows.FileOverlapView.as_view()),
    path("v1/files/<str:file_id>/export", rows.FileExportView.as_view()),
    path("v1/datasets", datasets.DatasetsView.as_view()),
    path("v1/datasets/<str:dataset_id>/versions", datasets.VersionsView.as_view()),
    path("v1/datasets/<str:dataset_id>/diff", datasets.DiffView.as_view()),
    path("v1/uploads", uploads.UploadsView.as_view()),
    path("v1/uploads/<str:upload_id>", uploads.UploadView.as_view()),
    path("v1/uploads/<str:upload_id>/parts", uploads.UploadPartsView.as_view()),
    path("v1/uploads/<str:upload_id>/part_links", uploads.UploadPartLinksView.as_view()),
    path("v1/uploads/<str:upload_id>/complete", uploads.CompleteUploadView.as_view()),
    path("v1/uploads/<str:upload_id>/cancel", uploads.CancelUploadView.as_view()),
]
