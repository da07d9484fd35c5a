"""What kind of file some bytes are. The name proves nothing."""

HEAD_BYTES = 4096

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"ARROW1", "Arrow"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP, WAV"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
    (b"ID3", "MP3"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\xd0\xcf\x11\xe0", "XLS, DOC"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
    (b"\x93NUMPY", "NumPy"),
    (b"\x89HDF", "HDF5"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"\xca\xfe\xba\xbe", "Mach-O, Java"),
)
_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\xfd7zXZ", "xz"),
    (b"\x04\x22\x4d\x18", "LZ4"),
)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")  # text in which NUL bytes are usual


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_parquet(head: bytes) -> bool:
    return head.startswith(b"PAR1")


def packed_kind(head: bytes) -> str | None:
    """How a single file was compressed, if it was."""
    return next((name for magic, name in _PACKED if head.startswith(magic)), None)


def binary_kind(head: bytes) -> str | None:
    """What a file seems to be that is not read here, by a name for any language."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _is_pickle(head):
        return "Python pickle"
    if head[257:262] == b"ustar":
        return "tar"
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "XML"
    return None


def is_binary(head: bytes) -> bool:
    """True for what is no text, whatever it is."""
    is_json = head.lstrip().startswith((b"{", b"["))  # its reader says on which line the NUL stands
    return b"\0" in head and not is_json and not head.startswith(_WIDE_MARKS)


def _is_pickle(head: bytes) -> bool:
    """Protocols 2 to 5 begin with their number; the older ones call a global by name."""
    return (head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")) or head.startswith(
        (b"cos\nsystem", b"cposix\nsystem", b"c__builtin__\n", b"cbuiltins\n")
    )
