"""Operations on archives of pictures and sounds: the members go with their rows."""

import csv
import io
import zipfile
from hashlib import sha256

import msgspec
import pytest
from PIL import Image

from kernel.rows import Limits, OperateTask, ReadTask, RowFormat
from tests.workers.doctor.plain_rows import origins
from workers.doctor.columns import describe_columns
from workers.doctor.hashes import row_hash
from workers.doctor.index import read_index
from workers.doctor.operations import operate
from workers.doctor.operations.impossible import Impossible
from workers.doctor.read import read
from workers.doctor.readers import open_source

SAME = bytes(16)


def picture(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (4, 4), shade).save(file, "PNG")
    return file.getvalue()


def row(name, shade, label):
    return {"image": name, "sha256": sha256(picture(shade)).hexdigest(), "label": label}


def archive(path, members):
    """{name: (shade, label)} as a ZIP with metadata.csv."""
    with zipfile.ZipFile(path, "w") as file:
        for name, (shade, _) in members.items():
            file.writestr(name, picture(shade))
        rows = "".join(f"{name},{label}\n" for name, (_, label) in members.items())
        file.writestr("metadata.csv", f"file_name,label\n{rows}")
    return path


def run(workdir, operation, *paths):
    """({name: bytes}, {name: label}) of the new archive."""
    workdir.mkdir()
    task = OperateTask(
        operation=operation,
        sources=tuple(map(str, paths)),
        filenames=tuple(path.name for path in paths),
        formats=(RowFormat.IMAGE,) * len(paths),
        mappings=(None,) * len(paths),
    )
    operate(msgspec.json.decode(msgspec.json.encode(task), type=OperateTask), workdir)
    with zipfile.ZipFile(workdir / "output") as file:
        members = {name: file.read(name) for name in file.namelist() if name != "metadata.csv"}
        table = csv.DictReader(io.StringIO(file.read("metadata.csv").decode()))
        return members, {row["file_name"]: row["label"] for row in table}


def hashes(workdir, path):
    """Of the rows of an archive as it is read, in its order."""
    workdir.mkdir()
    read(ReadTask(source=str(path), filename="a.zip"), workdir)
    return [entry.hash for entry in read_index(workdir / "rows.index")]


MEMBERS = {f"img/{number}.png": (number, "ab"[number % 2]) for number in range(10)}


@pytest.fixture
def source(tmp_path):
    return archive(tmp_path / "in.zip", MEMBERS)


def test_a_filter_keeps_members_with_their_labels(tmp_path, source):
    members, labels = run(tmp_path / "out", {"type": "filter", "where": {"labels": ["a"]}}, source)

    assert members == {name: picture(shade) for name, (shade, label) in MEMBERS.items() if label == "a"}
    assert labels == dict.fromkeys(members, "a")


def test_the_parts_of_a_split_are_the_archive(tmp_path, source):
    parts = [{"name": "x", "percent": 80}, {"name": "y", "percent": 20}]
    operation = {"type": "split", "parts": parts, "seed": 1, "is_stratified": True}

    x, y = (run(tmp_path / name, {**operation, "part": name}, source)[0] for name in "xy")

    assert (len(x), len(y)) == (8, 2)
    assert {**x, **y} == {name: picture(shade) for name, (shade, _) in MEMBERS.items()}


def test_members_of_one_name_and_another_content_are_both_kept(tmp_path, source):
    other = archive(tmp_path / "other.zip", {"img/0.png": (200, "c"), "img/1.png": (1, "b")})

    members, labels = run(tmp_path / "out", {"type": "merge", "drop_duplicates": True}, source, other)

    assert len(members) == 11
    assert members["2/img/0.png"] == picture(200)
    assert (labels["img/0.png"], labels["2/img/0.png"]) == ("a", "c")
    assert origins(tmp_path / "out")[-1] == (row_hash(row("img/0.png", 200, "c")), SAME)


