"""The sample files that ship with the platform: whole, clean and what their readme says."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.factories.datasets import make_file
from tests.factories.tenants import Owner

SAMPLES = Path(__file__).parents[3] / "apps" / "datasets" / "samples"
INTENTS = ("customer_intents_en.csv", "customer_intents_zh.csv")
CHATS = {"support_chat_en.jsonl": 226, "support_chat_zh.jsonl": 60}
VOICES = {
    "support_chat_en.jsonl": ("Hello from Juniper & Pine!", "Warmly, Juno."),
    "support_chat_zh.jsonl": ("您好，这里是松柏家居！", "祝好，小柏。"),
}


def intents(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def chats(name: str) -> list[list[dict[str, str]]]:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


@pytest.mark.parametrize("name", INTENTS)
def test_intents_are_balanced(name: str):
    labels = Counter(row["label"] for row in intents(name))

    assert len(labels) == 24
    assert set(labels.values()) == {36}


@pytest.mark.parametrize("name", INTENTS)
def test_intents_are_clean_and_unique(name: str):
    rows = intents(name)

    assert all(list(row) == ["text", "label"] for row in rows)
    assert all(cell and cell == cell.strip() for row in rows for cell in row.values())
    assert len({row["text"].casefold() for row in rows}) == len(rows)


def test_intent_labels_are_equal_across_the_twins():
    english, chinese = ({row["label"] for row in intents(name)} for name in INTENTS)

    assert english == chinese


@pytest.mark.parametrize(("name", "count"), CHATS.items())
def test_chats_alternate_and_end_with_the_assistant(name: str, count: int):
    conversations = chats(name)

    assert len(conversations) == count
    for messages in conversations:
        roles = [message["role"] for message in messages if message["role"] != "system"]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert roles
        assert all(message["content"].strip() for message in messages)
        assert all(message["role"] != "system" for message in messages[1:])


@pytest.mark.parametrize("name", CHATS)
def test_chats_open_differently(name: str):
    openings = [next(m["content"] for m in messages if m["role"] == "user") for messages in chats(name)]

    assert len({opening.casefold() for opening in openings}) == len(openings)


@pytest.mark.parametrize("name", CHATS)
def test_chats_keep_the_voice(name: str):
    greeting, signature = VOICES[name]
    for messages in chats(name):
        replies = [message["content"] for message in messages if message["role"] == "assistant"]
        assert [reply.startswith(greeting) for reply in replies] == [True] + [False] * (len(replies) - 1)
        assert [reply.endswith(signature) for reply in replies] == [False] * (len(replies) - 1) + [True]


@pytest.mark.parametrize("name", CHATS)
def test_half_of_the_chats_share_one_system_prompt(name: str):
    conversations = chats(name)
    prompts = [messages[0]["content"] for messages in conversations if messages[0]["role"] == "system"]

    assert len(set(prompts)) == 1
    assert len(prompts) == len(conversations) // 2


def test_english_chat_is_ascii_and_short():
    assert (SAMPLES / "support_chat_en.jsonl").read_bytes().isascii()
    for messages in chats("support_chat_en.jsonl"):
        assert all(len(message["content"].split()) <= 45 for message in messages)


@pytest.mark.parametrize("name", [*INTENTS, *CHATS])
def test_the_doctor_finds_no_error(owner: Owner, name: str):
    file = make_file(owner, (SAMPLES / name).read_bytes(), filename=name)

    assert (file.status, file.report["errors"]) == ("processed", [])
    assert file.rows == CHATS.get(name, 24 * 36)
