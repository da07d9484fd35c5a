"""What staff fill in for each act. Each needs a reason and a tick."""

import uuid
from decimal import Decimal

from django import forms
from django.core.validators import RegexValidator

from kernel.money import MICRO_USD


def new_nonce() -> str:
    return uuid.uuid4().hex


class ActForm(forms.Form):
    """The end of every form: why, and the confirmation."""

    reason = forms.CharField(
        min_length=5,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),  # the admin's class of a wide field
        help_text="Kept in the organization's audit log, where its administrators can read it.",
    )
    is_confirmed = forms.BooleanField(label="I have checked the organization and the values above")

    field_order: list[str] = []


class GrantCreditForm(ActForm):
    """Dollars to micro-dollars, exactly; the nonce makes a second sending of the same page harmless."""

    amount_usd = forms.DecimalField(
        label="Amount in US dollars",
        min_value=Decimal("0.000001"),
        max_value=Decimal(10_000),
        max_digits=11,
        decimal_places=6,
        help_text="At most 10,000, with up to 6 decimals.",
    )
    nonce = forms.CharField(
        widget=forms.HiddenInput, initial=new_nonce, validators=[RegexValidator(r"\A[0-9a-f]{32}\Z")]
    )
    field_order = ["amount_usd", "reason", "is_confirmed", "nonce"]

    @property
    def amount_micro_usd(self) -> int:
        return int(self.cleaned_data["amount_usd"] * MICRO_USD)


class AdjustLimitsForm(ActForm):
    requests_per_minute = forms.IntegerField(min_value=1, max_value=1_000_000)
    tokens_per_minute = forms.IntegerField(min_value=1, max_value=1_000_000_000)
    max_active_jobs = forms.IntegerField(min_value=1, max_value=1_000)
    field_order = ["requests_per_minute", "tokens_per_minute", "max_active_jobs", "reason", "is_confirmed"]


class ImpersonateForm(ActForm):
    email = forms.EmailField(label="E-mail address of the member", max_length=254)
    field_order = ["email", "reason", "is_confirmed"]
