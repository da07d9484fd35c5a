"""Is the accuracy that a job reports the one that unseen rows show?

`python -m tests.bench.true_figures FOLDER [ROWS]`: FOLDER has the public sets as folders: banking77, sentfin,
bitext_customer_service, pubmedqa. Of each, ROWS rows (1,200 by default, at most 60 %) go through the
classification recipe with the catalogue's settings: as they are, half as many rows each twice, and sorted by
label. The model is then measured on the rest of the set, at most 3,000 rows and none like a training row.
"""

import csv
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import torch
from peft import PeftModel
from rich.console import Console
from rich.table import Table
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from apps.catalog.base_files import all_bases
from kernel.bases import base_folder
from kernel.contracts import TrainResult, TrainSpec
from kernel.wire import convert
from workers.doctor.likes import has_like
from workers.training.encoder import embed
from workers.training.events import EventStream
from workers.training.recipes import classification

BASE, MOST_UNSEEN, MOST_CHARACTERS = "all-minilm-l6-v2", 3_000, 700
Rows = list[tuple[str, str]]


def main(folder: Path, most: int) -> None:
    table = Table("set", "rows", "reported", "95 %", "of", "measured", "of", "difference", "best baseline")
    for name, rows in sets(folder):
        Random(1).shuffle(rows)
        count = min(most, len(rows) * 6 // 10)
        known = {label for _, label in rows[: count // 2]}
        unseen = [row for row in rows[count:] if row[1] in known][:MOST_UNSEEN]
        for variant, training in variants(rows[:count]).items():
            with tempfile.TemporaryDirectory() as workdir:
                result = train(Path(workdir), training)
                accuracy, measured = measure(Path(workdir), training, unseen)
            best = next(each.value for each in result.baselines if each.name == result.best_baseline)
            table.add_row(
                f"{name}, {variant}",
                str(len(training)),
                f"{result.value:.3f}",
                "{:.3f}-{:.3f}".format(*result.interval),
                str(result.rows),
                f"{accuracy:.3f}",
                str(measured),
                f"{result.value - accuracy:+.3f}",
                f"{result.best_baseline} {best:.3f}, {result.verdict}",
            )
            print(name, variant, f"{result.value:.3f}", f"{accuracy:.3f}", flush=True)
    Console(width=140).print(table)


def sets(folder: Path) -> Iterator[tuple[str, Rows]]:
    banking = [*table_of(folder / "banking77" / "train.csv"), *table_of(folder / "banking77" / "test.csv")]
    yield "banking77", [(row["text"], row["category"]) for row in banking]
    sentfin = table_of(folder / "sentfin" / "single_entity.csv")
    yield "sentfin", [(row["text"], row["label"]) for row in sentfin]
    bitext = table_of(folder / "bitext_customer_service" / "bitext_intents.csv")
    yield "bitext", [(row["utterance"], row["intent"]) for row in bitext]
    answers = json.loads((folder / "pubmedqa" / "ori_pqal.json").read_bytes()).values()
    texts = [(f"{row['QUESTION']} {row['LONG_ANSWER']}", row["final_decision"]) for row in answers]
    yield "pubmedqa", [row for row in texts if len(row[0]) <= MOST_CHARACTERS]


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def variants(rows: Rows) -> dict[str, Rows]:
    half = rows[: len(rows) // 2]
    return {
        "plain": rows,
        "each row twice": [*half, *half],
        "sorted by label": sorted(rows, key=lambda row: row[1]),
    }


def train(workdir: Path, rows: Rows) -> TrainResult:
    with (workdir / "train.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    base = all_bases()[BASE]
    auto = base.defaults["classification"]
    spec = TrainSpec(
        job_id="bench",
        method="classification",
        base_model=BASE,
        base_source=base.source,
        n_epochs=auto.n_epochs,
        batch_size=auto.batch_size,
        learning_rate=auto.learning_rate,
        lora_rank=auto.lora_rank,
        lora_alpha=auto.lora_alpha,
        max_length=auto.max_length,
        seed=7,
    )
    out = io.StringIO()
    classification.run(spec, workdir, EventStream(out))
    return convert(json.loads(out.getvalue().splitlines()[-1])["report"]["result"], TrainResult)


def measure(workdir: Path, training: Rows, unseen: Rows) -> tuple[float, int]:
    """(accuracy, rows) on what is like no training row, from the adapter's files alone."""
    is_like = has_like([text for text, _ in unseen], [text for text, _ in training])
    rows = [row for row, like in zip(unseen, is_like, strict=True) if not like]
    folder = base_folder(all_bases()[BASE].source)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    bare = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    model = PeftModel.from_pretrained(bare, str(workdir / "adapter")).eval()
    head = load_file(workdir / "adapter" / "head.safetensors")
    ids = tokenizer([text for text, _ in rows])["input_ids"]
    logits = embed(model, ids, tokenizer.pad_token_id, torch.float32) @ head["weight"].T + head["bias"]
    labels = sorted({label for _, label in training})
    hits = [labels[best] == label for best, (_, label) in zip(logits.argmax(-1).tolist(), rows, strict=True)]
    return sum(hits) / len(hits), len(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_200)
