"""Every public and internal path of the control plane."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import ensure_csrf_cookie
from drf_spectacular.views import SpectacularAPIView

from apps.core.exceptions import unknown_url


def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@ensure_csrf_cookie
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """The single page application; its own router takes the rest of the path."""
    page = settings.DASHBOARD_FOLDER / "index.html"
    if not page.is_file():
        return HttpResponse("The dashboard is not built: run `make frontend`.", status=503)
    return FileResponse(page.open("rb"), content_type="text/html", headers={"Cache-Control": "no-cache"})


urlpatterns = [
    path("healthz", healthz),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("", include("apps.tenants.urls")),
    path("", include("apps.catalog.urls")),
    path("", include("apps.datasets.urls")),
    path("", include("apps.finetuning.urls")),
    path("", include("apps.metering.urls")),
    path("", include("apps.serving.urls")),
    path("", include("apps.onboarding.urls")),
    re_path(r"^(?:v1|api|internal|_allauth|assets|static)(?:/.*)?$", unknown_url),
    re_path(r"^.*$", dashboard),
]
handler404 = "apps.core.exceptions.not_found"
handler500 = "apps.core.exceptions.server_error"
