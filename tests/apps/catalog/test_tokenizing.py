"""Counts are transformers' own."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from apps.catalog import tokenizing
from apps.catalog.base_files import Base, all_bases
from apps.catalog.selectors import token_counter
from kernel.bases import base_folder
from kernel.errors import BadTrainingData, Unavailable

TEXTS = [
    "I am still waiting on my card?",
    "",
    "Ünïcode, 退款 and 🙂 " * 40,
    "[CLS] x [SEP]",
    "word " * 600,
]
CALL = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": '{"id": 7}'}}
TOOL = {"type": "function", "function": {"name": "look_up", "description": "<find>", "parameters": {}}}
CHATS = [
    (
        [{"role": "user", "content": "Where is my order?"}, {"role": "assistant", "content": "On its way."}],
        None,
    ),
    (
        [
            {"role": "system", "content": "Be kind.\n"},
            {"role": "user", "content": "  <b>你好</b> & 🙂 "},
            {"role": "assistant", "content": "hi"},
            {"role": "user", "content": "more\n\n"},
            {"role": "assistant", "content": "that is all"},
        ],
        None,
    ),
    (
        [
            {"role": "user", "content": "7?"},
            {"role": "assistant", "content": "", "tool_calls": [CALL]},
            {"role": "tool", "content": "found", "tool_call_id": "c1"},
            {"role": "assistant", "content": "Found."},
        ],
        [TOOL],
    ),
]
TEMPLATE = """{{- bos_token }}
{%- if tools %}
    {{ tools | tojson(indent=2) }}
{% endif %}
{% for message in messages %}
    {% if message.role == 'tool' %}{% continue %}{% endif %}
    <|{{ message.role }}|>{% generation %}{{ message.content | trim }}{{ eos_token }}{% endgeneration %}

{% endfor %}
"""


def base_at(folder: Path) -> Base:
    from msgspec.structs import replace

    return replace(all_bases()["finery-nano"], source=f"folder:{folder}")


def folder_of(base_id: str) -> Path:
    return base_folder(all_bases()[base_id].source)


@pytest.fixture
def chat_folder(tmp_path: Path) -> Path:
    """A tiny base with a template that uses what templates may use."""
    vocabulary = {"<s>": 0, "</s>": 1, "[UNK]": 2}
    vocabulary |= {chr(code): 3 + place for place, code in enumerate(range(33, 127))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": {"content": "</s>", "__type": "AddedToken"},
        "unk_token": "[UNK]",
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE)
    return tmp_path


def transformers_chat_count(folder: Path, messages, tools) -> int:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    return len(
        tokenizer.apply_chat_template(messages, tools=tools, tokenize=True, return_dict=True)["input_ids"]
    )


@pytest.mark.parametrize(("messages", "tools"), CHATS)
def test_chat_counts_equal_transformers(chat_folder: Path, messages, tools):
    counted = tokenizing.TokenCounter(base_at(chat_folder)).count_chat(messages, tools)

    assert counted == transformers_chat_count(chat_folder, messages, tools)


@pytest.mark.parametrize(("messages", "tools"), CHATS[:2])  # it knows no tools
def test_nano_counts_equal_transformers(messages, tools):
    folder = folder_of("finery-nano")

    counted = tokenizing.TokenCounter(all_bases()["finery-nano"]).count_chat(messages, tools)

    assert counted == transformers_chat_count(folder, messages, tools)


def test_text_counts_equal_transformers():
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder_of("all-minilm-l6-v2")))

    counter = tokenizing.TokenCounter(all_bases()["all-minilm-l6-v2"])
    counted = [counter.count_text(text) for text in TEXTS]

    assert counted == [len(tokenizer(text)["input_ids"]) for text in TEXTS]
    assert counted[-1] == 602  # neither cut to 128 nor padded to it, as its tokenizer file would


def test_template_may_refuse_a_conversation(chat_folder: Path):
    template = "{{ raise_exception('roles must alternate') if messages[0].role == 'system' }}"
    (chat_folder / "chat_template.jinja").write_text(template)

    with pytest.raises(BadTrainingData, match="refuses the conversation: roles must alternate"):
        tokenizing.TokenCounter(base_at(chat_folder)).count_chat([{"role": "system", "content": "x"}])


def test_template_cannot_reach_python(chat_folder: Path):
    (chat_folder / "chat_template.jinja").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")

    with pytest.raises(BadTrainingData):
        tokenizing.TokenCounter(base_at(chat_folder)).count_chat([{"role": "user", "content": "x"}])


def test_template_in_the_tokenizer_config_is_found(chat_folder: Path):
    (chat_folder / "chat_template.jinja").unlink()
    config = json.loads((chat_folder / "tokenizer_config.json").read_text())
    named = [{"name": "rag", "template": "xxx"}, {"name": "default", "template": "{{ messages[0].content }}"}]
    (chat_folder / "tokenizer_config.json").write_text(json.dumps({**config, "chat_template": named}))

    assert tokenizing.TokenCounter(base_at(chat_folder)).count_chat([{"role": "user", "content": "ab"}]) == 2


def test_base_without_a_template_takes_no_chat():
    with pytest.raises(BadTrainingData, match="takes no chat messages"):
        token_counter("all-minilm-l6-v2").count_chat([{"role": "user", "content": "x"}])


def test_key_names_the_tokenizer(chat_folder: Path):
    before = tokenizing.TokenCounter(base_at(chat_folder)).key
    (chat_folder / "chat_template.jinja").write_text("{{ messages }}")
    after = tokenizing.TokenCounter(base_at(chat_folder)).key

    assert before.startswith("finery-nano@")
    assert before != after


def test_missing_base_is_unavailable(tmp_path: Path):
    with pytest.raises(Unavailable):
        tokenizing.TokenCounter(base_at(tmp_path / "nowhere"))
