"""Text classification: LoRA on an encoder and a linear head, trained together. Reads top to bottom."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import get_peft_model
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from kernel.bases import base_folder
from kernel.contracts import RESULT_FILES, BaselineName, Progress, TrainReport, TrainSpec
from kernel.errors import TooFewExamples
from workers.training.adapters import AdapterAbout, lora_config, read_adapter, write_adapter, write_parity
from workers.training.data import (
    LabelledRow,
    bad_row,
    find_file,
    length_bucketed_batches,
    read_labelled,
)
from workers.training.devices import training_device, training_dtype
from workers.training.encoder import (
    embed,
    embed_windows,
    fitted_head,
    label_words,
    macro_f1,
    padded,
    pooled_states,
    short_text,
    tokenize_texts,
    unknown_share,
    zero_shot_logprobs,
)
from workers.training.events import EventStream
from workers.training.held_out import Split, by_validation_file, hold_out_by_label
from workers.training.ngrams import ngram_predictions
from workers.training.parity import MOST_SAMPLES
from workers.training.result_files import write_classifier_tables, write_predictions
from workers.training.results import Hits, accuracy_result
from workers.training.seeds import seed_everything

TARGET_MODULES = ("query", "key", "value", "dense")  # attention and feed-forward of BERT's family
WARM_UP_SHARE = 0.05
_STATE = "state.pt"


@dataclass(slots=True)
class Rows:
    """Rows with the windows that they are read in and their label numbers, all in the same order."""

    rows: list[LabelledRow]
    windows: list[list[list[int]]]
    targets: list[int]

    @property
    def token_ids(self) -> list[list[int]]:
        return [window for row in self.windows for window in row]

    def examples(self) -> "Rows":
        """Each window as a row of its own: so they are trained on."""
        places = [place for place, windows in enumerate(self.windows) for _ in windows]
        return Rows(
            [self.rows[place] for place in places],
            [[window] for window in self.token_ids],
            [self.targets[place] for place in places],
        )


@dataclass(slots=True)
class Run:
    """The model in training and how far it is; a checkpoint holds all that changes."""

    model: Any
    head: torch.nn.Linear
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LambdaLR
    pad_id: int
    dtype: torch.dtype
    step: int = 0
    epoch: int = 0
    trained_tokens: int = 0
    losses: list[float] = field(default_factory=list)  # of the epoch just done
    metrics: dict[str, float] = field(default_factory=dict)


def run(spec: TrainSpec, workdir: Path, events: EventStream) -> None:
    """Train one classifier. The head starts as logistic regression on the frozen base.

    `trained_tokens` are the tokens of the training rows, special tokens included and padding not, that went
    through the model, over all attempts.

    Args:
        spec: hyper-parameters; lengths in tokens, learning_rate is the peak of a cosine.
        workdir: holds `train.csv` or `train.jsonl`, maybe `valid<ext>`, maybe `resume/` (a checkpoint).

    Raises:
        BadTrainingData: a row cannot be trained on as it is; the message names its line.
        StopRequested: a stop was asked for.

    Source: LoRA, Hu et al. 2021, arXiv:2106.09685.
    """
    seed_everything(spec.seed)
    device = training_device()
    dtype = training_dtype(device)
    base = base_folder(spec.base_source)
    tokenizer = AutoTokenizer.from_pretrained(base)
    labels, split = load_rows(spec, workdir, tokenizer)
    training = numbered(spec, tokenizer, split.training, labels, "training_file").examples()
    held_out = numbered(spec, tokenizer, split.held_out, labels, split.source)
    judged = numbered(spec, tokenizer, split.held_out + split.left_out, labels, split.source)
    events.raise_if_stopping()

    frozen = AutoModel.from_pretrained(base, dtype=torch.float32, add_pooling_layer=False).to(device).eval()
    pad_id = tokenizer.pad_token_id
    pooled = embed(frozen, training.token_ids, pad_id, dtype)  # (N, H)
    head = fitted_head(pooled, torch.tensor(training.targets, device=device), len(labels))
    words = embed(frozen, tokenizer([label_words(label) for label in labels])["input_ids"], pad_id, dtype)
    samples = [
        short_text(tokenizer, row.text, spec.max_length)
        for row in (held_out.rows or training.rows)[:MOST_SAMPLES]
    ]
    sample_ids = tokenizer(samples)["input_ids"]
    base_logprobs = zero_shot_logprobs(embed(frozen, sample_ids, pad_id, dtype), words)
    cheap: dict[BaselineName, Hits] = {}
    if held_out.rows:
        pooled = embed_windows(frozen, held_out.windows, pad_id, dtype)
        cheap = baselines(spec, head, words, pooled, training, held_out)

    about = AdapterAbout(
        kind="classification",
        base_model=spec.base_model,
        rank=spec.lora_rank,
        alpha=spec.lora_alpha,
        target_modules=TARGET_MODULES,
        labels=tuple(labels),
        max_length=spec.max_length,
        long_rows=spec.long_rows,
    )
    state = start(spec, frozen, head, rows=len(training.rows), pad_id=pad_id, dtype=dtype)
    state.metrics["unknown_token_share"] = unknown_share(training.token_ids, tokenizer)
    if (workdir / "resume").is_dir():
        restore(state, workdir / "resume")
    while state.epoch < spec.n_epochs:
        progress = train_epoch(spec, state, training, held_out, events)
        folder = workdir / "checkpoints" / f"step-{state.step}"
        save(state, folder, about)
        events.checkpoint(state.step, folder, folder / "adapter", progress)

    adapter = workdir / "adapter"
    write_adapter(adapter, state.step, state.model, about, head)
    scored = label_logprobs(state, [[ids] for ids in sample_ids])
    write_parity(adapter, state.step, parity_rows(labels, samples, sample_ids, scored, base_logprobs))
    report = TrainReport(
        steps=state.step,
        trained_tokens=state.trained_tokens,
        train_loss=sum(state.losses) / len(state.losses),
        **judge(state, labels, split, judged, cheap, workdir / "results"),
    )
    events.report(adapter, workdir / "results", report)


def parity_rows(
    labels: list[str],
    texts: list[str],
    token_ids: list[list[int]],
    logprobs: torch.Tensor,
    base_logprobs: torch.Tensor,
) -> list[dict[str, Any]]:
    """Samples for the certificate; log-probabilities over the labels, (N, C)."""
    scored = zip(texts, token_ids, logprobs.tolist(), base_logprobs.tolist(), strict=True)
    return [
        {"text": text, "token_ids": ids, "labels": labels, "logprobs": tuned, "base_logprobs": base}
        for text, ids, tuned, base in scored
    ]


def load_rows(spec: TrainSpec, workdir: Path, tokenizer: Any) -> tuple[list[str], Split[LabelledRow]]:
    """Return (labels in order, rows to train on and to score).

    Raises:
        BadTrainingData: a row is at fault, or a validation row has a label that no training row has.
        TooFewExamples: fewer than two labels.
    """
    train_file, valid_file = find_file(workdir, "train"), find_file(workdir, "valid")
    if train_file is None:
        raise FileNotFoundError(f"no training file in {workdir}")
    rows = kept(spec, tokenizer, read_labelled(train_file, "training_file"))
    labels = sorted({row.label for row in rows})
    if len(labels) < 2:
        raise TooFewExamples("A classifier needs at least two labels.", param="training_file")
    if valid_file is None:
        return labels, hold_out_by_label(rows, spec.seed)
    validation = kept(spec, tokenizer, read_labelled(valid_file, "validation_file"))
    for row in validation:
        if row.label not in labels:
            raise bad_row(row.line, f"no training row has the label `{row.label}`.", "validation_file")
    return labels, by_validation_file(rows, validation)


def kept(spec: TrainSpec, tokenizer: Any, rows: list[LabelledRow]) -> list[LabelledRow]:
    """The rows that the job's choice for long rows does not leave out."""
    if spec.long_rows != "leave_out":
        return rows
    lengths = map(len, tokenizer([row.text for row in rows])["input_ids"])
    return [row for row, length in zip(rows, lengths, strict=True) if length <= spec.max_length]