def test_a_fix_keeps_the_members(tmp_path, source):
    members, labels = run(tmp_path / "out", {"type": "fix", "fixes": ["drop_duplicates"]}, source)

    assert (len(members), len(labels)) == (10, 10)
    assert all(came_from == SAME for _, came_from in origins(tmp_path / "out"))


def test_rows_keep_their_hashes_whatever_their_members_are_called(tmp_path, source):
    shades = {"img/0.png": (200, "c"), "img/2.png": (2, "a"), "x/1.png": (1, "b")}
    other = archive(tmp_path / "other.zip", shades)
    before = hashes(tmp_path / "before", source) + hashes(tmp_path / "other", other)

    members, _ = run(tmp_path / "out", {"type": "merge", "drop_duplicates": False}, source, other)

    assert members.keys() - MEMBERS.keys() == {"2/img/0.png", "x/1.png"}
    assert hashes(tmp_path / "after", tmp_path / "out/output") == before
    assert [hashed for hashed, _ in origins(tmp_path / "out")] == before


def test_another_picture_under_the_same_name_is_another_row(tmp_path, source):
    other = archive(tmp_path / "other.zip", {**MEMBERS, "img/3.png": (200, "b")})

    old, new = hashes(tmp_path / "old", source), hashes(tmp_path / "new", other)

    assert [number for number in range(10) if old[number] != new[number]] == [3]


def test_a_merge_drops_a_picture_that_has_another_name(tmp_path, source):
    other = archive(tmp_path / "other.zip", {"x.png": (1, "b"), "y.png": (2, "b"), "z.png": (200, "c")})

    members, labels = run(tmp_path / "out", {"type": "merge", "drop_duplicates": True}, source, other)

    assert labels.keys() - MEMBERS.keys() == {"y.png", "z.png"}  # y has another label than img/2.png
    assert members.keys() == labels.keys()


def test_a_fix_drops_a_picture_that_has_another_name(tmp_path):
    twins = {"a.png": (1, "x"), "b.png": (2, "x"), "c.png": (1, "x"), "d.png": (1, "y")}
    source = archive(tmp_path / "in.zip", twins)

    members, labels = run(tmp_path / "out", {"type": "fix", "fixes": ["drop_duplicates"]}, source)

    assert labels == {"a.png": "x", "b.png": "x", "d.png": "y"}
    assert members.keys() == labels.keys()


def test_a_split_keeps_one_picture_on_one_side(tmp_path):
    shades = {f"{number}.png": (number % 10, "ab"[number // 20]) for number in range(40)}
    source = archive(tmp_path / "in.zip", shades)
    parts = [{"name": "x", "percent": 50}, {"name": "y", "percent": 50}]
    operation = {"type": "split", "parts": parts, "seed": 1, "is_stratified": False}

    x, y = (run(tmp_path / name, {**operation, "part": name}, source)[0] for name in "xy")

    assert (len(x), len(y)) == (20, 20)
    assert set(x.values()).isdisjoint(y.values())


def test_the_digests_of_an_archive_are_no_column_to_choose(source):
    opened = open_source(source, source.name, Limits())

    assert [column["name"] for column in describe_columns(opened)] == ["file_name", "label"]


def test_an_archive_is_made_the_same_again(tmp_path, source):
    operation = {"type": "sample", "rows": 4, "seed": 3, "is_stratified": False}

    for name in ("one", "two"):
        run(tmp_path / name, operation, source)

    assert (tmp_path / "one/output").read_bytes() == (tmp_path / "two/output").read_bytes()


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ({"type": "map", "mapping": {"format": "text", "columns": {"text": ["label"]}}}, "cannot be mapped"),
        ({"type": "augment", "methods": ["synonyms"], "percent": 10, "seed": 1}, "cannot be varied"),
        ({"type": "filter", "where": {"labels": ["z"]}}, "No row would be left"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, source, operation, message):
    with pytest.raises(Impossible, match=message):
        run(tmp_path / "out", operation, source)
