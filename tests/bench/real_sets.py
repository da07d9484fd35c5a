"""`python -m tests.bench.real_sets FOLDER`: what the doctor says of real data, one line for each file.

A folder with a labels file beside images or sounds is read as one archive.
"""

import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kernel.rows import Limits
from tests.workers.doctor.hostile.child import Ending, examine

_SUFFIXES = {".jsonl", ".json", ".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".zip"}
_MEDIA = {".png", ".jpg", ".jpeg", ".webp", ".wav", ".flac", ".ogg", ".mp3"}
_ASIDE = {"source.txt", "license.txt", "readme.txt"}
_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    file: str
    ending: Ending

    @property
    def is_recognised(self) -> bool:
        return self.ending.report is not None and self.ending.report["format"] is not None

    def __str__(self) -> str:
        report = self.ending.report
        if report is None:
            return f"{self.file:<52} no report, status {self.ending.status}: {self.ending.stderr[-200:]}"
        codes = ", ".join(sorted({finding["code"] for finding in report["errors"]}))
        cells = (
            f"{report['syntax'] or '-':<8}{report['format'] or '-':<15}{report['spelling'] or '-':<18}",
            f"{report['rows']:>7} {report['error_count']:>7} {report['warning_count']:>9}",
            f"{self.ending.seconds:>8.1f}  {codes}",
        )
        return f"{self.file:<52}" + "".join(cells)


def main(folder: Path) -> int:
    """Print the table; 1 when a file was not recognised."""
    print(
        f"{'file':<52}{'syntax':<8}{'format':<15}{'spelling':<18}"
        f"{'rows':>7} {'errors':>7} {'warnings':>9}{'seconds':>8}"
    )
    results = []
    for name, source in _files(folder):
        with tempfile.TemporaryDirectory() as workdir:
            ending = examine(source, Path(workdir) / "work", Limits(), _SECONDS)
        results.append(Result(file=name, ending=ending))
        print(results[-1], flush=True)
    found = [result.ending.report for result in results if result.ending.report]
    recognised = sum(result.is_recognised for result in results)
    print(
        f"real sets: files={len(results)} recognised={recognised} rows={sum(one['rows'] for one in found)} "
        f"errors={sum(one['error_count'] for one in found)} "
        f"warnings={sum(one['warning_count'] for one in found)} "
        f"seconds={sum(result.ending.seconds for result in results):.1f}"
    )
    return 0 if recognised == len(results) else 1


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Data files with their names below the folder, the archives made for as long as they are looked at."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and _is_album(path):
            with tempfile.TemporaryDirectory() as made_in:
                yield f"{path.name}.zip", _zipped(path, Path(made_in) / f"{path.name}.zip")
        elif path.is_dir():
            yield from ((f"{path.name}/{name}", file) for name, file in _files(path))
        elif path.suffix in _SUFFIXES and path.name.casefold() not in _ASIDE and not _is_model(path):
            yield path.name, path


def _is_album(folder: Path) -> bool:
    return (folder / "metadata.csv").exists() and any(file.suffix in _MEDIA for file in folder.rglob("*"))


def _is_model(path: Path) -> bool:
    return (path.parent / "model.safetensors").exists()


def _zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                written.write(file, file.relative_to(folder))
    return archive


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
