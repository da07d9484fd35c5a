from django.urls import path

from apps.datasets import views

urlpatterns = [
    path("v1/files", views.FilesView.as_view()),
    path("v1/files/<str:file_id>", views.FileView.as_view()),
    path("v1/files/<str:file_id>/content", views.FileContentView.as_view()),
    path("v1/files/<str:file_id>/report", views.FileReportView.as_view()),
]
