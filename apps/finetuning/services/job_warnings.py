"""What a customer should know of a job: before it costs money if that can be known, else at its end."""

from collections.abc import Iterator
from typing import Any

from apps.catalog.base_files import Base
from apps.catalog.selectors import get_base, token_counter
from apps.datasets.selectors import find_repeated_rows, list_rows
from apps.datasets.services import TrainableFile
from kernel.contracts import JobWarning, TrainResult

FEW_ROWS, FEW_OF_LABEL, FEW_HELD_OUT = 50, 10, 30
_LEAST_OF_LABEL = 4  # below, no row of a label is held out: workers.training.held_out
_UNKNOWN_TOKENS = 0.05  # a share from which a base misses much of what is said
_OTHER_LANGUAGE = 0.2  # likewise, of the rows whose language is known
_NO_LANGUAGE = ("und", "mul", "zxx")
_SAMPLES, _SAMPLE_ROWS = 10, 20  # stretches of a file that are looked at, and rows of each


def known_before(
    model: str, training: TrainableFile, validation: TrainableFile | None
) -> tuple[JobWarning, ...]:
    """What the files and the base say already."""
    base = get_base(model)
    found = [
        *_unknown_tokens(base, training),
        *_languages(base, training),
        *_rows(training),
        *(_labels(training) if training.labels else ()),
        *(_repeats(training, validation) if validation else _nothing_to_hold_out(training)),
    ]
    return tuple(found)


def known_after(result: TrainResult | None) -> tuple[JobWarning, ...]:
    """What the held-out rows say, or that there are none."""
    if result is None:
        return (_no_held_out_rows(),)
    found = []
    if result.rows < FEW_HELD_OUT:
        message = f"Only {result.rows} held-out rows were scored, so the figures are rough."
        found.append(JobWarning(code="few_held_out_rows", message=message, values={"rows": result.rows}))
    if result.source == "validation_file" and result.repeated_rows:
        message = (
            f"{result.repeated_rows} rows of the validation file are equal or nearly equal to rows that were "
            "trained on. The score leaves them out."
        )
        found.append(_repeated(message, rows=result.repeated_rows))
    if result.verdict != "better":
        found.append(_not_better(result))
    return tuple(found)


def _unknown_tokens(base: Base, training: TrainableFile) -> Iterator[JobWarning]:
    texts = [text for row in _sample(training) for text in _texts(row)]
    share = token_counter(base.id).unknown_share(texts)
    if share > _UNKNOWN_TOKENS:
        yield JobWarning(
            code="unknown_tokens",
            message=f"{base.id} does not know {share:.0%} of the tokens in this file, so it cannot tell such "
            "texts apart well. Choose a base that knows their language.",
            param="model",
            values={"model": base.id, "share": round(share, 4)},
        )


