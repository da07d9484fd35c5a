"""Files that are not what their names say, and files that are nothing that could be read."""

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile

from tests.workers.doctor.hostile.case import GOOD, GOOD_TABLE, made, of_bytes

_JUNK = bytes(range(256)) * 20

_UNREADABLE = {
    "pdf": b"%PDF-1.7\n" + _JUNK,
    "arrow": b"ARROW1\0\0" + _JUNK,
    "png": b"\x89PNG\r\n\x1a\n" + _JUNK,
    "jpeg": b"\xff\xd8\xff\xe0" + _JUNK,
    "gif": b"GIF89a" + _JUNK,
    "webp": b"RIFF\x10\0\0\0WEBP" + _JUNK,
    "wav": b"RIFF\x10\0\0\0WAVE" + _JUNK,
    "flac": b"fLaC" + _JUNK,
    "mp4": b"\0\0\0\x18ftypmp42" + _JUNK,
    "seven_zip": b"7z\xbc\xaf\x27\x1c" + _JUNK,
    "rar": b"Rar!\x1a\x07" + _JUNK,
    "old_excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _JUNK,
    "sqlite": b"SQLite format 3\0" + _JUNK,
    "rtf": b"{\\rtf1\\ansi hello}",
    "elf": b"\x7fELF\x02\x01" + _JUNK,
    "exe": b"MZ\x90\0" + _JUNK,
    "hdf5": b"\x89HDF\r\n\x1a\n" + _JUNK,
    "html": b"<!DOCTYPE html><html><body>[]</body></html>",
    "html_after_mark": b"\xef\xbb\xbf\n<html><script>1</script></html>",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "executable_archive": b"\0asm\x01\0\0\0" + _JUNK,
    "safetensors": struct.pack("<Q", 64) + b'{"a":{"dtype":"F32"}}' + _JUNK,
}
_NAMES = (".jsonl", ".csv", ".json")
_PICKLED = {protocol: pickle.dumps({"messages": [1, "a"]}, protocol) for protocol in range(2, 6)}


def _tar() -> bytes:
    made_in = io.BytesIO()
    with tarfile.open(fileobj=made_in, mode="w") as archive:
        info = tarfile.TarInfo("../../etc/passwd")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"hello"))
    return made_in.getvalue()


def _zipped(name: str, data: bytes) -> bytes:
    made_in = io.BytesIO()
    with zipfile.ZipFile(made_in, "w") as archive:
        archive.writestr(name, data)
    return made_in.getvalue()


def _gzip_bomb() -> bytes:
    return gzip.compress(b"\0" * (64 * 1024**2), 1)


CASES = (
    *(
        of_bytes(f"{name}{_NAMES[place % 3]}", data, "unsupported_format")
        for place, (name, data) in enumerate(_UNREADABLE.items())
    ),
    *(of_bytes(f"pickle_{n}.jsonl", data, "unsupported_format") for n, data in _PICKLED.items()),
    of_bytes("pickle_0.csv", b"cos\nsystem\n(S'echo hello'\ntR.", "unsupported_format"),
    of_bytes("pickle_builtins.txt", b"c__builtin__\neval\n(S'1'\ntR.", "unsupported_format"),
    made("tar.csv", _tar, "unsupported_format"),
    made("tar.gz", lambda: gzip.compress(_tar()), "compressed_file"),
    made("gzip_bomb.jsonl", _gzip_bomb, "compressed_file"),
    made("bzip2.csv", lambda: bz2.compress(GOOD_TABLE.encode()), "compressed_file"),
    made("xz.csv", lambda: lzma.compress(GOOD_TABLE.encode()), "compressed_file"),
    of_bytes("zstandard.jsonl", b"\x28\xb5\x2f\xfd" + _JUNK, "compressed_file"),
    of_bytes("lz4.jsonl", b"\x04\x22\x4d\x18" + _JUNK, "compressed_file"),
    made("image_and_archive.png", lambda: _UNREADABLE["png"] + _zipped("a.csv", b"x"), "unsupported_format"),
    made("document_and_rows.pdf", lambda: b"%PDF-1.7\n" + GOOD.encode() * 3, "unsupported_format"),
    made("rows_and_archive.jsonl", lambda: GOOD.encode() + _zipped("a.csv", b"x"), "not_utf8", 2),
    made("archive_with_prefix.zip", lambda: b"MZ\x90\0" + _zipped("a.csv", b"x"), "unsupported_format"),
    of_bytes("lines.csv", GOOD * 3, None),
    of_bytes("lines.parquet", GOOD * 3, None),
    of_bytes("lines.xlsx", GOOD * 3, None),
    of_bytes("table.json", GOOD_TABLE, None),
    of_bytes("table.zip", GOOD_TABLE, None),
    of_bytes("table", GOOD_TABLE, None),
    of_bytes("prose.jsonl", "Only words here.\nAnd here.\n", "invalid_json", 1),
    of_bytes("prose.csv", "Only words here.\nAnd here.\n", None),
    made("archive.csv", lambda: _zipped("a.csv", GOOD_TABLE.encode()), None),
)
