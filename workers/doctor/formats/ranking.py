"""Who took, bought or rated what."""

from workers.doctor.formats.flat import Flat

RULES = Flat(
    needed={"user": "name", "item": "name"},
    optional={"rating": "number", "timestamp": "time"},
    inputs=("user", "item"),
)
