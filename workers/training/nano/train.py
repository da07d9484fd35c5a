"""Train finery-nano from scratch: ``python -m workers.training.nano.train --out DIR --minutes N``."""

import argparse
import itertools
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from workers.training.nano.corpus import (
    Batch,
    held_out_batches,
    mixed_dialogues,
    sgd_dialogues,
    training_batches,
)
from workers.training.nano.tokenizer import (
    CONTEXT_TOKENS,
    END_ID,
    PAD_ID,
    VOCABULARY_SIZE,
    save_tokenizer,
    train_tokenizer,
)

PEAK_LEARNING_RATE = 2e-3
WARM_UP_SHARE = 0.03
FINAL_LEARNING_RATE_SHARE = 0.02
TOKENIZER_DIALOGUES = 40_000
REPORT_STEPS = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What one training run was asked to do."""

    out: Path
    minutes: float
    processes: int
    rows: int
    save_seconds: float
    seed: int


def new_model() -> LlamaForCausalLM:
    """The untrained model: 5.8 million parameters, heads of 32 as vLLM's CPU attention needs."""
    config = LlamaConfig(
        vocab_size=VOCABULARY_SIZE,
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=CONTEXT_TOKENS,
        rms_norm_eps=1e-5,
        rope_theta=10_000.0,
        tie_word_embeddings=True,
        pad_token_id=PAD_ID,
        bos_token_id=None,
        eos_token_id=END_ID,
        attn_implementation="sdpa",
    )
    return LlamaForCausalLM(config)


def weighted_loss(model: LlamaForCausalLM, batch: Batch) -> torch.Tensor:
    """Mean next-token loss, each token counted by its weight."""
    same = batch.documents[:, None, :, None] == batch.documents[:, None, None, :]
    length = batch.tokens.shape[1]
    mask = same & torch.ones(length, length, dtype=torch.bool).tril()  # (B, 1, T, T)
    hidden = model.model(
        input_ids=batch.tokens, attention_mask=mask, position_ids=batch.positions, use_cache=False
    ).last_hidden_state
    logits = F.linear(hidden[:, :-1], model.lm_head.weight).float()  # (B, T - 1, V)
    losses = F.cross_entropy(logits.flatten(0, 1), batch.tokens[:, 1:].flatten(), reduction="none")
    weights = batch.weights[:, 1:].flatten()
    return (losses * weights).sum() / weights.sum()


def learning_rate(progress: float) -> float:
    """Linear warm-up, then a cosine down, over a progress of 0 to 1."""
    if progress < WARM_UP_SHARE:
        return PEAK_LEARNING_RATE * max(progress, 1e-4) / WARM_UP_SHARE
    turn = (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE)
    floor = FINAL_LEARNING_RATE_SHARE
    return PEAK_LEARNING_RATE * (floor + (1 - floor) * (1 + math.cos(math.pi * min(turn, 1.0))) / 2)


