"""Where columns could hold several things: what is taken is said, and what nobody can tell is asked."""

import pytest

from kernel.rows import RowFormat
from tests.workers.doctor.plain_rows import read_rows


def table(names, *columns):
    """24 rows; a column is a function of the row's number."""
    lines = ["\t".join(str(column(n)) for column in columns) for n in range(24)]
    return "\n".join([names, *lines]) + "\n"


def prose(n):
    return f"a longer sentence about the thing with the number {n}"


def few(n):
    return ["red", "green", "blue"][n % 3]


def fewer(n):
    return ["warm", "cold"][n % 2]


def said(report):
    return "\n".join(warning["message"] for warning in report["warnings"])


@pytest.mark.parametrize(
    ("text", "role", "named"),
    [
        (table("theme\tessay\tmark_given", few, prose, lambda n: n % 5), "label", ("theme", "mark_given")),
        (table("body\tcoarse\tfine", prose, fewer, few), "label", ("coarse", "fine")),
        (table("words\tlow\thigh", prose, lambda n: n * 1.5, lambda n: n * 2.5), "value", ("low", "high")),
        (table("when\tlow\thigh", lambda n: f"2026-01-{n + 1:02}", lambda n: n * 7, lambda n: n * 3), "value",
         ("low", "high")),
    ],
)  # fmt: skip
def test_a_guess_with_a_rival_asks(tmp_path, text, role, named):
    report, rows = read_rows(tmp_path, text, "rows.tsv")

    assert (report["format"], rows) == (None, [])
    assert [error["code"] for error in report["errors"]] == ["needs_mapping"]
    assert f"could hold the {role}: {named[0]!r}, {named[1]!r}" in report["errors"][0]["message"]
    assert {column["name"] for column in report["columns"]} == set(text.split("\n")[0].split("\t"))


@pytest.mark.parametrize(
    ("text", "label", "named"),
    [
        (table("text\tcategory\tsub", prose, fewer, few), "category", "'sub'"),
        (table("text\tintent\tcategory", prose, few, fewer), "intent", "'category'"),
        (table("body\tcoarse_label\tfine", prose, fewer, few), "coarse_label", "'fine'"),
        (
            table("text\tlabel\tlabel_text\tsplit", prose, lambda n: n % 3, few, fewer),
            "label",
            "'label_text'",
        ),
    ],
)
def test_a_column_that_could_be_the_label_too_is_named(tmp_path, text, label, named):
    report, _ = read_rows(tmp_path, text, "rows.tsv")

    assert report["mapping"]["columns"]["label"] == [label]
    assert [
        one for one in report["warnings"] if one["code"] == "ambiguous_columns" and named in one["message"]
    ]


NAMES = "正负面 好评 标签 情感倾向 新闻类别 用户意图 category_name newsCategory Sentiment-Label"


@pytest.mark.parametrize("name", NAMES.split())
@pytest.mark.parametrize("body", ["评论", "内容", "原文"])
def test_a_label_is_known_by_its_name(tmp_path, name, body):
    report, rows = read_rows(tmp_path, table(f"{body}\t来源\t{name}", prose, few, fewer), "rows.tsv")

    assert report["mapping"] == {"format": "classification", "columns": {"text": [body], "label": [name]}}
    assert "'来源'" in said(report)
    assert len(rows) == 24


@pytest.mark.parametrize(
    ("names", "value"),
    [("review\tpoints", "points"), ("原文\t价格", "价格"), ("id\treview\tpoints", "points")],
)
def test_a_text_and_a_number_are_a_regression(tmp_path, names, value):
    columns = [prose, lambda n: n * 1.25]
    text = table(names, *([lambda n: n] if names.startswith("id") else []), *columns)

    report, rows = read_rows(tmp_path, text, "rows.tsv")

    assert (report["format"], report["mapping"]["columns"]["value"]) == ("regression", [value])
    assert "columns_guessed" in {warning["code"] for warning in report["warnings"]}
    assert rows[3]["value"] == 3.75


@pytest.mark.parametrize("name", ["user_id", "UserId", "visitor", "用户编号", "uid", "Unnamed: 0"])
def test_an_id_is_no_value_and_no_label(tmp_path, name):
    text = table(f"when\t{name}", lambda n: f"2026-01-{n + 1:02}", lambda n: n % 3)

    report, _ = read_rows(tmp_path, text, "rows.tsv")

    known = name == "visitor"
    assert (report["format"] is None) is not known


def test_labels_are_found_in_a_file_sorted_by_them(tmp_path):
    lines = [f"the words of row {n} are these,{'ab'[n // 1500]}" for n in range(3000)]

    report, rows = read_rows(tmp_path, "\n".join(["text,verdict", *lines]) + "\n", "rows.csv")

    assert (report["format"], len(rows)) == (RowFormat.CLASSIFICATION, 3000)
    assert {one["label"]: one["rows"] for one in report["labels"]} == {"a": 1500, "b": 1500}
