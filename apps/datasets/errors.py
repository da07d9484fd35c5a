"""This app's errors."""

from kernel.errors import Conflict, FineryError, InvalidRequest


class FileNotReady(FineryError):
    """The file is not validated yet. The same call works a little later."""

    code = "file_not_ready"


class EmptyFile(InvalidRequest):
    """There is nothing in the upload."""


class ProjectFull(FineryError):
    """What the project stores and what its open uploads promise leave no room. Deleting files makes some."""

    code = "storage_limit_exceeded"


class TooManyUploads(FineryError):
    """Too many uploads are open at once. Completing or cancelling some helps."""

    code = "too_many_uploads"


class UploadClosed(Conflict):
    """The upload takes no parts any more."""

    code = "upload_closed"


class UploadExpired(Conflict):
    """The upload was not completed in time; its parts are gone."""

    code = "upload_expired"


class PartMissing(Conflict):
    """Bytes of a part are not there, or not as many as were said. Sending it again helps."""

    code = "part_missing"


class ChecksumMismatch(InvalidRequest):
    """What arrived is not what was sent."""

    code = "checksum_mismatch"
