"""A text, one that belongs to it and one that does not, for embeddings."""

from collections.abc import Iterator

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error
from workers.doctor.formats.flat import Flat


def _differ(row: Row, line: int) -> Iterator[Finding]:
    for name in ("anchor", "positive"):
        if row[name].strip() == row["negative"].strip():
            yield error(line, "negative", "identical_texts", name=name, other="negative")
            return


RULES = Flat(
    needed={"anchor": "text", "positive": "text", "negative": "text"}, inputs=("anchor",), also=_differ
)