def new_optimizers(model: LlamaForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for the embedding and the norms (which are not decayed).

    Muon reaches the same loss with fewer tokens than AdamW, and tokens are what a CPU is short of.

    Source:
        Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    """
    matrices = [p for p in model.model.layers.parameters() if p.dim() > 1]
    norms = [p for p in model.parameters() if p.dim() <= 1]
    muon = torch.optim.Muon(matrices, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    embedding = {"params": [model.model.embed_tokens.weight], "weight_decay": 0.1}
    adam = torch.optim.AdamW(
        [embedding, {"params": norms, "weight_decay": 0.0}], betas=(0.9, 0.95), fused=True
    )
    return [muon, adam]


def held_out_losses(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> dict[str, float]:
    """Mean loss over the assistant's tokens of each held-out set."""
    losses: dict[str, float] = {}
    for name, batches in held_out_batches(tokenizer, rows=8).items():
        total = 0.0
        for batch in batches:
            answers = Batch(batch.tokens, batch.documents, batch.positions, (batch.weights == 1.0).float())
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                total += weighted_loss(model, answers).item()
        losses[name] = total / len(batches)
    return losses


def save_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Write the model in bfloat16 with its tokenizer and generation defaults."""
    kept = new_model()
    kept.load_state_dict(model.state_dict())
    kept.generation_config = GenerationConfig(
        eos_token_id=END_ID, pad_token_id=PAD_ID, do_sample=True, temperature=0.7, top_p=0.9
    )
    kept.to(torch.bfloat16).save_pretrained(out)
    save_tokenizer(tokenizer, out)


class Run:
    """One process of a run; the processes add up their gradients after each step."""

    def __init__(self, rank: int, plan: Plan) -> None:
        self.rank, self.plan = rank, plan
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(plan.out)
        torch.manual_seed(plan.seed)
        self.model = new_model()
        self.optimizers = new_optimizers(self.model)
        self.steps, self.seconds = 0, 0.0
        self.checkpoint = plan.out / "checkpoint.pt"
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, weights_only=True)
            self.model.load_state_dict(state["model"])
            for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self.steps, self.seconds = state["steps"], state["seconds"]
        self.loss = torch.compile(weighted_loss, dynamic=False)

    def train(self) -> None:
        """Train until the planned minutes are over, then write the model."""
        batches = training_batches(
            self.tokenizer, self.plan.seed + 1000 * self.rank + self.steps, self.plan.rows
        )
        saved_at = self.seconds
        while self.seconds < self.plan.minutes * 60:
            loss, taken = self._timed_step(batches)
            if self.rank == 0 and self.steps % REPORT_STEPS == 0:
                self._report(loss, taken)
            if self.rank == 0 and self.seconds - saved_at > self.plan.save_seconds:
                saved_at = self.seconds
                self._save()
        if self.rank == 0:
            self._save()
            report(f"held out {held_out_losses(self.model, self.tokenizer)}")

    def _timed_step(self, batches: Iterator[Batch]) -> tuple[float, float]:
        started = time.monotonic()
        progress = self.seconds / (self.plan.minutes * 60)
        for group in itertools.chain(*(optimizer.param_groups for optimizer in self.optimizers)):
            group["lr"] = learning_rate(progress)
        with torch.autocast("cpu", torch.bfloat16):
            loss = self.loss(self.model, next(batches))
        loss.backward()
        self._average_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        taken = torch.tensor(time.monotonic() - started)
        if self.plan.processes > 1:
            dist.broadcast(taken, src=0)  # all processes must see the same time, or they stop apart
        self.steps += 1
        self.seconds += taken.item()
        return loss.item(), taken.item()

    def _average_gradients(self) -> None:
        if self.plan.processes == 1:
            return
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.plan.processes
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def _report(self, loss: float, taken: float) -> None:
        tokens = self.plan.rows * self.plan.processes * 384
        report(
            f"step {self.steps} minute {self.seconds / 60:.1f} loss {loss:.3f} {tokens / taken:.0f} tokens/s"
        )

    def _save(self) -> None:
        optimizers = [optimizer.state_dict() for optimizer in self.optimizers]
        state = {"model": self.model.state_dict(), "optimizers": optimizers}
        torch.save({**state, "steps": self.steps, "seconds": self.seconds}, self.checkpoint)
        save_model(self.model, self.tokenizer, self.plan.out)


def report(text: str) -> None:
    """Write one line to the log."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _process(rank: int, plan: Plan) -> None:
    torch.set_num_threads(1)
    if plan.processes > 1:
        dist.init_process_group(
            "gloo", init_method=f"file://{plan.out}/rendezvous", rank=rank, world_size=plan.processes
        )
    Run(rank, plan).train()


def main() -> None:
    """Train the tokenizer if there is none yet, then the model; a run that was cut off goes on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=2, help="one thread each; one per core")
    parser.add_argument("--rows", type=int, default=8, help="packed rows per process and step")
    parser.add_argument("--save-seconds", type=float, default=180.0)
    parser.add_argument("--seed", type=int, default=1)
    plan = Plan(**vars(parser.parse_args()))
    plan.out.mkdir(parents=True, exist_ok=True)
    if not (plan.out / "tokenizer.json").exists():
        dialogues = itertools.islice(
            mixed_dialogues(plan.seed, sgd_dialogues(held_out=False)), TOKENIZER_DIALOGUES
        )
        # The role names are texts of their own, so that each becomes a single token.
        texts = (text for talk in dialogues for message in talk for text in message.values())
        save_tokenizer(train_tokenizer(texts), plan.out)
        report("tokenizer trained")
    (plan.out / "rendezvous").unlink(missing_ok=True)
    if plan.processes == 1:
        _process(0, plan)
    else:
        mp.spawn(_process, args=(plan,), nprocs=plan.processes)


if __name__ == "__main__":
    main()
