"""A number at a time. The order of the rows is checked with the whole file."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"timestamp": "time", "value": "number"}, inputs=("timestamp",))
