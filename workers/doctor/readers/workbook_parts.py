"""The XML parts of a workbook, checked before a parser sees them."""

import zipfile
from collections.abc import Iterator

from workers.doctor.finding import Finding, cut
from workers.doctor.readers.content import Content, refusal
from workers.doctor.readers.zips import UNREADABLE

_SHEET_BYTES = 256 * 1024**2
_STRINGS_BYTES = 48 * 1024**2
_OTHER_BYTES = 2 * 1024**2  # these are held whole, as many objects
_SHEETS = 100
_PROLOGUE_BYTES = 64 * 1024
_CHUNK = 1024 * 1024
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))


def suspicious_part(content: Content, members: list[zipfile.ZipInfo]) -> Finding | None:
    """Parts larger than honest workbooks have, and parts that declare entities."""
    parts = [member for member in members if member.filename.endswith((".xml", ".rels"))]
    if sum(_is_sheet(part) for part in parts) > _SHEETS:
        return refusal("too_many_sheets", limit=_SHEETS)
    for part in parts:
        if part.file_size > _most_bytes(part):
            return refusal("too_large_unpacked", reason="part", name=cut(part.filename))
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            for part in parts:
                with archive.open(part) as opened:
                    start = opened.read(_PROLOGUE_BYTES)
                if any(doctype in start for doctype in _DOCTYPES):
                    return refusal("unsafe_xml", name=cut(part.filename))
    except UNREADABLE:
        return refusal("invalid_xlsx")
    return None


def has_formulas(content: Content, members: list[zipfile.ZipInfo]) -> bool:
    """True when a sheet holds one. A damaged sheet is found out by its reader."""
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            return any(_holds_formula(archive, member) for member in members if _is_sheet(member))
    except UNREADABLE:
        return False


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")


def _most_bytes(part: zipfile.ZipInfo) -> int:
    if _is_sheet(part):
        return _SHEET_BYTES
    return _STRINGS_BYTES if part.filename == "xl/sharedStrings.xml" else _OTHER_BYTES


def _holds_formula(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> bool:
    before = b""
    for chunk in _chunks(archive, sheet):
        if any(mark in before + chunk for mark in (b"<f>", b"<f ", b":f>", b":f ")):
            return True
        before = chunk[-3:]
    return False


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
