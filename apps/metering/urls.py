from django.urls import path

from apps.metering import views

urlpatterns = [
    path("v1/organization/usage/completions", views.UsageCompletionsView.as_view()),
    path("v1/organization/usage/embeddings", views.UsageEmbeddingsView.as_view()),
    path("v1/organization/costs", views.CostsView.as_view()),
    path("v1/organization/balance", views.BalanceView.as_view()),
]
