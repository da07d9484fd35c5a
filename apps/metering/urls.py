from django.urls import path

from apps.metering import views

_USAGE = "v1/organization/usage"

urlpatterns = [
    path(f"{_USAGE}/completions", views.UsageCompletionsView.as_view()),
    path(f"{_USAGE}/embeddings", views.UsageEmbeddingsView.as_view()),
    path(f"{_USAGE}/moderations", views.UsageModerationsView.as_view()),
    path(f"{_USAGE}/images", views.UsageImagesView.as_view()),
    path(f"{_USAGE}/audio_speeches", views.UsageAudioSpeechesView.as_view()),
    path(f"{_USAGE}/audio_transcriptions", views.UsageAudioTranscriptionsView.as_view()),
    path(f"{_USAGE}/vector_stores", views.UsageVectorStoresView.as_view()),
    path(f"{_USAGE}/code_interpreter_sessions", views.UsageCodeInterpreterSessionsView.as_view()),
    path(f"{_USAGE}/file_search_calls", views.UsageFileSearchCallsView.as_view()),
    path(f"{_USAGE}/web_search_calls", views.UsageWebSearchCallsView.as_view()),
    path("v1/organization/costs", views.CostsView.as_view()),
    path("v1/organization/balance", views.BalanceView.as_view()),
]
