"""Why an operation makes nothing."""

from workers.doctor.finding import Finding, Value


class Impossible(Exception):
    """It cannot be done with these rows; `finding` says why, to the customer."""

    def __init__(self, code: str, **values: Value) -> None:
        self.finding = Finding(line=None, param=None, code=code, values=values)
        super().__init__(self.finding.message)
