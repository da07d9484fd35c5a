"""`make isolation`: its last line says how many tries there were and how many got through."""

import sys
from pathlib import Path

import pytest

from tests.isolation.totals import TOTALS


def main() -> int:
    whole = str(Path(__file__).with_name("full.py"))
    status = pytest.main(["-q", "-s", "-p", "tests.stores", "-p", "no:logging", "--timeout=5400", whole])
    print("isolation: " + " ".join(f"{name}={number}" for name, number in TOTALS.items()), flush=True)
    is_whole = TOTALS["leaks"] == 0 and 0 < TOTALS["mutants"] == TOTALS["killed"]
    return 0 if status == 0 and is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
