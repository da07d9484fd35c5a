"""Supervised fine-tuning of a LoRA adapter on a causal base. Reads top to bottom; nothing is inherited."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

from kernel.adapters import CAUSAL_TARGET_MODULES
from kernel.bases import base_folder
from kernel.contracts import TrainReport, TrainSpec
from workers.training.adapters import AdapterAbout, lora_config, write_adapter, write_parity
from workers.training.callbacks import ProgressCallback
from workers.training.chat_scores import score_chats
from workers.training.chat_tokens import TokenizedChat, fit_chats, tokenize_chats
from workers.training.data import ChatRow, find_file, read_chats
from workers.training.devices import training_device, training_dtype
from workers.training.divergence import require_learned
from workers.training.events import EventStream
from workers.training.held_out import Split, by_validation_file, hold_out_chats
from workers.training.parity import canary_of, choose_causal_samples, score_causal_samples
from workers.training.result_files import PREDICTIONS, write_chat_scores
from workers.training.results import loss_result
from workers.training.seeds import seed_everything

WARM_UP_SHARE = 0.05


def run(spec: TrainSpec, workdir: Path, events: EventStream) -> None:
    """Train one adapter on chats; the loss counts on the assistant's tokens only.

    `trained_tokens` are the tokens of the training rows after the template, without padding, that went
    through the model, over all attempts.

    Args:
        spec: hyper-parameters; lengths in tokens, learning_rate is the peak of a cosine.
        workdir: holds `train.jsonl`, maybe `valid.jsonl`, maybe `resume/` (a checkpoint folder of ours).

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
    split = load_chats(spec, workdir, tokenizer)
    samples = choose_causal_samples(tokenizer, split.held_out + split.training, spec.max_length)
    events.raise_if_stopping()

    about = AdapterAbout(
        kind="causal_lora",
        base_model=spec.base_model,
        rank=spec.lora_rank,
        alpha=spec.lora_alpha,
        target_modules=CAUSAL_TARGET_MODULES,
        template_sha256=hashlib.sha256(tokenizer.chat_template.encode()).hexdigest(),
    )
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(base, dtype=dtype),
        args=trainer_settings(spec, workdir, split, dtype),
        train_dataset=as_dataset(split.training),
        eval_dataset=as_dataset(split.held_out) if split.held_out else None,
        processing_class=tokenizer,
        peft_config=lora_config(spec, CAUSAL_TARGET_MODULES),
        callbacks=[ProgressCallback(events, about, workdir / "adapters", dtype)],
    )
    resume = workdir / "resume"
    trainer.train(resume_from_checkpoint=str(resume) if resume.is_dir() else None)

    trainer.model.eval()
    judged = judge(spec, trainer, split, workdir / "results", dtype, events)
    adapter = workdir / "adapter"
    about = replace(about, canary=canary_of(trainer.model, dtype))
    write_adapter(adapter, trainer.state.global_step, trainer.model, about)
    write_parity(adapter, trainer.state.global_step, score_causal_samples(trainer.model, samples, dtype))
    report = TrainReport(
        steps=trainer.state.global_step,
        trained_tokens=int(trainer.state.num_input_tokens_seen),
        train_loss=last_epoch_loss(trainer.state, spec.n_epochs),
        **judged,
    )
    events.report(adapter, workdir / "results", report)


def judge(
    spec: TrainSpec,
    trainer: Any,
    split: Split[TokenizedChat],
    results: Path,
    dtype: torch.dtype,
    events: EventStream,
) -> dict[str, Any]:
    """Score the held-out chats before and after; returns the fields of the report that say so.

    Raises:
        TrainingDiverged: the model is worse than chance.
    """
    if not split.held_out:
        return {}
    model, pad_id = trainer.model, trainer.processing_class.pad_token_id
    chats = split.held_out + split.left_out
    with model.disable_adapter():
        base = score_chats(model, chats, pad_id, dtype, events.raise_if_stopping)
    tuned = score_chats(model, chats, pad_id, dtype, events.raise_if_stopping)
    result = loss_result(tuned, base, split, spec.seed)
    require_learned(
        trainer.state.global_step, result.value, result.baselines[0].value, model.config.vocab_size
    )
    write_chat_scores(results, chats, tuned, base, scored=len(split.held_out))
    before, after = base[: result.rows], tuned[: result.rows]
    metrics = {
        "valid_loss": after.loss,
        "valid_accuracy": after.accuracy,
        "base_valid_loss": before.loss,
        "base_valid_accuracy": before.accuracy,
        "valid_rows": float(result.rows),
    }
    return {"metrics": metrics, "result": result, "result_files": (PREDICTIONS,)}


