"""The result file that OpenAI's tools expect."""

import csv
import io

from apps.finetuning.models import JobMetric

CURVE_FILE = "step_metrics.csv"
_COLUMNS = {
    "step": "step",
    "train_loss": "train_loss",
    "train_accuracy": "train_accuracy",
    "valid_loss": "valid_loss",
    "valid_mean_token_accuracy": "valid_accuracy",
}


def result_csv(metrics: list[JobMetric]) -> bytes:
    """One row a step; cells without a value are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for metric in metrics:
        values = [metric.values.get(name) for name in _COLUMNS.values()]
        writer.writerow(["" if value is None else value for value in values])
    return text.getvalue().encode()
