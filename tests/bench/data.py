"""How fast a file of chat rows is validated, against what a competent team would write instead.

Each of the three reads the same JSON Lines and finds every error and warning as (line, code, param); the
lists must be equal. `ours` is the doctor's own pass (workers.doctor.judge), whose findings have messages and
fixes besides. `json` is json.loads and flat checks, `pydantic` models with a discriminated union and the same
checks as validators: tests/bench/data_baselines.py says more. Rounds are interleaved, each in a process of
its own on one thread; CPU time of the pass alone, without imports; medians. `read` is what an upload costs
before the deeper looks: the same pass, the plain form, and a hash of each row and of its input.

    python -m tests.bench.data            what `make bench-data` runs; about a minute
    python -m tests.bench.data --large    the pass and the reading of 1 GB: seconds and peak memory
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kernel.rows import Limits, RowFormat
from tests.bench.data_rows import write_rows
from workers.doctor.finding import Finding

_ROUNDS = 7
_COMPARED = ("ours", "json", "pydantic")
_BYTES, _LARGE_BYTES = 40 * 10**6, 10**9


Triple = tuple[int | None, str, str | None]


class _Found:
    """Takes what the pass finds."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def sound(self, line: int, row: object, findings: list[Finding]) -> None:
        if findings:
            self._add(findings)

    def bad(self, line: int, row: object, findings: list[Finding]) -> None:
        self._add(findings)

    def note(self, finding: Finding) -> None:
        self._add([finding])

    def _add(self, findings: list[Finding]) -> None:
        self.triples.extend((finding.line, finding.code, finding.param) for finding in findings)


def _ours(path: Path, workdir: Path) -> list[Triple]:
    from workers.doctor.formats import rules
    from workers.doctor.judge import Taking, judge_lines
    from workers.doctor.native import lane_for
    from workers.doctor.native.lines import plain_coding
    from workers.doctor.recognise import of_spelling
    from workers.doctor.recognise.spellings import CHAT
    from workers.doctor.remarks import Remarks

    found, lane, coding = _Found(), lane_for(RowFormat.CHAT), plain_coding(path)
    assert lane is not None and coding is not None
    chat = of_spelling(CHAT)
    taking = Taking(chat.convert, rules(RowFormat.CHAT), Remarks(chat))
    judge_lines(path, coding, lane, taking, Limits(), found)
    return found.triples


def _json(path: Path, workdir: Path) -> list[Any]:
    from tests.bench.data_baselines import by_json

    with path.open("rb") as file:
        return by_json(file)


def _pydantic(path: Path, workdir: Path) -> list[Any]:
    from tests.bench.data_baselines import by_pydantic

    with path.open("rb") as file:
        return by_pydantic(file)


def _read(path: Path, workdir: Path) -> list[Triple]:
    from workers.doctor.readers import open_source
    from workers.doctor.recognise import Recognised, recognise
    from workers.doctor.validate import validate

    source = open_source(path, path.name, Limits())
    assert not isinstance(source, Finding)
    recognised = recognise(source, None)
    assert isinstance(recognised, Recognised)
    validate(path, source, recognised, Limits(), workdir)
    return []


WAYS: dict[str, Callable[[Path, Path], list[Any]]] = {
    "ours": _ours,
    "json": _json,
    "pydantic": _pydantic,
    "read": _read,
}


def _measure(way: str, path: Path) -> None:
    """In a process of its own: one pass, after a small one that imports everything."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.jsonl"
        write_rows(small, 10**5)
        WAYS[way](small, Path(folder))
        started, wall = time.process_time(), time.perf_counter()
        found = WAYS[way](path, Path(folder))
        seconds, wall = time.process_time() - started, time.perf_counter() - wall
    digest = blake2b(json.dumps(sorted(found, key=str)).encode()).hexdigest()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"seconds": seconds, "wall": wall, "findings": len(found), "digest": digest, "peak_mb": peak}
    print(json.dumps(result))


def _run(way: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.data", "--measure", way, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _compare(path: Path) -> None:
    write_rows(path, _BYTES)
    results: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for number in range(_ROUNDS):
        for way in WAYS if number % 2 else reversed(WAYS):
            results[way].append(_run(way, path))
    size = path.stat().st_size
    speeds = {
        way: size / 1e6 / statistics.median(result["seconds"] for result in results[way]) for way in WAYS
    }
    ours = results["ours"][0]
    equal = all(result["digest"] == ours["digest"] for way in _COMPARED for result in results[way])
    print(f"{size / 1e6:.0f} MB, {_ROUNDS} rounds, {ours['findings']} findings")
    times = {way: speeds["ours"] / speeds[way] for way in ("json", "pydantic")}
    print(f"ours is {times['json']:.1f} times as fast as json, {times['pydantic']:.1f} times as pydantic")
    print(f"read: {speeds['read']:.0f} MB/s (validation, plain form, index)")
    shown = " ".join(f"{way}={speeds[way]:.0f}" for way in _COMPARED)
    print(f"validation: {shown} (MB/s) findings_equal={str(equal).lower()}")
    if not equal:
        raise SystemExit(1)


def _large(path: Path) -> None:
    """The same rows again and again: no pass remembers rows, so that changes nothing."""
    write_rows(path, _BYTES)
    rows = path.read_bytes()
    with path.open("ab") as file:
        while file.tell() < _LARGE_BYTES:
            file.write(rows)
    for way in ("ours", "read"):
        result = _run(way, path)
        print(
            f"{way}: {path.stat().st_size / 1e9:.2f} GB in {result['wall']:.1f} s, "
            f"{result['seconds']:.1f} s of CPU, peak {result['peak_mb']:.0f} MB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "PATH"))
    options = parser.parse_args()
    if options.measure:
        _measure(options.measure[0], Path(options.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        (_large if options.large else _compare)(Path(folder) / "rows.jsonl")


if __name__ == "__main__":
    main()
