"""Every public and internal path of the control plane."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.github import views as github
from allauth.socialaccount.providers.google import views as google
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularAPIView

from apps.core.exceptions import unknown_url
from apps.tenants.password_reset import ResetPasswordView
from finery import pages


def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


def provider_callback(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Where a provider sends people back to. One that is not configured has no such place."""

    @require_GET
    @wraps(view)
    def callback(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except SocialApp.DoesNotExist:
            return unknown_url(request)

    return callback


nothing_here = csrf_exempt(unknown_url)  # there is nothing to protect, and programs have no token

urlpatterns = [
    path("healthz", healthz),
    re_path(r"^_allauth/\w+/v1/(?:account|auth)/phone(?:/.*)?$", nothing_here),  # we know nobody by telephone
    *(
        path(f"_allauth/{client}/v1/auth/password/reset", ResetPasswordView.as_api_view(client=client))
        for client in settings.HEADLESS_CLIENTS
    ),
    path("_allauth/", include("allauth.headless.urls")),
    path(
        "accounts/github/login/callback/", provider_callback(github.oauth2_callback), name="github_callback"
    ),
    path(
        "accounts/google/login/callback/", provider_callback(google.oauth2_callback), name="google_callback"
    ),
    path(
        "accounts/oidc/<str:provider_id>/login/callback/",
        provider_callback(openid_connect.callback),
        name="openid_connect_callback",
    ),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("", include("apps.privacy.urls")),
    path("", include("apps.tenants.urls")),
    path("", include("apps.catalog.urls")),
    path("", include("apps.datasets.urls")),
    path("", include("apps.finetuning.urls")),
    path("", include("apps.metering.urls")),
    path("", include("apps.serving.urls")),
    path("", include("apps.onboarding.urls")),
    path("", include("apps.staff.urls")),
    re_path(r"^(?:v1|api|internal|_allauth|accounts|staff|assets|static)(?:/.*)?$", nothing_here),
    re_path(pages.page_pattern(), pages.page),
    re_path(r"^", pages.nothing),
]
handler400 = "finery.errors.bad_request"
handler403 = "finery.errors.forbidden"
handler404 = "apps.core.exceptions.not_found"
handler500 = "apps.core.exceptions.server_error"
