"""Toy bases and data: two layers, byte-level tokens, built in a second."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from kernel.contracts import TrainSpec
from kernel.wire import encode
from workers.training.run import main

Row = dict[str, Any]

CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>"
    "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|end|>{% endgeneration %}"
    "{% else %}{{ m.content }}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def build_llama(folder: Path) -> Path:
    """A Llama of 2 layers, head size 32, with byte-level tokens and a template with generation marks."""
    special = ["<|end|>", "<|user|>", "<|assistant|>", "<|system|>", "<|pad|>"]
    tokens = special + sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>")
    fast.add_special_tokens({"additional_special_tokens": special[1:4]})
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=256,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=4,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def build_bert(folder: Path) -> Path:
    """A BERT of 2 layers over characters."""
    characters = "abcdefghijklmnopqrstuvwxyz?"
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *characters, *("##" + c for c in characters)]
    index = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocab=index, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokens),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def spec(base: Path, method: str, **changes: object) -> TrainSpec:
    values: Row = {
        "job_id": "ftjob-toy",
        "method": method,
        "base_model": "toy",
        "base_source": f"folder:{base}",
        "n_epochs": 3,
        "batch_size": 4,
        "learning_rate": 5e-3,
        "lora_rank": 4,
        "lora_alpha": 8,
        "max_length": 128,
        "seed": 7,
    }
    return TrainSpec(**values | changes)


def chat(question: str, answer: str, **extra: object) -> Row:
    answer_message = {"role": "assistant", "content": answer, **extra}
    return {"messages": [{"role": "user", "content": question}, answer_message]}


def write_chats(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def toy_chats(count: int = 16) -> list[Row]:
    """No two alike."""
    names = "alder birch cedar daisy elder fern grape hazel iris juniper kelp lotus maple nettle olive poppy"
    return [chat(f"{name}?" + "!" * (i % 5), f"it is {i}") for i, name in enumerate(names.split()[:count])]


def write_texts(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def toy_texts() -> list[tuple[str, str]]:
    """Ten of each label, no two alike."""
    words = ["red", "blue", "old", "new", "wet", "dry", "fat", "shy", "odd", "big"]
    animals = [(f"the {word} cat sits on a mat", "cat_talk") for word in words]
    return animals + [(f"where is my dog with {word} ears", "dog_talk") for word in words]


def run_recipe(
    spec: TrainSpec, workdir: Path, *, kill_after_checkpoint: int = 0, stop_after_step: int = 0
) -> tuple[list[Row], int]:
    """Run a recipe in a process forked so that nothing is imported again; returns (events, exit status).

    With `kill_after_checkpoint` it is killed (-9) at that many checkpoints; with `stop_after_step` it gets a
    SIGTERM after that step.
    """
    spec_file = workdir / "spec.json"
    spec_file.write_bytes(encode(spec))
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writing, 1)
        with (workdir / "errors.log").open("wb") as errors:
            os.dup2(errors.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        status = main([str(spec_file), str(workdir)])
        sys.stderr.flush()
        os._exit(status)
    os.close(writing)
    events: list[Row] = []
    with os.fdopen(reading) as lines:
        for line in lines:
            events.append(json.loads(line))
            checkpoints = [event for event in events if event["event"] == "checkpoint"]
            if kill_after_checkpoint and len(checkpoints) == kill_after_checkpoint:
                os.kill(pid, signal.SIGKILL)
                break
            if stop_after_step and events[-1].get("step") == stop_after_step:
                os.kill(pid, signal.SIGTERM)
    return events, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_command(spec: TrainSpec, workdir: Path) -> tuple[list[Row], int]:
    """The recipe's real command line; returns (events, exit status)."""
    spec_file = workdir / "spec.json"
    spec_file.write_bytes(encode(spec))
    command = [sys.executable, "-m", "workers.training.run", str(spec_file), str(workdir)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def digests(folder: Path) -> dict[str, str]:
    names = ("adapter_model.safetensors", "adapter_config.json", "head.safetensors", "parity.json")
    files = [folder / name for name in names if (folder / name).is_file()]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
