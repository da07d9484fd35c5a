"""Whether a picture or a sound is what it says, by its header alone: nothing is decoded."""

import io
import struct
import wave
import zlib
from warnings import catch_warnings, simplefilter

from workers.doctor.finding import Value

_PIXELS = 50_000_000
_SECONDS = 3_600
_TAIL = 1024  # bytes in which a whole file's end mark stands

_BROKEN_IMAGE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error)


class Problem:
    """A finding's code, and its values beside the file's name."""

    def __init__(self, code: str, **values: Value) -> None:
        self.code, self.values = code, values


TOO_LARGE = Problem("member_too_large", limit=32)


def problem(kind: str, data: bytes) -> Problem | None:
    """None when it is sound."""
    return _problem_of_image(data) if kind == "image" else _problem_of_sound(data)


def _problem_of_image(data: bytes) -> Problem | None:
    from PIL import Image

    try:
        with catch_warnings():
            simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
                width, height, name = image.width, image.height, image.format
    except Image.DecompressionBombError:
        return _too_many_pixels()
    except _BROKEN_IMAGE:
        return Problem("invalid_image")
    if width * height > _PIXELS:
        return _too_many_pixels()
    return None if _is_whole(data, str(name)) else Problem("truncated_image")


def _too_many_pixels() -> Problem:
    return Problem("image_too_large", limit=_PIXELS // 1_000_000)


def _is_whole(data: bytes, name: str) -> bool:
    """True when the file goes on to where its format ends."""
    if name == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 <= len(data)
    return (b"IEND" if name == "PNG" else b"\xff\xd9") in data[-_TAIL:]


def _problem_of_sound(data: bytes) -> Problem | None:
    if data.startswith(b"RIFF"):
        found = _of_wave(data)
        if found is None or found.code != "invalid_audio":
            return found
    return _of_sound(data)


def _of_wave(data: bytes) -> Problem | None:
    try:
        with wave.open(io.BytesIO(data)) as sound:
            frames, rate, width = sound.getnframes(), sound.getframerate(), sound.getsampwidth()
            channels = sound.getnchannels()
    except (wave.Error, EOFError, struct.error, ValueError, OSError, OverflowError):
        return Problem("invalid_audio")
    if frames * width * channels > len(data):
        return Problem("truncated_audio")
    return _of_length(frames, rate)


def _of_sound(data: bytes) -> Problem | None:
    import soundfile

    try:
        found = soundfile.info(io.BytesIO(data))
    except (soundfile.SoundFileError, OSError, ValueError, TypeError, struct.error):
        return Problem("invalid_audio")
    return _of_length(found.frames, found.samplerate)


def _of_length(frames: int, rate: int) -> Problem | None:
    if frames <= 0 or rate <= 0:
        return Problem("empty_audio")
    return Problem("audio_too_long") if frames > rate * _SECONDS else None