def load_chats(spec: TrainSpec, workdir: Path, tokenizer: Any) -> Split[TokenizedChat]:
    """Chats as tokens; without a validation file a tenth is held out by seed.

    A row is on one side with all its pieces.
    """
    train_file, valid_file = find_file(workdir, "train"), find_file(workdir, "valid")
    if train_file is None:
        raise FileNotFoundError(f"no training file in {workdir}")
    rows = read_chats(train_file, "training_file")
    pieces = fit_chats(tokenizer, rows, spec.max_length, spec.long_rows, "training_file")
    rows = [row for row in rows if row.line in pieces]
    if valid_file is None:
        split, held_pieces = hold_out_chats(rows, spec.seed), pieces
    else:
        validation = read_chats(valid_file, "validation_file")
        held_pieces = fit_chats(tokenizer, validation, spec.max_length, spec.long_rows, "validation_file")
        split = by_validation_file(rows, [row for row in validation if row.line in held_pieces])

    def tokenized(whole: list[ChatRow], pieces: dict[int, list[ChatRow]], param: str) -> list[TokenizedChat]:
        chats = [piece for row in whole for piece in pieces[row.line]]
        return tokenize_chats(tokenizer, chats, spec.max_length, param)

    return Split(
        training=tokenized(split.training, pieces, "training_file"),
        held_out=tokenized(split.held_out, held_pieces, split.source),
        left_out=tokenized(split.left_out, held_pieces, split.source),
        source=split.source,
        repeated_rows=split.repeated_rows,
    )


def as_dataset(chats: Sequence[TokenizedChat]) -> Dataset:
    """Token ids and labels as TRL takes them when it prepares nothing; `length` feeds the bucketing."""
    return Dataset.from_dict(
        {
            "input_ids": [chat.input_ids for chat in chats],
            "labels": [chat.labels for chat in chats],
            "length": [len(chat.input_ids) for chat in chats],
        }
    )


def trainer_settings(
    spec: TrainSpec, workdir: Path, split: Split[TokenizedChat], dtype: torch.dtype
) -> SFTConfig:
    """Every setting that changes the result, named; the trainer's own defaults cut at 1,024 tokens."""
    steps = math.ceil(len(split.training) / spec.batch_size) * spec.n_epochs
    return SFTConfig(
        output_dir=str(workdir / "checkpoints"),
        max_length=spec.max_length,
        dataset_kwargs={"skip_prepare_dataset": True},  # our labels; assistant tokens only
        num_train_epochs=spec.n_epochs,
        per_device_train_batch_size=spec.batch_size,
        per_device_eval_batch_size=spec.batch_size,
        gradient_accumulation_steps=1,
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        learning_rate=spec.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(steps * WARM_UP_SHARE)),
        weight_decay=0.0,
        max_grad_norm=1.0,
        optim="adamw_torch",
        bf16=dtype == torch.bfloat16,
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=False,
        seed=spec.seed,
        data_seed=spec.seed,
        logging_steps=1,
        logging_nan_inf_filter=False,  # it would hide that a run diverged
        eval_strategy="epoch" if split.held_out else "no",
        save_strategy="epoch",
        include_num_input_tokens_seen="non_padding",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )


def last_epoch_loss(state: Any, n_epochs: int) -> float:
    """Mean training loss of the last epoch, nats per token; the history survives a resume."""
    first = state.global_step - state.max_steps // n_epochs
    losses = [
        float(entry["loss"]) for entry in state.log_history if "loss" in entry and entry["step"] > first
    ]
    return sum(losses) / len(losses)
