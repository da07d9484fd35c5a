from django.urls import path

from apps.serving import views

_LIMITS = "v1/organization/projects/<str:project_id>/rate_limits"

urlpatterns = [
    path(_LIMITS, views.RateLimitsView.as_view()),
    path(f"{_LIMITS}/<str:rate_limit_id>", views.RateLimitView.as_view()),
    path("v1/models", views.ModelsView.as_view()),
    path("v1/models/<path:model>", views.ModelView.as_view()),
    path("internal/runner/engines/<str:base_id>", views.EngineView.as_view()),
]