def _sample(training: TrainableFile) -> Iterator[dict[str, Any]]:
    """Rows from all over the file."""
    file = training.file
    starts = {number * training.rows // _SAMPLES for number in range(_SAMPLES)}
    for start in sorted(starts):
        page = list_rows(file.tenant_id, file, after=start - 1, line=0, limit=_SAMPLE_ROWS)
        yield from (shown.row for shown in page.rows)


def _texts(row: dict[str, Any]) -> list[str]:
    return [row["text"]] if "text" in row else [each["content"] for each in row["messages"]]


def _languages(base: Base, training: TrainableFile) -> Iterator[JobWarning]:
    counts = {
        each["language"]: each["rows"]
        for each in training.file.report.get("languages", [])
        if each["language"] not in _NO_LANGUAGE
    }
    other = {language: rows for language, rows in counts.items() if language not in base.languages}
    if "multilingual" in base.languages or not other:
        return
    share = sum(other.values()) / sum(counts.values())
    if share > _OTHER_LANGUAGE:
        language = max(other, key=lambda each: other[each])
        yield JobWarning(
            code="language_not_of_base",
            message=f"{share:.0%} of the rows are in languages that {base.id} was not made for, most often "
            f"'{language}'; it knows {', '.join(base.languages)}. Choose another base.",
            param="model",
            values={"model": base.id, "language": language, "share": round(share, 4)},
        )


def _rows(training: TrainableFile) -> Iterator[JobWarning]:
    rows = training.rows - _duplicates(training, "exact")
    if rows < FEW_ROWS:
        yield JobWarning(
            code="few_rows",
            message=f"{rows} different rows are few to learn from, and to measure by: "
            f"{FEW_ROWS} or more are usual.",
            param="training_file",
            values={"rows": rows},
        )


def _labels(training: TrainableFile) -> Iterator[JobWarning]:
    rows = {each["label"]: each["rows"] for each in training.file.report["labels"]}
    single = [label for label, count in rows.items() if count == 1]
    few = [label for label, count in rows.items() if 1 < count < FEW_OF_LABEL]
    if single:
        yield JobWarning(
            code="single_row_labels",
            message=f"{_count(len(single), 'label')} with one row only, such as {single[0]!r}. "
            "A model hardly learns such a label, and nothing measures it.",
            param="training_file",
            values={"labels": len(single), "label": single[0]},
        )
    if few:
        fewest = min(few, key=lambda label: rows[label])
        yield JobWarning(
            code="few_rows_per_label",
            message=f"{_count(len(few), 'label')} with fewer than {FEW_OF_LABEL} rows; {fewest!r} has "
            f"{rows[fewest]}. Add rows to them, or join labels.",
            param="training_file",
            values={"labels": len(few), "label": fewest, "rows": rows[fewest]},
        )


def _repeats(training: TrainableFile, validation: TrainableFile) -> Iterator[JobWarning]:
    tenant_id = training.file.tenant_id
    found = find_repeated_rows(tenant_id, validation.file.id, training.file.id)
    if found.rows:
        lines = ", ".join(str(line) for line in found.lines) + (
            ", ..." if found.rows > len(found.lines) else ""
        )
        rows = "1 row" if found.rows == 1 else f"{found.rows} rows"
        verb = "is" if found.rows == 1 else "are"
        message = (
            f"{rows} of the validation file {verb} also in the training file, so the score leaves them out: "
            f"lines {lines}"
        )
        yield _repeated(message, rows=found.rows)
    if found.rows == validation.rows:
        yield _no_held_out_rows()


def _repeated(message: str, *, rows: int) -> JobWarning:
    return JobWarning(
        code="repeated_validation_rows", message=message, param="validation_file", values={"rows": rows}
    )


def _nothing_to_hold_out(training: TrainableFile) -> Iterator[JobWarning]:
    different = training.rows - _duplicates(training, "exact") - _duplicates(training, "near")
    labels = training.file.report.get("labels", [])
    if different < _LEAST_OF_LABEL or (labels and all(each["rows"] < _LEAST_OF_LABEL for each in labels)):
        yield _no_held_out_rows()


def _no_held_out_rows() -> JobWarning:
    return JobWarning(
        code="no_held_out_rows",
        message="No row can be held out that is unlike all rows to train on, so nothing says how good the "
        "model is. Give a validation file of other rows, or more rows that differ.",
    )


def _not_better(result: TrainResult) -> JobWarning:
    best = next(each.value for each in result.baselines if each.name == result.best_baseline)
    name = _BASELINES[result.best_baseline]
    if result.metric == "accuracy":
        compared = f"the model is right on {result.value:.1%}, {name} on {best:.1%}"
    else:
        compared = f"the model has a loss of {result.value:.3f} nats per token, {name} of {best:.3f}"
    code, verdict = (
        ("worse_than_baseline", "the model is worse. Do not use it as it is")
        if result.verdict == "worse"
        else ("no_better_than_baseline", "that is no difference beyond chance")
    )
    return JobWarning(
        code=code,  # type: ignore[arg-type]  # one of the two
        message=f"On {result.rows} held-out rows {compared}: {verdict}. "
        "More rows, or other hyper-parameters, may help.",
        values={"rows": result.rows, "value": result.value, "baseline": result.best_baseline, "best": best},
    )


_BASELINES = {
    "base": "the untuned base",
    "majority": "the most frequent label alone",
    "ngrams": "a linear model of character n-grams",
    "frozen_features": "a linear model on the untuned base",
}


def _duplicates(training: TrainableFile, kind: str) -> int:
    """Rows that repeat another, as the file's report counts them."""
    return int((training.file.report.get("duplicates") or {}).get(kind, 0))


def _count(number: int, noun: str) -> str:
    return f"There is 1 {noun}" if number == 1 else f"There are {number} {noun}s"
