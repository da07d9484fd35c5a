"""Bases, prices and token counts. Nothing here is a tenant's."""

from django.conf import settings
from django.utils import timezone

from apps.catalog.base_files import Base, all_bases
from apps.catalog.models import PriceVersion
from apps.catalog.tokenizing import TokenCounter
from kernel.contracts import BaseEntry
from kernel.errors import ModelNotFound
from kernel.money import Price


def get_base(base_id: str) -> Base:
    """A base that is offered here, today.

    Raises:
        ModelNotFound: unknown, shut down, or from a hub that this installation does not use.
    """
    base = all_bases().get(base_id)
    if base is None or not _is_offered(base):
        raise ModelNotFound(f"The model `{base_id}` does not exist or you do not have access to it.")
    return base


def list_bases() -> list[Base]:
    """Every base that is offered here, today, by id."""
    return [base for _, base in sorted(all_bases().items()) if _is_offered(base)]


def _is_offered(base: Base) -> bool:
    if base.available == "hub" and not settings.HUB_BASES:
        return False
    return base.shutdown_date is None or timezone.now().date() < base.shutdown_date


def current_price(base_id: str) -> Price:
    """The newest version of a base's price.

    Raises:
        LookupError: the price book has no price; nothing may be sold.
    """
    row = PriceVersion.objects.filter(base_id=base_id).order_by("-version").first()
    if row is None:
        raise LookupError(f"no price for {base_id}; run sync_price_book")
    return _price(row)


def get_price(version: int) -> Price:
    """A price as it was sold.

    Raises:
        LookupError: no such version.
    """
    row = PriceVersion.objects.filter(version=version).first()
    if row is None:
        raise LookupError(f"no price version {version}")
    return _price(row)


def _price(row: PriceVersion) -> Price:
    return Price(
        version=row.version,
        training=row.training,
        input=row.input,
        cached_input=row.cached_input,
        output=row.output,
    )


def base_entry(base_id: str) -> BaseEntry:
    """A base as gateways know it. Raises ModelNotFound, LookupError."""
    base = get_base(base_id)
    return BaseEntry(
        id=base.id,
        engine=base.engine,
        source=base.source,
        context_length=base.context_length,
        max_lora_rank=base.max_lora_rank,
        price=current_price(base.id),
        created_at=base.created_at,
        owned_by=base.owned_by,
        methods=base.methods,
    )


def token_counter(base_id: str) -> TokenCounter:
    """Counts a base's tokens as its trainer and its engine do. Raises ModelNotFound, Unavailable."""
    return TokenCounter(get_base(base_id))
