"""A text and its one label."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"text": "text", "label": "label"}, inputs=("text",))
