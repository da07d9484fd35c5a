"""Files as the doctor leaves them, made by hand for the tests of what comes after the reading."""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from kernel.rows import Mapping, OperateTask, ReadTask, RowFormat
from workers.doctor.finding import Row
from workers.doctor.formats import rules
from workers.doctor.hashes import input_hash, row_hash
from workers.doctor.operations import operate
from workers.doctor.read import read


def lay_out(workdir: Path, rows: Iterable[Row], format: RowFormat = RowFormat.CLASSIFICATION) -> Path:
    """WORKDIR with plain.jsonl and rows.index; row n is on line n, from 1."""
    workdir.mkdir(parents=True, exist_ok=True)
    offset = 0
    with (workdir / "plain.jsonl").open("wb") as file, (workdir / "rows.index").open("wb") as index:
        for line, row in enumerate(rows, 1):
            asked = input_hash(rules(format).input_of(row))
            index.write(struct.pack("<QI16s16s", offset, line, row_hash(row), asked))
            offset += file.write(msgspec.json.encode(row) + b"\n")
    return workdir


def labelled(*pairs: tuple[str, str]) -> list[Row]:
    return [{"text": text, "label": label} for text, label in pairs]


def run(
    workdir: Path,
    operation: dict[str, Any],
    sources: list[Path],
    format: RowFormat = RowFormat.CLASSIFICATION,
    mapping: Mapping | None = None,
) -> list[Row]:
    """The rows that an operation leaves, in a work folder of its own."""
    workdir.mkdir(parents=True, exist_ok=True)
    task = OperateTask(
        operation=operation,
        sources=tuple(str(source) for source in sources),
        filenames=tuple(source.name for source in sources),
        formats=(format,) * len(sources),
        mappings=(mapping,) * len(sources),
    )
    operate(task, workdir)
    return [msgspec.json.decode(line) for line in (workdir / "output").read_bytes().splitlines()]


def origins(workdir: Path) -> list[tuple[bytes, bytes]]:
    """sources.index: (hash, hash of the row that it came from)."""
    return list(struct.iter_unpack("<16s16s", (workdir / "sources.index").read_bytes()))


def read_rows(folder: Path, rows: Iterable[Row] | str, name: str = "rows.jsonl", **options: Any) -> Any:
    """(the report of a file with these rows or this text, its sound rows in plain form)."""
    path = folder / name
    text = (
        rows if isinstance(rows, str) else "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)
    )
    path.write_text(text, encoding="utf-8")
    read(ReadTask(source=str(path), filename=name, **options), folder)
    lines = (folder / "plain.jsonl").read_bytes().splitlines()
    kept = [msgspec.json.decode(line) for line in lines if line]
    return msgspec.json.decode((folder / "report.json").read_bytes()), kept
