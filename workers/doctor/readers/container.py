"""What kind of file some bytes are. The name proves nothing."""

HEAD_BYTES = 4096

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or a sound file"),
    (b"fLaC", "a sound file"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich text document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"\xca\xfe\xba\xbe", "a program"),
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
    """What a file that is no text seems to be; None for text."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _is_pickle(head):
        return "a Python pickle"
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "an XML document"
    if head.startswith(_WIDE_MARKS):
        return None
    is_json = head.lstrip().startswith((b"{", b"["))  # its reader says on which line the NUL stands
    return "a binary file" if b"\0" in head and not is_json else None


def _is_pickle(head: bytes) -> bool:
    """Protocols 2 to 5 begin with their number; the older ones call a global by name."""
    return (head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")) or head.startswith(
        (b"cos\nsystem", b"cposix\nsystem", b"c__builtin__\n", b"cbuiltins\n")
    )
