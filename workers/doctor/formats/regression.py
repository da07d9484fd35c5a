"""A text and its number."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"text": "text", "value": "number"}, inputs=("text",))