def numbered(spec: TrainSpec, tokenizer: Any, rows: list[LabelledRow], labels: list[str], param: str) -> Rows:
    """Rows with their windows. Raises BadTrainingData for a row that is too long, where that is refused."""
    numbers = {label: number for number, label in enumerate(labels)}
    windows = tokenize_texts(tokenizer, rows, spec.max_length, spec.long_rows, param) if rows else []
    return Rows(rows, windows, [numbers[row.label] for row in rows])


def baselines(
    spec: TrainSpec,
    head: torch.nn.Linear,
    words: torch.Tensor,
    pooled: torch.Tensor,
    training: Rows,
    held_out: Rows,
) -> dict[BaselineName, Hits]:
    """Which held-out rows cheap models get right: the untuned base by the labels' words, the most frequent
    label, character n-grams, and the head on the frozen base, which training starts from.

    Args:
        words: the labels' words as the bare base embeds them, (C, H).
        pooled: the held-out texts, likewise, (N, H).
    """
    texts = [row.text for row in training.rows], [row.text for row in held_out.rows]
    most_frequent = max(sorted(set(training.targets)), key=training.targets.count)
    with torch.no_grad():
        frozen_head = head(pooled).argmax(dim=-1)
    predicted: dict[BaselineName, Sequence[int]] = {
        "base": zero_shot_logprobs(pooled, words).argmax(dim=-1).tolist(),
        "majority": [most_frequent] * len(held_out.rows),
        "ngrams": ngram_predictions(texts[0], training.targets, texts[1], spec.seed),
        "frozen_features": frozen_head.tolist(),
    }
    return {name: np.array(labels) == held_out.targets for name, labels in predicted.items()}


