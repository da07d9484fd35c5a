"""A person's own account."""

from functools import partial
from typing import Any

from django.db import transaction

from apps.audit.services import record, record_platform
from apps.core.tenancy import system_scope
from apps.tenants import selectors
from apps.tenants.models import User
from apps.tenants.services.members import leave_organization


def record_for_person(user_id: str, event: str, *, after: dict[str, Any] | None = None) -> None:
    """Append an act on an own account to the log of each organization of that person, else the platform's."""
    into = partial(record, event=event, resource_id=user_id, after=after)
    if not selectors.for_each_organization_of(user_id, into):
        record_platform(event, resource_id=user_id, after=after)


@transaction.atomic
def rename_person(user: User, *, name: str) -> User:
    before, user.name = user.name, name.strip()
    user.save(update_fields=["name"])
    into = partial(
        record, event="user.updated", resource_id=user.id, before={"name": before}, after={"name": user.name}
    )
    selectors.for_each_organization_of(user.id, into)
    return user


@transaction.atomic
def delete_person(user: User) -> None:
    """Erase an account: the person leaves every organization, their keys end, the address is forgotten.

    Raises:
        LastOwner: an organization would be left without an owner.
    """
    selectors.for_each_organization_of(user.id, partial(leave_organization, user_id=user.id))
    record_platform("user.deleted", resource_id=user.id)
    with system_scope():
        user.delete()
