"""What ends the demo early."""


class DemoFailedError(Exception):
    """A step did not end as it should. `processes` are those whose logs may say why."""

    def __init__(self, message: str, *processes: str) -> None:
        super().__init__(message)
        self.processes = processes
