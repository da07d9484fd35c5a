"""E-mail addresses as mailboxes: different spellings of one mailbox are one."""

import unicodedata

_DOTLESS = frozenset({"gmail.com", "googlemail.com"})  # dots in the local part mean nothing there


def mailbox(address: str) -> str:
    """The mailbox that an address reaches: letter case, `+tag` and Gmail's dots left out.

    A provider that takes `a+b` for another mailbox than `a` is rare; to tell them apart would let one mailbox
    pass for endless people.
    """
    local, _, domain = unicodedata.normalize("NFKC", address).casefold().strip().rpartition("@")
    local, domain = local.partition("+")[0], domain.rstrip(".")
    if domain in _DOTLESS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"
