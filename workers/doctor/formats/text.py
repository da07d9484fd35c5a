"""Documents, unlabelled."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"text": "text"}, optional={"title": "text"}, inputs=("title", "text"))
