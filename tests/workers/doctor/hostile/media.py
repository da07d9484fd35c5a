"""Archives of images and sounds that are missing, cut off, or not what they say."""

import io
import struct
import wave
import zipfile
import zlib

from PIL import Image

from tests.workers.doctor.hostile.archives import archive_of
from tests.workers.doctor.hostile.case import made

_LABELS = b"file_name,label\na.%s,x\nb.%s,y\n"


def picture(kind: str = "PNG") -> bytes:
    made_in = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(made_in, kind)
    return made_in.getvalue()


def sound(frames: int = 800) -> bytes:
    made_in = io.BytesIO()
    with wave.open(made_in, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\0\1" * frames)
    return made_in.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def _png(width: int, height: int, *more: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + _chunk(b"IEND", b"")


def _packed_text() -> bytes:
    return _png(16, 16, _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * (64 * 1024**2))))


def _packed_profile() -> bytes:
    return _png(16, 16, _chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"a" * (64 * 1024**2))))


def _large_jpeg() -> bytes:
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    return bytes(data)


def _wave_with(offset: int, value: bytes) -> bytes:
    data = sound()
    return data[:offset] + value + data[offset + len(value) :]


def _second(suffix: str, sound_one: bytes, other: bytes) -> bytes:
    """A sound member in row 2 and the other one in row 3."""
    labels = _LABELS.replace(b"%s", suffix.encode())
    return archive_of({"metadata.csv": labels, f"a.{suffix}": sound_one, f"b.{suffix}": other})


_IMAGES = {
    "cut_off": (lambda: picture()[:40], "invalid_image"),
    "without_end": (lambda: picture()[:-12], "truncated_image"),
    "empty": (lambda: b"", "invalid_image"),
    "text": (lambda: b"not an image at all", "invalid_image"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "invalid_image"),
    "gif": (lambda: picture("GIF"), "invalid_image"),
    "huge": (lambda: _png(65_535, 65_535), "image_too_large"),
    "sixty_megapixels": (lambda: _png(10_000, 6_000), "image_too_large"),
    "no_size": (lambda: _png(0, 0), "invalid_image"),
    "packed_text": (_packed_text, "invalid_image"),
    "broken_chunk": (lambda: _png(16, 16).replace(b"IDAT", b"ID\0\0"), "invalid_image"),
}
_SOUNDS = {
    "cut_off": (lambda: sound()[:400], "truncated_audio"),
    "cut_in_header": (lambda: sound()[:20], "invalid_audio"),
    "no_frames": (lambda: sound(0), "empty_audio"),
    "no_rate": (lambda: _wave_with(24, b"\0\0\0\0"), "empty_audio"),
    "no_channels": (lambda: _wave_with(22, b"\0\0"), "invalid_audio"),
    "endless": (lambda: _wave_with(40, b"\xff\xff\xff\x7f"), "truncated_audio"),
    "text": (lambda: b"not a sound at all", "invalid_audio"),
    "garbage": (lambda: b"RIFF" + bytes(range(256)) * 8, "invalid_audio"),
    "empty": (lambda: b"", "invalid_audio"),
}


def _pictures(labels: str, *names: str) -> bytes:
    image = picture()
    return archive_of({"metadata.csv": labels.encode(), **dict.fromkeys(names, image)})


def _too_large() -> bytes:
    members = {"metadata.csv": b"file_name,label\na.png,x\n", "a.png": picture() + b"\0" * (33 * 1024**2)}
    return archive_of(members, zipfile.ZIP_STORED)


CASES = (
    *(made(f"image_{name}.zip", lambda make=make: _second("png", picture(), make()), code, 3)  # type: ignore[misc]
      for name, (make, code) in _IMAGES.items()),
    *(made(f"sound_{name}.zip", lambda make=make: _second("wav", sound(), make()), code, 3)  # type: ignore[misc]
      for name, (make, code) in _SOUNDS.items()),
    made("image_packed_profile.zip", lambda: _second("png", picture(), _packed_profile()),
         "invalid_image", 3),
    made("jpeg_huge.zip", lambda: _second("jpg", picture("JPEG"), _large_jpeg()), "image_too_large", 3),
    made("jpeg_without_end.zip", lambda: _second("jpg", picture("JPEG"), picture("JPEG")[:-2]),
         "truncated_image", 3),
    made("webp_cut_off.zip", lambda: _second("webp", picture("WEBP"), picture("WEBP")[:-20]),
         "invalid_image", 3),
    made("image_large.zip", _too_large, "member_too_large", 2),
    made("flac_garbage.zip", lambda: _second("flac", b"fLaC" + b"\xff" * 500, b""), "invalid_audio", 2),
    made("mp3_garbage.zip", lambda: _second("mp3", b"ID3\4" + b"\xff" * 500, b""), "invalid_audio", 2),
    made("ogg_garbage.zip", lambda: _second("ogg", b"OggS" + b"\xff" * 500, b""), "invalid_audio", 2),
    made("missing_member.zip", lambda: _pictures("file_name,label\na.png,x\nb.png,y\n", "a.png"),
         "missing_member", 3),
    made("leads_out.zip", lambda: _pictures("file_name,label\na.png,x\n../../etc/passwd,y\n", "a.png"),
         "missing_member", 3),
    made("absolute_reference.zip", lambda: _pictures("file_name,label\na.png,x\n/etc/passwd,y\n", "a.png"),
         "missing_member", 3),
    made("address.zip", lambda: _pictures("file_name,label\na.png,x\nhttp://127.0.0.1/a.png,y\n", "a.png"),
         "missing_member", 3),
    made("no_file_column.zip", lambda: _pictures("score,other\n1,x\n2,y\n", "a.png"), "missing_columns"),
    made("labels_broken.zip", lambda: _pictures('file_name,label\na.png,x\n"b.png,y\n', "a.png", "b.png"),
         "invalid_csv", 3),
    made("labels_binary.zip", lambda: archive_of({"labels.csv": b"\x7fELF\0", "a.png": picture()}),
         "unsupported_format"),
    made("labels_empty.zip", lambda: _pictures("", "a.png"), "empty_file"),
    made("unused_members.zip", lambda: _pictures("file_name,label\na.png,x\n", "a.png", "b.png"), None),
    made("folders.zip", lambda: archive_of(dict.fromkeys(("x/a.png", "x/b.png", "y/c.png"), picture())),
         None),
    made("chinese_names.zip", lambda: archive_of(dict.fromkeys(("猫/a.png", "狗/b.png"), picture())), None),
)  # fmt: skip
