"""A picture in an archive, by its member's path, and its label."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"image": "name"}, optional={"label": "label"}, inputs=("image",))
