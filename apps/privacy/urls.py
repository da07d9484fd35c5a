from django.urls import path

from apps.privacy import views

_ORGANIZATION = "api/organizations/<str:organization_id>"

urlpatterns = [
    path(_ORGANIZATION, views.OrganizationView.as_view()),
    path(f"{_ORGANIZATION}/exports", views.ExportsView.as_view()),
    path(f"{_ORGANIZATION}/exports/<str:export_id>/content", views.ExportContentView.as_view()),
]
