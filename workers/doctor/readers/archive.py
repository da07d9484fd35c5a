"""A ZIP archive: a workbook, images or sounds with their labels, or one data file."""

import io
import shutil
import tempfile
import zipfile
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

from kernel.rows import Limits
from workers.doctor.finding import Finding, cut, quoted
from workers.doctor.readers.content import Content, Damaged, FileSource, note, refusal
from workers.doctor.readers.member_names import is_clutter
from workers.doctor.readers.zips import UNREADABLE, list_members

IMAGES = ("png", "jpg", "jpeg", "webp")
SOUNDS = ("wav", "flac", "ogg", "mp3")
_DATA = ("jsonl", "ndjson", "json", "csv", "tsv", "tab", "txt", "parquet", "xlsx")
_NESTED = ("zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "jar")
_ASIDE = ("readme", "license", "licence", "source", "changelog", "notice")  # what stands beside data
_OFFICE = (("word/", "DOCX"), ("ppt/", "PPTX"), ("META-INF/", "JAR"))


class _Member(io.RawIOBase):
    """A member's bytes. What is broken in the archive comes out as `Damaged`."""

    def __init__(self, file: BinaryIO, member: zipfile.ZipInfo) -> None:
        self._file, self._name = file, member.filename
        try:
            self._member = zipfile.ZipFile(file).open(member)  # noqa: SIM115 - closed with its file
        except (*UNREADABLE, KeyError) as error:
            raise self._damaged() from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._member.read(len(buffer))
        except UNREADABLE as error:
            raise self._damaged() from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _damaged(self) -> Damaged:
        return Damaged(self._name)


def open_archive(content: Content, limits: Limits, *, is_member: bool) -> FileSource | Finding:
    """Of archives in an archive, only a workbook is read."""
    if is_member and content.suffix != "xlsx":
        return _nested(content.name)
    members = list_members(content, limits)
    if isinstance(members, Finding):
        return members
    if {"[Content_Types].xml", "xl/workbook.xml"} <= {member.filename for member in members}:
        from workers.doctor.readers.xlsx import open_workbook

        return open_workbook(content, members, limits)
    if is_member:
        return _nested(content.name)
    return _of_kind(members) or _open_members(content, members, limits)


def _of_kind(members: list[zipfile.ZipInfo]) -> Finding | None:
    """Other files that are archives inside."""
    for folder, kind in _OFFICE:
        if any(member.filename.startswith(folder) for member in members):
            return refusal("unsupported_format", kind=kind)
    return None


def _open_members(content: Content, members: list[zipfile.ZipInfo], limits: Limits) -> FileSource | Finding:
    members = [member for member in members if not is_clutter(member.filename)]
    for member in members:
        if _suffix(member.filename) in _NESTED:
            return _nested(member.filename)
    if any(_suffix(member.filename) in IMAGES + SOUNDS for member in members):
        from workers.doctor.readers.media import open_media

        return open_media(content, members, limits)
    return _single_file(content, members, limits)


def member_content(content: Content, member: zipfile.ZipInfo) -> Content:
    """A member as a file of its own, unpacked as it is read; before that, where it is read in any order."""
    packed = Content(
        name=member.filename.rpartition("/")[2],
        size=member.file_size,
        open=partial(_open_member, content, member),
    )
    if packed.suffix not in ("parquet", "xlsx"):
        return packed
    return Content(name=packed.name, size=packed.size, open=lambda: _unpacked(packed))


def _open_member(content: Content, member: zipfile.ZipInfo) -> BinaryIO:
    return io.BufferedReader(_Member(content.open(), member), 64 * 1024)


def _unpacked(content: Content) -> BinaryIO:
    """A copy that can be read in any order; it is gone when it is closed."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    with content.open() as file:
        shutil.copyfileobj(file, copy, 1024 * 1024)
    copy.seek(0)
    return copy


def _single_file(content: Content, members: list[zipfile.ZipInfo], limits: Limits) -> FileSource | Finding:
    from workers.doctor.readers import open_content

    data = [member for member in members if _suffix(member.filename) in _DATA]
    data = [member for member in data if not _is_aside(member.filename)] or data or members
    if not data:
        return refusal("empty_file")
    if len(data) > 1:
        found = quoted(member.filename for member in data[:5])
        return refusal("many_data_files", files=len(data), names=found)
    source = open_content(member_content(content, data[0]), limits, is_member=True)
    left_over = [
        name for member in members if member is not data[0] and not _is_aside(name := member.filename)
    ]
    if isinstance(source, Finding) or not left_over:
        return source
    return replace(source, notes=(*source.notes, unused_members(left_over)))


def unused_members(names: list[str]) -> Finding:
    return note("unused_members", files=len(names), names=quoted(names[:5]))


def _nested(name: str) -> Finding:
    return refusal("nested_archive", name=cut(name))


def _suffix(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].casefold()


def _is_aside(name: str) -> bool:
    return name.rpartition("/")[2].partition(".")[0].casefold() in _ASIDE
