"""This app's errors."""


class BaseFileError(ValueError):
    """A file of the catalogue is wrong. Ours to fix: the process does not start."""
