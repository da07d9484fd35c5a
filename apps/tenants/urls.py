from django.urls import path

from apps.tenants import views

urlpatterns = [
    path("api/me", views.MeView.as_view()),
    path("api/projects/<str:project_id>/api_keys", views.ApiKeysView.as_view()),
    path("api/projects/<str:project_id>/api_keys/<str:key_id>", views.ApiKeyView.as_view()),
    path("api/projects/<str:project_id>/session_keys", views.SessionKeysView.as_view()),
]
