from django.urls import path

from apps.serving import views

urlpatterns = [
    path("v1/models", views.ModelsView.as_view()),
    path("v1/models/<path:model>", views.ModelView.as_view()),
    path("internal/runner/engines/<str:base_id>", views.EngineView.as_view()),
]
