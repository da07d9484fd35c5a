"""Why an adapter cannot be served."""

from kernel.errors import EngineFailed, ModelNotFound


class AdapterNotFound(ModelNotFound):
    """No such adapter in the store, or the name is not of our form."""


class AdapterRejected(EngineFailed):
    """The adapter's files are not what its name and manifest promise, so they are never loaded."""

    code = "adapter_rejected"
    http_status = 500
    retryable = False
