"""Two texts that belong together, for embeddings."""

from collections.abc import Iterator

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import warning
from workers.doctor.formats.flat import Flat


def _differ(row: Row, line: int) -> Iterator[Finding]:
    if row["anchor"].strip() == row["positive"].strip():
        yield warning(line, "positive", "identical_texts", name="anchor", other="positive")


RULES = Flat(
    needed={"anchor": "text", "positive": "text"},
    optional={"score": "number"},
    inputs=("anchor",),
    also=_differ,
)
