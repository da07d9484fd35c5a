"""Archives: what their members are called, and what of them is read."""

import io
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from kernel.rows import Limits
from tests.workers.doctor.hostile.archives import archive_of
from tests.workers.doctor.hostile.media import picture
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.zip"


def _open(path: Path, content: bytes) -> FileSource:
    path.write_bytes(content)
    source = open_source(path, "file.zip", Limits())
    assert isinstance(source, FileSource), source
    return source


def _labels(path: Path, content: bytes) -> list[tuple[Any, Any]]:
    rows = [row for _, row in _open(path, content).rows()]
    assert not [row for row in rows if isinstance(row, Finding)]
    return [(row.get("image", row.get("file_name")), row.get("label")) for row in rows]  # type: ignore[union-attr]


def _raw_names(names: dict[bytes, bytes]) -> bytes:
    """An archive whose names are these bytes, without the flag that says UTF-8."""
    stand_ins = {f"{n:03}".ljust(len(name), "_"): name for n, name in enumerate(names)}
    content = archive_of(dict(zip(stand_ins, names.values(), strict=True)))
    for stand_in, name in stand_ins.items():
        content = content.replace(stand_in.encode(), name)
    return content


_SLASHES = [("cats/0.png", "cats"), ("cats/1.png", "cats"), ("dogs/2.png", "dogs")]


@pytest.mark.parametrize("prefix", ["", "./", "set\\", ".\\set/"])
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_separators_of_members_do_not_matter(path: Path, prefix: str, separator: str) -> None:
    members = {prefix + name.replace("/", separator): picture() for name, _ in _SLASHES}
    folders = {prefix + "cats" + separator: b""}

    found = _labels(path, archive_of({**folders, **members}))

    assert [(name.removeprefix("set/"), label) for name, label in found] == _SLASHES


@pytest.mark.parametrize(
    "written", ["cats/0.PNG", "./cats/0.png", "cats\\0.png", "Cats/0.png", " cats/0.png "]
)
def test_labels_file_may_spell_a_member_otherwise(path: Path, written: str) -> None:
    labels = f"file_name,label\n{written},cat\n".encode()

    found = _labels(path, archive_of({"set\\labels.csv": labels, "set\\cats\\0.png": picture()}))

    assert found == [("set/cats/0.png", "cat")]


@pytest.mark.parametrize("of_member", ["NFC", "NFD"])
@pytest.mark.parametrize("of_labels", ["NFC", "NFD"])
def test_unicode_form_of_members_does_not_matter(path: Path, of_member: Any, of_labels: Any) -> None:
    name, written = (unicodedata.normalize(form, "é/ü.png") for form in (of_member, of_labels))

    content = archive_of({"labels.csv": f"file_name,label\n{written},a\n".encode(), name: picture()})

    assert _labels(path, content) == [("é/ü.png", "a")]


def test_folders_that_differ_in_unicode_form_only_are_one_class(path: Path) -> None:
    members = {
        unicodedata.normalize("NFD", "café/1.png"): picture(),
        "café/2.png": picture(),
        "tea/3.png": picture(),
    }

    assert {label for _, label in _labels(path, archive_of(members))} == {"café", "tea"}


def test_members_that_differ_in_spelling_only_are_refused(path: Path) -> None:
    path.write_bytes(archive_of({"a/b.png": picture(), "a\\b.png": picture()}))

    found = open_source(path, "file.zip", Limits())

    assert isinstance(found, Finding)
    assert found.code == "duplicate_member"


@pytest.mark.parametrize(
    ("codec", "folders"),
    [
        ("utf-8", ("猫", "狗")),
        ("gbk", ("小猫", "小狗")),
        ("gbk", ("正面评价", "负面评价")),
        ("big5", ("這是貓", "這是狗")),
        ("cp932", ("ねこの写真", "いぬの写真")),
        ("cp949", ("고양이 사진", "강아지 사진")),
        ("cp437", ("façade", "café")),
    ],
)
def test_names_in_an_old_encoding_are_understood(path: Path, codec: str, folders: tuple[str, str]) -> None:
    content = _raw_names({f"{folder}/{n}.png".encode(codec): picture() for n, folder in enumerate(folders)})

    assert _labels(path, content) == sorted((f"{folder}/{n}.png", folder) for n, folder in enumerate(folders))


def test_name_in_utf8_beside_the_old_one_counts(path: Path) -> None:
    made_in, name = io.BytesIO(), "кот/a.png".encode()
    with zipfile.ZipFile(made_in, "w") as archive:
        info = zipfile.ZipInfo("kot/a.png")
        info.extra = struct.pack("<HHBL", 0x7075, len(name) + 5, 1, zlib.crc32(b"kot/a.png")) + name
        archive.writestr(info, picture())
        archive.writestr("pes/b.png", picture())

    assert _labels(path, made_in.getvalue()) == [("pes/b.png", "pes"), ("кот/a.png", "кот")]


@pytest.mark.parametrize(
    "clutter",
    ["__MACOSX/cats/._0.png", "set/__MACOSX/._1.png", "cats/.DS_Store", "cats/Thumbs.db", "dogs/Desktop.ini",
     "cats/thumbs.DB", ".ipynb_checkpoints/0-checkpoint.png", "cats/@eaDir/0.png"],
)  # fmt: skip
def test_what_systems_add_to_folders_is_passed_over(path: Path, clutter: str) -> None:
    source = _open(path, archive_of({clutter: b"x", **{name: picture() for name, _ in _SLASHES}}))

    assert [(row["image"], row["label"]) for _, row in source.rows() if isinstance(row, dict)] == _SLASHES
    assert source.notes == ()


def test_member_beside_class_folders_costs_no_labels_and_is_named(path: Path) -> None:
    source = _open(path, archive_of({"cover.png": picture(), **{name: picture() for name, _ in _SLASHES}}))

    assert [(row["image"], row["label"]) for _, row in source.rows() if isinstance(row, dict)] == _SLASHES
    assert [note.message for note in source.notes] == [
        "1 member(s) of the archive are in no row: 'cover.png'."
    ]


def test_parts_of_a_data_set_are_no_classes_and_it_is_said_that_they_are_joined(path: Path) -> None:
    plain = _open(path, archive_of({"train/0.png": picture(), "test/1.png": picture()}))
    assert plain.columns == ("image",)

    deep = _open(
        path, archive_of({f"{part}/{name}": picture() for part in ("train", "test") for name, _ in _SLASHES})
    )
    assert {row["label"] for _, row in deep.rows() if isinstance(row, dict)} == {"cats", "dogs"}
    assert [note.code for note in (*plain.notes, *deep.notes)] == ["splits_joined"] * 2


def test_what_stands_beside_a_data_file_is_named(path: Path) -> None:
    members = {"a.csv": b"text,label\na,b\n", "notes.docx": b"x", "README.md": b"y"}

    source = _open(path, archive_of(members))

    assert [(note.code, note.values["names"]) for note in source.notes] == [
        ("unused_members", "'notes.docx'")
    ]
