"""This app's errors."""

from kernel.errors import FineryError, InvalidRequest


class FileNotReady(FineryError):
    """The file is not validated yet. The same call works a little later."""

    code = "file_not_ready"


class EmptyFile(InvalidRequest):
    """There is nothing in the upload."""
