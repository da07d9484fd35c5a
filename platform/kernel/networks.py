"""Client addresses and the networks that a key may be used from."""

import ipaddress
from collections.abc import Iterable


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the networks (CIDR). What cannot be read is outside: doubt refuses.

    An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 address.
    """
    try:
        found = ipaddress.ip_address(address)
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in ipaddress.ip_network(network) for network in networks)
    except ValueError:
        return False
