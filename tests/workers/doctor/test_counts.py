"""Counts say what they count, however few are listed."""

from tests.workers.doctor.plain_rows import read_rows


def test_advice_counts_all_rows_of_a_kind(tmp_path):
    lines = ["the very same words,a"] * 1_300 + ["what is asked here,b"] * 100 + ["ab,c"] * 3

    report, _ = read_rows(tmp_path, "\n".join(["text,label", *lines]) + "\n", "rows.csv")

    advised = {one["code"]: one["rows"] for one in report["advice"]}
    offered = {one["code"]: one["rows"] for one in report["fixes"]}
    assert advised["duplicate_rows"] == offered["drop_duplicates"] == 1_299 + 99 + 2
    assert advised["short_rows"] == 3
    assert report["warning_count"] == sum(advised.values()) + sum(not rows for rows in advised.values())


def test_advice_counts_all_conflicts(tmp_path):
    lines = ["the very same words,a", *(f"the very same words,{n}" for n in range(500))] * 3

    report, _ = read_rows(tmp_path, "\n".join(["text,label", *lines]) + "\n", "rows.csv")

    advised = {one["code"]: one["rows"] for one in report["advice"]}
    assert advised["conflicting_labels"] == 1_500
