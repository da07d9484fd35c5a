"""What a file has and nobody reads: said with its line, so that nothing is left out in silence."""

from workers.doctor.finding import Finding, Row, quoted
from workers.doctor.formats.fields import is_empty, warning
from workers.doctor.recognise import Recognised

_MOST_NAMES = 1_000
_SHOWN = 10


class Remarks:
    """Of the rows of one file, from top to bottom. `rows` have fields that are not read."""

    def __init__(self, recognised: Recognised) -> None:
        self._reads, self._remark = recognised.reads, recognised.remark
        self._said: set[str] = set()
        self.rows = 0

    def of(self, row: Row, line: int) -> list[Finding]:
        """A field is named on the first line that has something in it."""
        return [*self._unread(row, line), *self._remark(row, line)]

    def _unread(self, row: Row, line: int) -> list[Finding]:
        if self._reads is None or row.keys() <= self._reads:
            return []
        unread = [name for name in row if name not in self._reads and not is_empty(row[name])]
        self.rows += bool(unread)
        new = [name for name in unread if name not in self._said]
        if not new or len(self._said) >= _MOST_NAMES:
            return []
        self._said.update(new)
        names = quoted(new[:_SHOWN]) + (", …" if len(new) > _SHOWN else "")
        return [warning(line, new[0] if len(new) == 1 else None, "unread_fields", names=names)]
