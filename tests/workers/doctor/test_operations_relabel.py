"""Labels changed, of single rows and everywhere."""

import pytest

from kernel.rows import RowFormat
from tests.workers.doctor.plain_rows import labelled, origins, run
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible

ROWS = labelled(("Where is my card?", "card"), ("It was charged twice", "biling"), ("Send it back", "biling"))


def relabel(tmp_path, text, *, rows=(), labels=()):
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return run(tmp_path / "out", {"type": "relabel", "rows": rows, "labels": labels}, [path])


def as_csv(rows):
    return "text,label\n" + "".join(f"{row['text']},{row['label']}\n" for row in rows)


def test_a_line_gets_its_own_label_and_a_label_its_new_name_everywhere(tmp_path):
    made = relabel(
        tmp_path,
        as_csv(ROWS),
        rows=[{"line": 4, "label": "returns"}],
        labels=[{"label": "biling", "to": "billing"}],
    )

    assert [row["label"] for row in made] == ["card", "billing", "returns"]
    assert [row["text"] for row in made] == [row["text"] for row in ROWS]
    assert [came_from for _, came_from in origins(tmp_path / "out")][1] == row_hash(ROWS[1])


def test_rows_with_errors_stay_as_they_are(tmp_path):
    made = relabel(tmp_path, as_csv(ROWS) + ",card\n", labels=[{"label": "card", "to": "cards"}])

    assert len(made) == 4
    assert made[0]["label"] == "cards"


def test_chats_have_no_labels_to_change(tmp_path):
    path = tmp_path / "chats.jsonl"
    chat = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}'
    path.write_text(chat)

    with pytest.raises(Impossible) as refused:
        run(
            tmp_path / "out",
            {"type": "relabel", "rows": [], "labels": [{"label": "a", "to": "b"}]},
            [path],
            RowFormat.CHAT,
        )
    assert refused.value.finding.code == "no_labels_to_change"
