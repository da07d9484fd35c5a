"""This app's errors. Staff read them, on the field at fault."""

from kernel.errors import Conflict, InvalidRequest, NotFound


class OrganizationClosed(Conflict):
    code = "organization_closed"


class AlreadyGranted(Conflict):
    """The same form was sent before: a second click, a reload, a page kept open."""

    code = "already_granted"


class CannotImpersonate(InvalidRequest):
    """Nobody there, oneself, another member of staff, or an account that is switched off."""


class UnknownPerson(NotFound):
    code = "unknown_person"
