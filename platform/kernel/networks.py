"""Client addresses, and the networks that a key may be used from."""

import ipaddress
import logging
from collections.abc import Iterable
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_log = logging.getLogger(__name__)
_LONGEST = 45  # characters of an address: ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255


def read_address(text: str) -> Address | None:
    """An address, IPv4 also where IPv6 carries it (`::ffff:192.0.2.1`); None when it is none."""
    if len(text) > _LONGEST:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """True when one of the networks has the address; IPv4 and IPv6 never match each other."""
    return any(address in network for network in networks)


def allows(entries: tuple[str, ...], address: Address | None) -> bool:
    """Whether a key with these networks (CIDR; none: from anywhere) may be used from there; doubt refuses."""
    return not entries or (address is not None and is_within(address, _networks(entries)))


@lru_cache(maxsize=65536)
def _networks(entries: tuple[str, ...]) -> tuple[Network, ...]:
    found = []
    for entry in entries:
        try:
            found.append(ipaddress.ip_network(entry))
        except ValueError:
            # It allows nobody. Were it left out of an empty rest, it would allow everybody.
            _log.error("a key's network cannot be read: %r", entry)
    return tuple(found)
