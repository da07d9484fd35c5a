"""Where a call comes from: the one reading of X-Forwarded-For, for key networks and for what web is told."""

from ipaddress import ip_network

from kernel.networks import Address, Network, is_within, read_address
from workers.gateway.replies import Scope

_MOST_PROXIES = 16  # a longer chain is nobody's network


def customer_network(address: str) -> str:
    """What one customer has: an IPv4 address, or an IPv6 network of 64 bits."""
    found = read_address(address)
    return str(ip_network((found, 64), strict=False)) if found and found.version == 6 else address


def client_address(scope: Scope, trusted_proxies: tuple[Network, ...]) -> Address | None:
    """Return the socket's peer or, when that is a trusted proxy, whom the proxies say they speak for.

    That is the right-most address of X-Forwarded-For that is no trusted proxy: everything left of it is the
    client's to invent. A header that cannot be read changes nothing. None: the peer has no address.
    """
    peer = read_address((scope.get("client") or ("",))[0])
    if peer is None or not is_within(peer, trusted_proxies):
        return peer
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    for text in reversed(b",".join(values).decode("latin-1").split(",")[-_MOST_PROXIES:]):
        address = None if "%" in text else read_address(text.strip(" \t"))  # a zone is free text, and local
        if address is None:
            return peer
        if not is_within(address, trusted_proxies):
            return address
    return peer
