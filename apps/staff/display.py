"""How values are shown on the console's pages."""

from decimal import Decimal

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from apps.staff.selectors import COUNT_LIMIT
from kernel.money import MICRO_USD


def dollars(micro_usd: int | None) -> str:
    """All six decimals: support argues about micro-dollars."""
    return "-" if micro_usd is None else f"${Decimal(micro_usd) / MICRO_USD:,.6f}"


def counted(number: int) -> str:
    return f"{number:,}" if number <= COUNT_LIMIT else f"more than {COUNT_LIMIT:,}"


def link_to(row: Model, text: str = "") -> SafeString:
    """A row's page."""
    meta = row._meta
    url = reverse(f"staff:{meta.app_label}_{meta.model_name}_change", args=[quote(row.pk)])
    return format_html('<a href="{}">{}</a>', url, text or str(row))


def link_to_list(model: str, text: str, **filters: str) -> SafeString:
    """The list of a model, `app_model`, by filters that its page allows."""
    url = reverse(f"staff:{model}_changelist")
    return format_html('<a href="{}?{}">{}</a>', url, urlencode(filters), text)
