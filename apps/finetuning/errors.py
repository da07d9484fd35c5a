"""This app's errors."""

from kernel.errors import Conflict, FineryError, NotFound


class JobNotFound(NotFound):
    code = "fine_tune_not_found"


class JobFinished(Conflict):
    """It has ended, so it cannot be cancelled."""


class TooManyActiveJobs(FineryError):
    code = "too_many_active_jobs"
    type = "requests"
    http_status = 429


class LeaseLost(FineryError):
    """The runner's fencing token is stale: somebody else has the job, or nobody should."""

    code = "lease_lost"
    http_status = 409


class UploadIncomplete(FineryError):
    """The adapter in the store is not what the runner says it uploaded."""

    code = "upload_incomplete"
