"""Random models small enough to build in a test, and tenants' adapters made by PEFT itself."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from kernel.contracts import AdapterKind, AdapterManifest, BaseEntry, Engine, FileDigest
from kernel.ids import new_id
from kernel.money import Price
from kernel.wire import encode

CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
CAUSAL_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
BERT_TARGETS = ("query", "key", "value", "attention.output.dense", "intermediate.dense")


def base_entry(base_id: str, engine: Engine, folder: Path, context_length: int) -> BaseEntry:
    price = Price(version=1, training=1, input=1, cached_input=1, output=1)
    return BaseEntry(
        id=base_id,
        engine=engine,
        source=f"folder:{folder}",
        context_length=context_length,
        max_lora_rank=16,
        price=price,
        created_at=1,
        owned_by="finery",
        methods=("supervised",) if engine == "vllm" else ("classification",),
    )


def build_llama(folder: Path) -> None:
    """A Llama of 2 layers with wide random weights, on which adapters show, and a byte-level tokenizer."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ["<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
    vocabulary = {token: i for i, token in enumerate(special + alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|end|>")
    fast.add_special_tokens({"additional_special_tokens": special[1:]})
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.08,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)


def build_bert(folder: Path) -> None:
    """A BERT of 2 layers over a character vocabulary."""
    characters = "abcdefghijklmnopqrstuvwxyz0123456789.,?!'"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *characters, *("##" + c for c in characters)]
    index = {token: i for i, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(vocab=index, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        initializer_range=0.1,
        pad_token_id=0,
    )
    BertModel(config).save_pretrained(folder)


def build_adapter(model: Any, folder: Path, targets: tuple[str, ...], seed: int, scale: float) -> PeftModel:
    """Wrap `model` with a random LoRA of rank 4, alpha 8, save it, and return PEFT's model in eval mode."""
    torch.manual_seed(seed)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=list(targets), init_lora_weights=True)
    adapted = get_peft_model(model, config)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=scale)
    adapted.save_pretrained(folder)
    return adapted.eval()


def add_head(folder: Path, labels: int, hidden: int, seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    head = {"weight": torch.randn(labels, hidden), "bias": torch.randn(labels)}
    save_file(head, folder / "head.safetensors")
    return head


def publish(
    store: Path,
    folder: Path,
    *,
    base: str,
    kind: AdapterKind,
    targets: tuple[str, ...],
    labels: tuple[str, ...] = (),
    **changes: Any,
) -> str:
    """Put the folder's files and a manifest into the store as the runner does; return the engine's name."""
    adapter_id = new_id("adp_")
    target = store / "adapters" / adapter_id
    target.mkdir(parents=True)
    names = ["adapter_config.json", "adapter_model.safetensors", "head.safetensors", "parity.json"]
    files = {}
    for name in [n for n in names if (folder / n).is_file()]:
        data = (folder / name).read_bytes()
        (target / name).write_bytes(data)
        files[name] = FileDigest(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    fields: dict[str, Any] = {
        "adapter_id": adapter_id,
        "lora_int_id": 7,
        "kind": kind,
        "base_model": base,
        "rank": 4,
        "alpha": 8,
        "target_modules": targets,
        "labels": labels,
        "files": files,
    }
    data = encode(AdapterManifest(**{**fields, **changes}))
    (target / "manifest.json").write_bytes(data)
    return f"{adapter_id}@{hashlib.sha256(data).hexdigest()[:12]}"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text())
