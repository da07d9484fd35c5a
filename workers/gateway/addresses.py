"""Where a call comes from: the one reading of X-Forwarded-For, for key networks and for what web is told."""

import ipaddress

from workers.gateway.replies import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST = 45  # characters of an address: ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255
_MOST_PROXIES = 16  # a longer chain is nobody's network


def client_address(scope: Scope, trusted_proxies: tuple[Network, ...]) -> Address | None:
    """Return the socket's peer or, when that is a trusted proxy, whom the proxies say they speak for.

    That is the right-most address of X-Forwarded-For that is no trusted proxy: everything left of it is the
    client's to invent. A header that cannot be read changes nothing. None: the peer has no address.
    """
    peer = _read((scope.get("client") or ("",))[0])
    if peer is None or not is_within(peer, trusted_proxies):
        return peer
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    for text in reversed(b",".join(values).decode("latin-1").split(",")[-_MOST_PROXIES:]):
        address = None if "%" in text else _read(text.strip(" \t"))  # a zone is free text, and local
        if address is None:
            return peer
        if not is_within(address, trusted_proxies):
            return address
    return peer


def is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    """True when one of the networks has the address; IPv4 and IPv6 never match each other."""
    return any(address in network for network in networks)


def _read(text: str) -> Address | None:
    """An address, IPv4 also where IPv6 carries it."""
    if len(text) > _LONGEST:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address
