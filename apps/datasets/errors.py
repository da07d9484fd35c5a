"""This app's errors."""

from kernel.errors import Conflict, FineryError, InvalidRequest


class FileNotReady(FineryError):
    """The file is not validated yet. The same call works a little later."""

    code = "file_not_ready"


class EmptyFile(InvalidRequest):
    """There is nothing in the upload."""

    code = "empty_file"


class NoRows(InvalidRequest):
    """The file has no sound rows to show, compare or work on."""

    code = "no_rows"


class FileHasErrors(InvalidRequest):
    """The operation needs a file whose rows are all sound. A fix, or a mapping, makes one."""

    code = "file_has_errors"


class NeedsMapping(InvalidRequest):
    """Somebody has to say first what the columns mean."""

    code = "needs_mapping"


class FormatsDiffer(InvalidRequest):
    """Rows of different formats cannot be merged or compared."""

    code = "different_formats"


class NotCounted(InvalidRequest):
    """No base trains on rows of this format, so nobody counts their tokens."""

    code = "no_token_counts"


class TooLargeForPreview(InvalidRequest):
    """The first rows alone need more memory or time than a preview may take."""

    code = "too_large_for_preview"


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
