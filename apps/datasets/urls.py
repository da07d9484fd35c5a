from django.urls import path

from apps.datasets.views import files

urlpatterns = [
    path("v1/files", files.FilesView.as_view()),
    path("v1/files/<str:file_id>", files.FileView.as_view()),
    path("v1/files/<str:file_id>/content", files.FileContentView.as_view()),
    path("v1/files/<str:file_id>/report", files.FileReportView.as_view()),
]