def start(
    spec: TrainSpec, frozen: Any, head: torch.nn.Linear, *, rows: int, pad_id: int, dtype: torch.dtype
) -> Run:
    """Put LoRA on the base, and make optimizer and schedule: AdamW, short warm-up, cosine to zero."""
    model = get_peft_model(frozen, lora_config(spec, TARGET_MODULES))
    parameters = [p for p in model.parameters() if p.requires_grad] + list(head.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=spec.learning_rate, weight_decay=0.0)
    total = math.ceil(rows / spec.batch_size) * spec.n_epochs
    warm_up = max(1, round(total * WARM_UP_SHARE))

    def share_of_peak(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(total - warm_up, 1)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share_of_peak)
    return Run(model, head, optimizer, schedule, pad_id, dtype)


def train_epoch(spec: TrainSpec, state: Run, training: Rows, held_out: Rows, events: EventStream) -> Progress:
    """One pass over the training rows; returns the last step's progress, with the held-out numbers."""
    lengths = [len(ids) for ids in training.token_ids]
    batches = length_bucketed_batches(lengths, spec.batch_size, spec.seed, state.epoch)
    state.losses = []
    state.model.train()
    for number, batch in enumerate(batches, start=1):
        learning_rate = state.schedule.get_last_lr()[0]
        loss, accuracy = train_step(state, training, batch)
        progress: dict[str, Any] = {
            "step": state.step,
            "total_steps": len(batches) * spec.n_epochs,
            "epoch": round(state.epoch + number / len(batches), 6),
            "train_loss": loss,
            "train_accuracy": accuracy,
            "learning_rate": learning_rate,
            "trained_tokens": state.trained_tokens,
        }
        if number < len(batches):
            events.progress(Progress(**progress))
    state.epoch += 1
    progress.update(validate(state, held_out))
    last = Progress(**progress)
    events.progress(last)
    return last


