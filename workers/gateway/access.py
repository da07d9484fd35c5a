"""What a working key may do: its scopes, its models, the networks it may be used from. Empty means any."""

from kernel.contracts import KeyEntry
from kernel.networks import Address, allows
from kernel.policy import Action
from workers.gateway import errors


def check_network(caller: KeyEntry, address: Address | None) -> None:
    """Raises PermissionDenied when the key may not be used from there; an unknown address is nowhere."""
    if not allows(caller.networks, address):
        raise errors.address_not_allowed()


def check_owner(caller: KeyEntry, headers: list[errors.Header]) -> None:
    """Raises InvalidApiKey when the caller names an organization or a project that is not the key's."""
    for name, value in headers:
        if name == b"openai-organization" and value not in (b"", caller.tenant_id.encode()):
            raise errors.mismatched_organization()
        if name == b"openai-project" and value not in (b"", caller.project_id.encode()):
            raise errors.mismatched_project()


def check_scope(caller: KeyEntry) -> None:
    """Raises PermissionDenied when the key may not call models at all."""
    if caller.scopes and Action.MODEL_REQUEST not in caller.scopes:
        raise errors.missing_scope(Action.MODEL_REQUEST)


def check_model(caller: KeyEntry, model: str) -> None:
    """Raises PermissionDenied when the key may not call that name, whether or not there is such a model."""
    if caller.models and model not in caller.models:
        raise errors.model_not_allowed(model)
