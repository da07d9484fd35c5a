"""An answer to a prompt, and how good it is."""

from workers.doctor.formats.flat import Flat

RULES = Flat(
    needed={"prompt": "text", "response": "text", "score": "number"},
    inputs=("prompt", "response"),
)
