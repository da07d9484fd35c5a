"""finery-nano: its size, its chat format, its corpus and one answer."""

import itertools
from functools import cache
from pathlib import Path

import pytest

from workers.training.nano.dialogue import DialogueSampler
from workers.training.nano.sample import MAX_ANSWER_TOKENS, load

BASE = Path("workers/training/bases/finery-nano").resolve()
CHAT = [
    {"role": "system", "content": "You are a customer service agent."},
    {"role": "user", "content": "Where is order 4821?"},
    {"role": "assistant", "content": "Order 4821 is on its way."},
    {"role": "user", "content": "Thanks"},
    {"role": "assistant", "content": "You're welcome!"},
]


@cache
def loaded():
    return load(BASE)


def test_it_is_small():
    model, _ = loaded()

    assert sum(p.numel() for p in model.parameters()) <= 8_000_000
    assert model.config.head_dim >= 32
    assert sum(path.stat().st_size for path in BASE.glob("*.safetensors")) <= 16_000_000


def test_every_assistant_token_counts_and_nothing_else():
    _, tokenizer = loaded()

    encoded = tokenizer.apply_chat_template(CHAT, return_dict=True, return_assistant_tokens_mask=True)

    pairs = zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
    assert tokenizer.decode([token for token, counts in pairs if counts]) == (
        "Order 4821 is on its way.<|im_end|>You're welcome!<|im_end|>"
    )
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer.pad_token_id != tokenizer.eos_token_id


@pytest.mark.parametrize("end", [2, 4])
def test_the_generation_prompt_is_a_prefix_of_the_whole_chat(end):
    _, tokenizer = loaded()

    prompt = tokenizer.apply_chat_template(CHAT[:end], tokenize=False, add_generation_prompt=True)

    assert tokenizer.apply_chat_template(CHAT, tokenize=False).startswith(prompt)


def test_the_same_seed_gives_the_same_dialogues():
    one, same, other = DialogueSampler(7), DialogueSampler(7), DialogueSampler(8)

    first = [one.sample() for _ in range(50)]

    assert first == [same.sample() for _ in range(50)]
    assert first != [other.sample() for _ in range(50)]


def test_dialogues_start_with_the_customer_and_take_turns():
    sampler = DialogueSampler(3)

    for talk in (sampler.sample() for _ in range(500)):
        roles = [message["role"] for message in talk if message["role"] != "system"]
        assert roles[0] == "user" and roles[-1] == "assistant"
        assert all(left != right for left, right in itertools.pairwise(roles))
        assert not any(mark in message["content"] for message in talk for mark in "\x01\x02{}<>|")


def test_it_answers_in_one_short_english_message():
    model, tokenizer = loaded()
    chat = [{"role": "user", "content": "Hi, where is my order?"}]
    prompt = tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )

    output = model.generate(**prompt, do_sample=False, max_new_tokens=MAX_ANSWER_TOKENS)

    said = output[0, prompt["input_ids"].shape[1] :].tolist()
    text = tokenizer.decode(said, skip_special_tokens=True)
    assert said[-1] == tokenizer.eos_token_id
    assert len(text) > 10 and text.isascii()
