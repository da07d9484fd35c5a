"""A picture in an archive: its member's path, the digest that it is known by, and its label."""

from workers.doctor.formats.flat import Flat

RULES = Flat(needed={"image": "name", "sha256": "name"}, optional={"label": "label"}, inputs=("sha256",))
