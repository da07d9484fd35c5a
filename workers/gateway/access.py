"""What a working key may do: its scopes, its models, the networks it may be used from. Empty means any."""

import ipaddress
import logging
from functools import lru_cache

from kernel.contracts import KeyEntry
from kernel.policy import Action
from workers.gateway import errors
from workers.gateway.addresses import Address, Network, is_within

_log = logging.getLogger(__name__)


def check_network(caller: KeyEntry, address: Address | None) -> None:
    """Raises PermissionDenied when the key may not be used from there; an unknown address is nowhere."""
    if caller.networks and (address is None or not is_within(address, _networks(caller.networks))):
        raise errors.address_not_allowed()


def check_scope(caller: KeyEntry) -> None:
    """Raises PermissionDenied when the key may not call models at all."""
    if caller.scopes and Action.MODEL_REQUEST not in caller.scopes:
        raise errors.missing_scope(Action.MODEL_REQUEST)


def check_model(caller: KeyEntry, model: str) -> None:
    """Raises PermissionDenied when the key may not call that name, whether or not there is such a model."""
    if caller.models and model not in caller.models:
        raise errors.model_not_allowed(model)


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
