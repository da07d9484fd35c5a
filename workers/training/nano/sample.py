"""Look at a trained finery-nano: ``python -m workers.training.nano.sample DIR`` prints losses and answers."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from workers.training.nano.tokenizer import END_ID, PAD_ID
from workers.training.nano.train import held_out_losses, report

HERE = Path(__file__).parent
PROBES, UNSEEN_PROBES = HERE / "probes.toml", HERE / "unseen_probes.toml"
MAX_ANSWER_TOKENS = 80


def load(base: Path) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """The model in float32 and its tokenizer."""
    model = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)
    return model.eval(), PreTrainedTokenizerFast.from_pretrained(base)


def answer(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    messages: list[dict[str, str]],
    temperature: float = 0.0,
) -> str:
    """The model's next message; at temperature 0 the likeliest tokens."""
    prompt = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    how: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None}
    if temperature > 0:
        how = {"do_sample": True, "temperature": temperature, "top_p": 0.9}
    with torch.no_grad():
        output = model.generate(
            **prompt, **how, max_new_tokens=MAX_ANSWER_TOKENS, eos_token_id=END_ID, pad_token_id=PAD_ID
        )
    text: str = tokenizer.decode(output[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    return text


def probe_messages(probe: dict[str, str]) -> list[dict[str, str]]:
    """The chat of a probe, up to the user's question."""
    roles = [role for role in ("system", "user") if role in probe]
    return [{"role": role, "content": probe[role]} for role in roles]


def ask_probes(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, path: Path) -> None:
    """Print each probe of a file with its likeliest and a sampled answer, and how many did well."""
    probes = tomllib.loads(path.read_text(encoding="utf-8"))["probe"]
    passed = 0
    for probe in probes:
        messages = probe_messages(probe)
        likeliest = answer(model, tokenizer, messages)
        good = re.search(probe["answer"], likeliest) is not None
        passed += good
        report(f"\n{'ok ' if good else 'BAD'} {probe['user']}\n    {likeliest}")
        report(f"  ~ {answer(model, tokenizer, messages, temperature=0.7)}")
    report(f"\n{path.name}: {passed} of {len(probes)} probes answered as hoped")


def main() -> None:
    """Print the held-out losses, then every probe."""
    torch.manual_seed(1)
    model, tokenizer = load(Path(sys.argv[1]))
    report(f"{sum(p.numel() for p in model.parameters())} parameters")
    report(f"held out {held_out_losses(model, tokenizer)}")
    for path in (PROBES, UNSEEN_PROBES):
        ask_probes(model, tokenizer, path)


if __name__ == "__main__":
    main()
