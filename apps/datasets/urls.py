from django.urls import path

from apps.datasets.views import files, uploads

urlpatterns = [
    path("v1/files", files.FilesView.as_view()),
    path("v1/files/<str:file_id>", files.FileView.as_view()),
    path("v1/files/<str:file_id>/content", files.FileContentView.as_view()),
    path("v1/files/<str:file_id>/report", files.FileReportView.as_view()),
    path("v1/uploads", uploads.UploadsView.as_view()),
    path("v1/uploads/<str:upload_id>", uploads.UploadView.as_view()),
    path("v1/uploads/<str:upload_id>/parts", uploads.UploadPartsView.as_view()),
    path("v1/uploads/<str:upload_id>/part_links", uploads.UploadPartLinksView.as_view()),
    path("v1/uploads/<str:upload_id>/complete", uploads.CompleteUploadView.as_view()),
    path("v1/uploads/<str:upload_id>/cancel", uploads.CancelUploadView.as_view()),
]
