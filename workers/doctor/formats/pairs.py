"""Two texts that belong together, for embeddings."""

from collections.abc import Iterator

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import warning
from workers.doctor.formats.flat import Flat


def _differ(row: Row, line: int) -> Iterator[Finding]:
    if row["anchor"].strip() == row["positive"].strip():
        message = f"Line {line}: anchor and positive are the same text; nothing is learned from it."
        yield warning(line, "positive", "identical_texts", message)


RULES = Flat(
    needed={"anchor": "text", "positive": "text"},
    optional={"score": "number"},
    inputs=("anchor",),
    also=_differ,
)
