"""A ZIP archive of images or sounds, with a labels file or a folder for each class.

Each row names a member and has its `sha256`, in hex, whatever else a labels file may say of it.
"""

import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.readers.archive import IMAGES, SOUNDS, member_content, unused_members
from workers.doctor.readers.content import DIGEST, Content, FileSource, Rows, note, refusal, unreadable
from workers.doctor.readers.media_files import TOO_LARGE, Problem, problem
from workers.doctor.readers.member_names import plain_name
from workers.doctor.readers.names import FILE, named
from workers.doctor.readers.zips import UNREADABLE

_LABEL_FILES = ("csv", "tsv", "jsonl", "json", "ndjson", "xlsx", "parquet")
_STEMS = ("metadata", "labels", "label", "annotations", "index", "train", "标签", "标注")
_SPLITS = ("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval",
           "训练", "训练集", "测试", "测试集", "验证", "验证集")  # fmt: skip
_LOOKED_AT = 50  # rows of the labels file
_MEMBER_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """The members of one kind by name. `folded`: the names in lower case, where that makes no two equal."""

    content: Content
    kind: str
    members: dict[str, zipfile.ZipInfo]
    folded: dict[str, str]


def open_media(content: Content, members: list[zipfile.ZipInfo], limits: Limits) -> FileSource | Finding:
    suffixes = Counter(_suffix(member.filename) for member in members)
    is_image = sum(suffixes[one] for one in IMAGES) >= sum(suffixes[one] for one in SOUNDS)
    kind, wanted = ("image", IMAGES) if is_image else ("audio", SOUNDS)
    media = {member.filename: member for member in members if _suffix(member.filename) in wanted}
    album = Album(content=content, kind=kind, members=media, folded=_folded(media))
    labels = _labels_file(members)
    if labels is None:
        return _by_folder(album, _left_over(members, media))
    return _by_labels_file(album, labels, _left_over(members, {**media, labels.filename: labels}), limits)


def _folded(names: Iterable[str]) -> dict[str, str]:
    """As Windows and a Mac compare names."""
    count = Counter(name.casefold() for name in names)
    return {folded: name for name in names if count[folded := name.casefold()] == 1}


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].casefold()


def _labels_file(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo | None:
    """The one that is called so and lies highest, or the only file that could be it."""
    found = [member for member in members if _suffix(member.filename) in _LABEL_FILES]
    found.sort(key=lambda member: (member.filename.count("/"), _rank(member.filename)))
    called = [member for member in found if _rank(member.filename) < len(_STEMS)]
    return called[0] if called else found[0] if len(found) == 1 else None


def _rank(name: str) -> int:
    stem = posixpath.basename(name).partition(".")[0].casefold()
    return _STEMS.index(stem) if stem in _STEMS else len(_STEMS)


def _left_over(members: list[zipfile.ZipInfo], used: dict[str, zipfile.ZipInfo]) -> list[str]:
    return [member.filename for member in members if member.filename not in used]


def _unused(names: list[str]) -> tuple[Finding, ...]:
    return (unused_members(names),) if names else ()


def _by_folder(album: Album, left_over: list[str]) -> FileSource:
    """Folders are classes when there are two or more; a member beside them is in none, and no row."""
    labels = {name: _class_of(name) for name in sorted(album.members)}
    has_classes = len(set(labels.values()) - {""}) > 1
    rows = [(name, label) for name, label in labels.items() if label or not has_classes]
    beside = [name for name, label in labels.items() if has_classes and not label]

    def read() -> Iterator[tuple[int, Row]]:
        for number, (name, label) in enumerate(rows, start=1):
            yield number, {album.kind: name, **({"label": label} if has_classes else {})}

    return FileSource(
        syntax="zip",
        columns=(album.kind, "label") if has_classes else (album.kind,),
        notes=(*_unused(beside + left_over), *_joined_splits(album)),
        media=album.kind,
        media_column=album.kind,
        read=lambda: _checked(album, read(), album.kind, ""),
    )


def _class_of(name: str) -> str:
    """The folder that a member is in; blank for none, and for a part of a data set."""
    folder = posixpath.basename(posixpath.dirname(name))
    return "" if folder.casefold() in _SPLITS else folder


def _joined_splits(album: Album) -> tuple[Finding, ...]:
    """All parts of a data set are read as one."""
    parts = dict.fromkeys(
        part for name in album.members for part in name.split("/")[:-1] if part.casefold() in _SPLITS
    )
    return (note("splits_joined", names=quoted(parts)),) if len(parts) > 1 else ()


def _by_labels_file(
    album: Album, labels: zipfile.ZipInfo, left_over: list[str], limits: Limits
) -> FileSource | Finding:
    from workers.doctor.readers import open_content

    table = open_content(member_content(album.content, labels), limits, is_member=True)
    if isinstance(table, Finding):
        return table
    folder = posixpath.dirname(labels.filename)
    column = _file_column(album, table, folder)
    if column is None:
        return refusal("missing_columns", name=cut(labels.filename))
    rows = (row for _, row in table.rows() if isinstance(row, dict))
    named_in_rows = {_member(album, row.get(column), folder) for row in rows}
    unused = [name for name in album.members if name not in named_in_rows]
    return FileSource(
        syntax="zip",
        encoding=table.encoding,
        columns=table.columns,
        notes=(*table.notes, *_unused(unused + left_over)),
        media=album.kind,
        media_column=column,
        read=lambda: _checked(album, table.rows(), column, folder),
    )


def _file_column(album: Album, table: FileSource, folder: str) -> str | None:
    """The column that is called so, or else the first in which a member is named."""
    sample = [row for _, row in islice(table.rows(), _LOOKED_AT) if isinstance(row, dict)]
    columns = dict.fromkeys([*table.columns, *(name for row in sample for name in row)])
    columns.pop(DIGEST, None)  # ours stands there
    ordered = [*named(columns, FILE), *columns]
    for column in ordered:
        if any(_member(album, row.get(column), folder) for row in sample):
            return column
    return next(named(columns, FILE), None)


def _member(album: Album, written: object, folder: str) -> str | None:
    """The member that a row names, seen from the labels file's folder or from the top."""
    if not isinstance(written, str):
        return None
    name = plain_name(written.strip())
    for path in (posixpath.join(folder, name), name):
        if found := path if path in album.members else album.folded.get(path.casefold()):
            return found
    return None


def _checked(album: Album, rows: Rows, column: str, folder: str) -> Rows:
    with album.content.open() as file, zipfile.ZipFile(file) as archive:
        for line, row in rows:
            if isinstance(row, Finding):
                yield line, row
                continue
            member = _member(album, row.get(column), folder)
            if member is None:
                yield line, _missing(line, column, row)
                continue
            found = _digest(album.kind, archive, album.members[member])
            if isinstance(found, str):
                yield line, {**row, column: member, DIGEST: found}
            else:
                yield line, _broken(line, column, member, found)


def _digest(kind: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str | Problem:
    """Of a sound member's bytes; of another what is wrong with it."""
    if member.file_size > _MEMBER_BYTES:
        return TOO_LARGE
    try:
        data = archive.read(member)
    except UNREADABLE:
        data = b""
    return problem(kind, data) or sha256(data).hexdigest()


def _missing(line: int, column: str, row: Row) -> Finding:
    return unreadable("missing_member", line, column, name=cut(row.get(column)))


def _broken(line: int, column: str, member: str, found: Problem) -> Finding:
    return unreadable(found.code, line, column, name=cut(member), **found.values)
