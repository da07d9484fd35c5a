"""What holds for every ZIP archive, checked before any member is unpacked."""

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from kernel.rows import Limits
from workers.doctor.finding import Finding, cut
from workers.doctor.readers.content import Content, refusal
from workers.doctor.readers.member_names import name_members

_SMALL = 16 * 1024**2  # unpacked; below it, repetition may look like a bomb and is none
_NAME_BYTES = 1024
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_SYMLINK, _TYPE_BITS = 0o120000, 0o170000
_PLAIN_KINDS = (0, 0o100000, 0o040000)  # not said, a file, a folder
_ENCRYPTED = 0x1
_KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
)


def list_members(content: Content, limits: Limits) -> list[zipfile.ZipInfo] | Finding:
    """The archive's files by their owner's names, without folders, when nothing about it is suspicious."""
    try:
        with content.open() as file:
            if _directory_bytes(file, content.size) > limits.members * 200:
                return _too_many(limits)
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
    except UNREADABLE:
        return refusal("invalid_zip")
    if len(members) > limits.members:
        return _too_many(limits)
    return _first_problem(members, content.size, limits) or [one for one in members if not one.is_dir()]


def _too_many(limits: Limits) -> Finding:
    return refusal("too_many_members", limit=limits.members)


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """Of the list of members, as the archive's end gives it. It would be read whole."""
    file.seek(max(0, size - 66_000))
    tail = file.read(66_000)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("no end")
    stated: int = struct.unpack_from("<L", tail, at + 12)[0]
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0 and len(tail) >= wide + 56:
        stated = max(stated % 0xFFFFFFFF, struct.unpack_from("<Q", tail, wide + 40)[0])
    return stated


def _first_problem(members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> Finding | None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        gigabytes = f"{limits.unpacked_bytes / 1024**3:g}"
        return refusal("too_large_unpacked", reason="archive", limit=gigabytes)
    if unpacked > _SMALL and unpacked > limits.ratio * packed:
        return refusal("suspicious_ratio", limit=limits.ratio)
    for member in members:
        if problem := _problem(member):
            return problem
    name_members(members)
    seen: set[str] = set()
    for member in members:
        if not _is_safe(member.filename):
            return _refused("unsafe_member", member)
        if member.filename in seen:
            return _refused("duplicate_member", member)
        seen.add(member.filename)
    return None


def _problem(member: zipfile.ZipInfo) -> Finding | None:
    if member.flag_bits & _ENCRYPTED:
        return _refused("encrypted_member", member)
    kind = (member.external_attr >> 16) & _TYPE_BITS
    if kind == _SYMLINK:
        return _refused("symlink_member", member)
    if kind not in _PLAIN_KINDS:
        return _refused("special_member", member)
    if not _is_safe(member.filename) or not _is_safe(member.orig_filename):
        return _refused("unsafe_member", member)
    if member.compress_type not in _KNOWN_PACKING:
        return _refused("unsupported_packing", member)
    return None


def _is_safe(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    is_absolute = name.startswith(("/", "\\")) or name[1:2] == ":"
    is_odd = any(character < " " for character in name) or len(name) > _NAME_BYTES
    return not is_absolute and not is_odd and ".." not in parts


def _refused(code: str, member: zipfile.ZipInfo) -> Finding:
    return refusal(code, name=cut(member.filename))
