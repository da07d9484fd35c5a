"""Tables for the customer, beside the adapter: kernel.contracts.RESULT_FILES. Nothing of them is served."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sklearn.metrics import (  # type: ignore[import-untyped]
    confusion_matrix,
    precision_recall_fscore_support,
)

from kernel.spreadsheets import MARK, as_csv
from workers.training.chat_scores import ChatScores
from workers.training.chat_tokens import TokenizedChat
from workers.training.data import LabelledRow

REPORT, CONFUSION, PREDICTIONS = "classification_report.csv", "confusion_matrix.csv", "predictions.csv"


def write_classifier_tables(
    folder: Path, labels: Sequence[str], wanted: list[int], predicted: list[int]
) -> None:
    """Of each label how well it is known, and what was taken for what."""
    numbers = list(range(len(labels)))
    figures = precision_recall_fscore_support(wanted, predicted, labels=numbers, zero_division=0)
    _write(
        folder / REPORT,
        ("label", "precision", "recall", "f1", "support"),
        (
            (label, *map(float, found[:3]), int(found[3]))
            for label, *found in zip(labels, *figures, strict=True)
        ),
    )
    counts = confusion_matrix(wanted, predicted, labels=numbers).tolist()
    _write(
        folder / CONFUSION,
        ("label \\ predicted", *labels),
        ((label, *row) for label, row in zip(labels, counts, strict=True)),
    )


def write_predictions(
    folder: Path,
    rows: Sequence[LabelledRow],
    labels: Sequence[str],
    predicted: Sequence[tuple[int, float]],
    scored: int,
) -> None:
    """Of each held-out row what the model says, and how surely; the first `scored` rows make the figure."""
    _write(
        folder / PREDICTIONS,
        ("line", "text", "label", "predicted", "probability", "is_right", "is_scored"),
        (
            (
                row.line,
                row.text,
                row.label,
                labels[best],
                round(sure, 6),
                labels[best] == row.label,
                place < scored,
            )
            for place, (row, (best, sure)) in enumerate(zip(rows, predicted, strict=True))
        ),
    )


def write_chat_scores(
    folder: Path, chats: Sequence[TokenizedChat], tuned: ChatScores, base: ChatScores, scored: int
) -> None:
    """Of each held-out chat the loss before and after; the first `scored` chats make the figure."""
    _write(
        folder / PREDICTIONS,
        ("line", "tokens", "base_loss", "loss", "token_accuracy", "is_scored"),
        (
            (
                chat.row.line,
                int(tuned.tokens[place]),
                round(float(base.losses[place] / tuned.tokens[place]), 6),
                round(float(tuned.losses[place] / tuned.tokens[place]), 6),
                round(float(tuned.hits[place] / tuned.tokens[place]), 6),
                place < scored,
            )
            for place, chat in enumerate(chats)
        ),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(MARK + as_csv([header, *rows]))
