"""Tokens and as many labels: names of things in a text, written as BIO."""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row, cut
from workers.doctor.formats.fields import as_text, error, warning
from workers.doctor.formats.labels import stripped


class TokenLabels:
    def check(self, row: Row, line: int) -> list[Finding]:
        found = [finding for name in ("tokens", "labels") for finding in _check_list(row, name, line)]
        if found:
            return found
        tokens, labels = row["tokens"], row["labels"]
        if len(tokens) != len(labels):
            return [error(line, "labels", "unequal_lengths", tokens=len(tokens), labels=len(labels))]
        return list(_check_order(labels, line))

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        mended = dict(row)
        if "contents_to_text" in fixes:
            mended |= {name: _as_texts(row[name]) for name in ("tokens", "labels") if name in row}
        if "strip_labels" in fixes and isinstance(mended.get("labels"), list):
            mended["labels"] = [_stripped(label) for label in mended["labels"]]
        return row if mended == row else mended

    def plain(self, row: Row) -> Row:
        return {"tokens": row["tokens"], "labels": [stripped(label) for label in row["labels"]]}

    def input_of(self, plain: Row) -> str:
        return "\n".join(plain["tokens"])

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        yield "tokens", " ".join(plain["tokens"])

    def label(self, plain: Row) -> str | None:
        return None


RULES = TokenLabels()


def _check_list(row: Row, name: str, line: int) -> Iterator[Finding]:
    value = row.get(name)
    if name not in row:
        yield error(line, name, "missing_field")
    elif not isinstance(value, list) or not value:
        yield error(line, name, "invalid_type", reason="texts")
    else:
        for place, item in enumerate(value):
            if not isinstance(item, str) or not (stripped(item) if name == "labels" else item.strip()):
                fix = "drop_rows" if isinstance(item, str) or as_text(item) is None else "contents_to_text"
                yield error(line, f"{name}[{place}]", "invalid_type", fix, reason="item")
                return


def _check_order(labels: list[str], line: int) -> Iterator[Finding]:
    """Inside follows a beginning or an inside of the same kind. Only the first slip is told."""
    before = "O"
    for place, label in enumerate(stripped(label) for label in labels):
        if label.startswith("I-") and before not in (f"B-{label[2:]}", label):
            yield warning(
                line,
                f"labels[{place}]",
                "inside_without_begin",
                value=cut(label),
                token=place + 1,
                before=cut(before),
            )
            return
        before = label


def _as_texts(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    texts = [as_text(item) for item in value]
    return value if None in texts else texts


def _stripped(label: Any) -> Any:
    return stripped(label) if isinstance(label, str) else label
