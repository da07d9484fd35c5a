"""What can go wrong with an export."""

from kernel.errors import NotFound


class ExportNotFound(NotFound):
    """Missing, another organization's, not built yet, or expired."""
