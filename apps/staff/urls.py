from django.urls import path
from django.views.generic import RedirectView

import apps.staff.admin  # noqa: F401  # registers what the site shows
from apps.staff import views
from apps.staff.site import site

_ORGANIZATION = "staff/organizations/<slug:tenant_id>"

urlpatterns = [
    path(
        f"{_ORGANIZATION}/credit/", site.act_view(views.GrantCreditView.as_view()), name="staff_grant_credit"
    ),
    path(
        f"{_ORGANIZATION}/limits/",
        site.act_view(views.AdjustLimitsView.as_view()),
        name="staff_adjust_limits",
    ),
    path(
        f"{_ORGANIZATION}/impersonate/",
        site.act_view(views.ImpersonateView.as_view()),
        name="staff_impersonate",
    ),
    path(
        "staff/impersonation/end/",
        site.act_view(views.EndImpersonationView.as_view()),
        name="staff_end_impersonation",
    ),
    path("staff", site.admin_view(RedirectView.as_view(pattern_name="staff:index"))),
    path("staff/", site.urls),
]
