"""The acts of staff: one page each, with a reason and a confirmation."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View
from django.views.generic import FormView

from apps.staff import forms, services
from apps.staff.display import dollars
from apps.staff.site import rendered, site
from apps.tenants.impersonation import end_impersonation, start_impersonation
from apps.tenants.models import Organization, User
from kernel.errors import FineryError

if TYPE_CHECKING:
    FormPage = FormView[Any]
else:
    FormPage = FormView


class ActView(FormPage):
    """GET, POST: an act on the organization that the path names. Refusals stand on the form."""

    template_name = "staff/act.html"
    title = ""
    done = "Done."
    organization: Organization

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.organization = get_object_or_404(Organization, id=kwargs["tenant_id"])
        response = rendered(super().dispatch(request, *args, **kwargs))
        if not isinstance(response, HttpResponseRedirect):
            services.record_read(self.organization.id, self.organization.id)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"title": self.title, "organization": self.organization}
        return super().get_context_data(**kwargs) | site.each_context(self.request) | page

    def get_success_url(self) -> str:
        return reverse("staff:tenants_organization_change", args=[quote(self.organization.id)])

    def form_valid(self, form: Any) -> Any:
        try:
            self.act(form)
        except FineryError as error:
            form.add_error(error.param if error.param in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return super().form_valid(form)

    def act(self, form: Any) -> None:
        raise NotImplementedError


class GrantCreditView(ActView):
    title = "Grant credit"
    form_class = forms.GrantCreditForm

    def act(self, form: forms.GrantCreditForm) -> None:
        services.grant_credit(
            self.organization.id,
            amount_micro_usd=form.amount_micro_usd,
            reason=form.cleaned_data["reason"],
            nonce=form.cleaned_data["nonce"],
        )
        self.done = f"Granted {dollars(form.amount_micro_usd)} to {self.organization.name}."


class AdjustLimitsView(ActView):
    title = "Adjust limits"
    form_class = forms.AdjustLimitsForm
    done = "The limits are set."
    fields = ("requests_per_minute", "tokens_per_minute", "max_active_jobs")

    def get_initial(self) -> dict[str, Any]:
        return {field: getattr(self.organization, field) for field in self.fields}

    def act(self, form: Form) -> None:
        limits = {field: form.cleaned_data[field] for field in self.fields}
        services.adjust_limits(self.organization.id, **limits, reason=form.cleaned_data["reason"])


class ImpersonateView(ActView):
    """The dashboard shows what that member sees, for an hour, read-only, each read on the record."""

    title = "Look on as a member"
    form_class = forms.ImpersonateForm
    success_url = "/"
    done = "You look on as a member now. Nothing can be changed, and every read is recorded."

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.request.GET.get("email", "")}

    def get_success_url(self) -> str:
        return "/"

    def act(self, form: Form) -> None:
        person = services.allow_impersonation(
            self.organization.id,
            staff_id=cast(User, self.request.user).id,
            email=form.cleaned_data["email"],
            reason=form.cleaned_data["reason"],
        )
        end_impersonation(self.request.session)
        start_impersonation(self.request.session, person.id, tenant_id=self.organization.id)


class EndImpersonationView(View):
    """POST: a member of staff is themselves again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        end_impersonation(request.session)
        messages.success(request, "You are yourself again.")
        return HttpResponseRedirect(reverse("staff:index"))