def train_step(state: Run, training: Rows, batch: Sequence[int]) -> tuple[float, float]:
    """One optimizer step; returns (mean loss in nats per row, share of rows that were right)."""
    device = state.head.weight.device
    inputs = padded([training.token_ids[i] for i in batch], state.pad_id, device)
    targets = torch.tensor([training.targets[i] for i in batch], device=device)  # (B)
    logits = state.head(pooled_states(state.model, inputs, state.dtype))  # (B, C)
    loss = functional.cross_entropy(logits, targets)
    state.optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for g in state.optimizer.param_groups for p in g["params"]], 1.0)
    state.optimizer.step()
    state.schedule.step()
    state.step += 1
    state.trained_tokens += sum(len(training.token_ids[i]) for i in batch)
    state.losses.append(loss.item())
    return loss.item(), float((logits.argmax(dim=-1) == targets).float().mean())


def label_logprobs(state: Run, windows: Sequence[Sequence[Sequence[int]]]) -> torch.Tensor:
    """Log-probabilities over the labels. (N, C)"""
    state.model.eval()
    with torch.no_grad():
        logits: torch.Tensor = state.head(embed_windows(state.model, windows, state.pad_id, state.dtype))
        return logits.log_softmax(dim=-1)


def validate(state: Run, held_out: Rows) -> dict[str, float]:
    """Held-out loss and accuracy."""
    if not held_out.rows:
        return {}
    logprobs = label_logprobs(state, held_out.windows)
    wanted = torch.tensor(held_out.targets, device=logprobs.device)
    accuracy = float((logprobs.argmax(dim=-1) == wanted).float().mean())
    return {"valid_loss": float(functional.nll_loss(logprobs, wanted)), "valid_accuracy": accuracy}


def judge(
    state: Run,
    labels: list[str],
    split: Split[LabelledRow],
    judged: Rows,
    cheap: dict[BaselineName, Hits],
    results: Path,
) -> dict[str, Any]:
    """Compare with the baselines, write the customer's tables; returns the fields of the report.

    Args:
        judged: the held-out rows, then those that the score leaves out.
    """
    if not split.held_out:
        return {"metrics": state.metrics}
    logprobs = label_logprobs(state, judged.windows)
    predicted = logprobs.argmax(dim=-1).tolist()
    result = accuracy_result(np.array(predicted) == judged.targets, cheap, split)
    wanted, found = judged.targets[: result.rows], predicted[: result.rows]
    sureness = logprobs.max(dim=-1).values.exp().tolist()
    write_classifier_tables(results, labels, wanted, found)
    write_predictions(results, judged.rows, labels, list(zip(predicted, sureness, strict=True)), result.rows)
    metrics = state.metrics | {
        "heldout_accuracy": result.value,
        "heldout_macro_f1": macro_f1(found, wanted),
        "heldout_rows": float(result.rows),
        "base_accuracy": float(cheap["base"].mean()),
    }
    return {"metrics": metrics, "result": result, "result_files": RESULT_FILES}


def save(state: Run, folder: Path, about: AdapterAbout) -> None:
    """Write a checkpoint after an epoch: adapter and head, optimizer, schedule, random state, position."""
    write_adapter(folder / "adapter", state.step, state.model, about, state.head)
    torch.save(
        {
            "optimizer": state.optimizer.state_dict(),
            "schedule": state.schedule.state_dict(),
            "random": torch.get_rng_state(),
            "step": state.step,
            "epoch": state.epoch,  # batches of an epoch follow from (seed, epoch): no more position than this
            "trained_tokens": state.trained_tokens,
            "losses": state.losses,
            "metrics": state.metrics,
        },
        folder / _STATE,
    )


def restore(state: Run, folder: Path) -> None:
    """Continue from a checkpoint, exactly."""
    saved = torch.load(folder / _STATE, weights_only=True, map_location=state.head.weight.device)
    read_adapter(folder / "adapter", state.model, state.head)
    state.optimizer.load_state_dict(saved["optimizer"])
    state.schedule.load_state_dict(saved["schedule"])
    torch.set_rng_state(saved["random"].cpu())
    state.step, state.epoch = saved["step"], saved["epoch"]
    state.trained_tokens = saved["trained_tokens"]
    state.losses, state.metrics = saved["losses"], saved["metrics"]
