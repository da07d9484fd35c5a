"""Operations on archives of pictures and sounds: the members go with their rows."""

import csv
import io
import zipfile

import msgspec
import pytest
from PIL import Image

from kernel.errors import InvalidRequest
from kernel.rows import OperateTask, RowFormat
from tests.workers.doctor.plain_rows import origins
from workers.doctor.hashes import row_hash
from workers.doctor.operations import operate

SAME = bytes(16)


def picture(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (4, 4), shade).save(file, "PNG")
    return file.getvalue()


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
    assert origins(tmp_path / "out")[-1] == (
        row_hash({"image": "2/img/0.png", "label": "c"}),
        row_hash({"image": "img/0.png", "label": "c"}),
    )


def test_a_fix_keeps_the_members(tmp_path, source):
    members, labels = run(tmp_path / "out", {"type": "fix", "fixes": ["drop_duplicates"]}, source)

    assert (len(members), len(labels)) == (10, 10)
    assert all(came_from == SAME for _, came_from in origins(tmp_path / "out"))


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
    with pytest.raises(InvalidRequest, match=message):
        run(tmp_path / "out", operation, source)
