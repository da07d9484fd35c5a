"""What the members of an archive are called, however the program that packed it wrote that down."""

import posixpath
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable

from workers.doctor.readers.encoding import looks_like

_SAYS_UTF8 = 0x800  # of a member's flags
_UNICODE_PATH = 0x7075  # an extra field: Info-ZIP's name in UTF-8 beside the old one
_ADDED_BY_SYSTEMS = ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin")


def name_members(members: list[zipfile.ZipInfo]) -> None:
    """Give all members of an archive their owner's names as `filename`, by which they can be compared.

    That is in one encoding, with slashes, without `./`, and in one Unicode form (NFC). What the archive
    itself calls a member stays in `orig_filename`, by which `zipfile` finds it.
    """
    codec = _codec([_raw(member) for member in members if not _is_unicode(member)])
    for member in members:
        name = _unicode_path(member) or _decoded(member, codec)
        member.filename = plain_name(name) + ("/" if name.endswith(("/", "\\")) else "")


def plain_name(name: str) -> str:
    """One spelling of a path: Windows', a Mac's and Linux' are the same."""
    return unicodedata.normalize("NFC", posixpath.normpath(name.replace("\\", "/")))


def is_clutter(name: str) -> bool:
    """What a Mac, Windows or a tool adds to a folder, and hides there."""
    parts = [part.casefold() for part in name.split("/")]
    return any(part.startswith(".") or part in _ADDED_BY_SYSTEMS for part in parts)


def _is_unicode(member: zipfile.ZipInfo) -> bool:
    return bool(member.flag_bits & _SAYS_UTF8) or member.orig_filename.isascii()


def _raw(member: zipfile.ZipInfo) -> bytes:
    """The name's bytes: `zipfile` reads what does not say UTF-8 as code page 437, which has every byte."""
    return member.orig_filename.encode("utf-8" if member.flag_bits & _SAYS_UTF8 else "cp437")


def _codec(names: list[bytes]) -> str:
    """All were written by one program: in UTF-8 without saying so, or as Windows does in its country."""
    for codec in ("utf-8", looks_like(b"\n".join(names)), "gb18030"):
        if codec is not None and _all_decode(names, codec):
            return codec
    return "cp437"


def _all_decode(names: Iterable[bytes], codec: str) -> bool:
    try:
        for name in names:
            name.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(member: zipfile.ZipInfo, codec: str) -> str:
    return member.orig_filename if _is_unicode(member) else _raw(member).decode(codec)


def _unicode_path(member: zipfile.ZipInfo) -> str | None:
    """The name in the extra field, if that is of the name that the member has now."""
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            is_current = zlib.crc32(_raw(member)) == struct.unpack_from("<L", field, 1)[0]
            return field[5:].decode("utf-8", "replace") if is_current else None
    return None
