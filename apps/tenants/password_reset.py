"""allauth's reset by a mailed link, for ids with a hyphen: it takes all before the first for the id."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm
from allauth.headless.account import inputs, response, views
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest, HttpResponse

from apps.tenants.models import User


class _MailedKey:
    """`<user id>-<time>-<digest>`: the last two parts are the token."""

    cleaned_data: dict[str, str]
    user: User | None

    def _clean_key_link(self) -> str:
        key = self.cleaned_data["key"]
        user_id, *token = key.rsplit("-", 2)
        form = UserTokenForm(data={"uidb36": user_id, "key": "-".join(token)})
        if not form.is_valid():
            raise get_adapter().validation_error("invalid_password_reset")
        self.user = form.reset_user
        return key


class KeyInput(_MailedKey, inputs.ResetPasswordKeyInput):  # type: ignore[misc]  # allauth is untyped here
    pass


class ResetInput(_MailedKey, inputs.ResetPasswordInput):  # type: ignore[misc]
    pass


class ResetPasswordView(views.ResetPasswordView):  # type: ignore[misc]
    """GET: is the link still good? POST: the new password."""

    input_class = ResetInput

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = KeyInput({"key": request.headers.get("X-Password-Reset-Key", "")})
        if not given.is_valid():
            refused: HttpResponse = ErrorResponse(request, input=given)
            return refused
        found: HttpResponse = response.PasswordResetKeyResponse(request, given.user)
        return found
