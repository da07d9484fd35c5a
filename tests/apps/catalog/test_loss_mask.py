"""The preview's loss mask is the recipe's, token by token."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from apps.catalog.base_files import Base, all_bases
from apps.catalog.selectors import token_counter
from apps.catalog.tokenizing import TokenCounter
from kernel.bases import base_folder
from kernel.errors import BadTrainingData
from tests.apps.catalog.test_tokenizing import CALL, CHATS, TOOL

TURNS = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Where is my parcel? 我的包裹在哪里？🙂"},
    {"role": "assistant", "content": "On its way. 已经寄出，𠮷日送达。"},
    {"role": "user", "content": "Thanks"},
    {"role": "assistant", "content": "You are welcome 🙂🙂"},
    {"role": "user", "content": "Bye"},
    {"role": "assistant", "content": "Bye."},
]


def weighted(*weights: int) -> list[dict[str, Any]]:
    """The turns, with these weights at the assistant's messages."""
    left = iter(weights)
    return [
        {**message, "weight": next(left)} if message["role"] == "assistant" else message for message in TURNS
    ]


WEIGHTED = [weighted(0, 1, 1), weighted(1, 0, 1), weighted(0, 0, 1), weighted(1, 1, 0)]
ALL: list[tuple[Any, Any]] = [*CHATS, (TURNS, None), *((chat, None) for chat in WEIGHTED)]
TOOL_TEMPLATE = """{% if tools %}Tools: {{ tools | tojson }}
{% endif %}{% for message in messages %}<|im_start|>{{ message.role }}
{% if message.role == 'assistant' %}
{% generation %}{{ message.content }}{% for call in message.tool_calls or [] %}
<call>{{ call.function | tojson }}</call>{% endfor %}<|im_end|>{% endgeneration %}
{% else %}
{{ message.content }}<|im_end|>
{% endif %}
{% endfor %}"""


@pytest.fixture(params=["finery-nano", "with tools"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    """A real one, and one whose template shows tools."""
    nano = all_bases()["finery-nano"]
    if request.param == "finery-nano":
        return nano
    for path in base_folder(nano.source).glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "chat_template.jinja").write_text(TOOL_TEMPLATE)
    return replace(nano, source=f"folder:{tmp_path}")


def recipe_mask(folder: Path, messages, tools) -> tuple[list[int], list[bool]] | str:
    """Token ids and what the recipe trains of them, or why it refuses."""
    from transformers import AutoTokenizer

    from workers.training.chat_tokens import NO_LOSS, tokenize_chats
    from workers.training.data import ChatRow

    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    try:
        [chat] = tokenize_chats(tokenizer, [ChatRow(1, messages, tools)], 4096, "training_file")
    except BadTrainingData as error:
        return error.message
    return chat.input_ids, [label != NO_LOSS for label in chat.labels]


@pytest.mark.parametrize("number", range(len(ALL)))
def test_mask_is_the_recipes(base: Base, number: int):
    messages, tools = ALL[number]
    wanted = recipe_mask(base_folder(base.source), messages, tools)

    if isinstance(wanted, str):
        with pytest.raises(BadTrainingData) as refusal:
            TokenCounter(base).mask_chat(messages, tools)
        assert wanted == f"Line 1: {refusal.value.message}"
        return
    tokens = TokenCounter(base).mask_chat(messages, tools)
    assert [is_trained for _, is_trained in tokens] == wanted[1]
    assert any(wanted[1])


def test_both_bases_are_compared_on_tools(base: Base):
    said = recipe_mask(base_folder(base.source), *CHATS[2])

    assert isinstance(said, str) == (base.source == all_bases()["finery-nano"].source)


def test_texts_of_the_tokens_are_the_whole_conversation(base: Base):
    counter = TokenCounter(base)

    tokens = counter.mask_chat(TURNS)

    assert len(tokens) == counter.count_chat(TURNS)
    text = "".join(text for text, _ in tokens)
    assert all(message["content"] in text for message in TURNS)
    trained = "".join(text for text, is_trained in tokens if is_trained)
    assert "𠮷日送达" in trained
    assert "包裹" not in trained


def test_weight_0_takes_exactly_its_message_out():
    counter = token_counter("finery-nano")

    tokens = counter.mask_chat(weighted(1, 0, 1))

    trained = "".join(text for text, is_trained in tokens if is_trained)
    assert "已经寄出" in trained and "Bye." in trained
    assert "welcome" not in trained


def test_tools_that_a_template_would_leave_out_are_refused():
    messages = [{"role": "user", "content": "7?"}, {"role": "assistant", "content": "", "tool_calls": [CALL]}]

    with pytest.raises(BadTrainingData, match="cannot be trained on tools"):
        token_counter("finery-nano").count_chat(messages, [TOOL])
