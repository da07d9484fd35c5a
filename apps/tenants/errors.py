"""This app's errors."""

from kernel.errors import Conflict, NotFound, PermissionDenied


class LastOwner(Conflict):
    code = "last_owner"


class InviteNotUsable(NotFound):
    """Unknown, expired, withdrawn and used tokens answer the same."""

    code = "invite_not_usable"


class WrongAccount(PermissionDenied):
    """The invitation is for another address than the one that is signed in."""

    code = "wrong_account"
