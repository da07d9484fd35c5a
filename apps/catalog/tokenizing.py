"""Token counts and loss masks as transformers makes them, without transformers: for quotes and reports.

Source: transformers 5, `utils/chat_template_utils.py` (the template's environment) and `apply_chat_template`.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Encoding, Tokenizer

from apps.catalog.base_files import Base
from kernel.bases import base_folder
from kernel.errors import BadTrainingData, Unavailable
from kernel.loss_mask import refuse_unseen_tools, trained_mask

_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja")
_SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    tokenizer: Tokenizer
    template: jinja2.Template | None
    template_text: str
    special_tokens: dict[str, str]
    digest: str  # of tokenizer and template: another one counts differently


class TokenCounter:
    """One base's counts. `key` changes when the base's tokenizer or template does."""

    def __init__(self, base: Base) -> None:
        self._loaded = _load(base)
        self.key = f"{base.id}@{self._loaded.digest[:12]}"

    def count_chat(self, messages: Sequence[Any], tools: Sequence[Any] | None = None) -> int:
        """Tokens of a whole conversation, no generation prompt.

        Raises:
            BadTrainingData: the template refuses the conversation, or the base has none.
        """
        text, _ = self._render(messages, tools)
        return len(self._loaded.tokenizer.encode(text, add_special_tokens=False).ids)

    def count_text(self, text: str) -> int:
        """Tokens of a plain text, with those that an encoder puts around it."""
        return len(self._loaded.tokenizer.encode(text).ids)

    def unknown_share(self, texts: Sequence[str]) -> float:
        """The share of the texts' tokens that the base has no piece for, 0 to 1."""
        loaded = self._loaded
        unknown = loaded.tokenizer.token_to_id(loaded.special_tokens.get("unk_token", ""))
        ids = [
            each
            for encoding in loaded.tokenizer.encode_batch(texts, add_special_tokens=False)
            for each in encoding.ids
        ]
        return ids.count(unknown) / max(len(ids), 1)

    def starts(self, text: str) -> list[int]:
        """The character at which each token of a plain text begins."""
        return [start for start, _ in self._loaded.tokenizer.encode(text, add_special_tokens=False).offsets]

    def mask_chat(
        self, messages: Sequence[Any], tools: Sequence[Any] | None = None
    ) -> list[tuple[str, bool]]:
        """Each token of a conversation: its text, and whether it is trained. Together the texts are what the
        template wrote; of a character that several tokens make, the first has it.

        Raises:
            BadTrainingData: as the recipe would.
        """
        text, spans = self._render(messages, tools)
        encoding = self._loaded.tokenizer.encode(text, add_special_tokens=False)
        try:
            mask = trained_mask(_mask(encoding, spans), messages)
        except ValueError as error:
            raise BadTrainingData(str(error)) from error
        tokens, shown = [], 0
        for (_, end), is_trained in zip(encoding.offsets, mask, strict=True):
            tokens.append((text[shown:end], bool(is_trained)))
            shown = max(shown, end)
        return tokens

    def _render(
        self, messages: Sequence[Any], tools: Sequence[Any] | None
    ) -> tuple[str, list[tuple[int, int]]]:
        """The text, and where in it the template marks what the assistant says."""
        if self._loaded.template is None:
            raise BadTrainingData("This base model takes no chat messages.")
        try:
            refuse_unseen_tools(self._loaded.template_text, messages, tools)
        except ValueError as error:
            raise BadTrainingData(str(error)) from error
        rendering = _Rendering()
        before = _current.set(rendering)
        try:
            for block in self._loaded.template.generate(
                messages=messages,
                tools=tools,
                documents=None,
                add_generation_prompt=False,
                **self._loaded.special_tokens,
            ):
                rendering.add(block)
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            reason = f": {error}" if isinstance(error, jinja2.TemplateError) else ""
            raise BadTrainingData(f"The base's chat template refuses the conversation{reason}.") from error
        finally:
            _current.reset(before)
        return "".join(rendering.blocks), rendering.spans


class _Rendering:
    """A conversation while its template writes it."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.spans: list[tuple[int, int]] = []  # in characters: what is marked as the assistant's
        self._length = 0

    def add(self, block: str) -> None:
        self.blocks.append(block)
        self._length += len(block)

    def mark(self, text: str) -> None:
        """This comes next, and is the assistant's."""
        self.spans.append((self._length, self._length + len(text)))


_current: ContextVar[_Rendering] = ContextVar("rendering")


def _mask(encoding: Encoding, spans: list[tuple[int, int]]) -> list[int]:
    """1 for each token of the spans, as transformers' `return_assistant_tokens_mask` has it."""
    mask = [0] * len(encoding.ids)
    for start, end in spans:
        first, last = encoding.char_to_token(start), encoding.char_to_token(end - 1)
        if first is None:
            break
        until = last + 1 if last else len(mask)
        mask[first:until] = [1] * (until - first)
    return mask


def _load(base: Base) -> _Loaded:
    try:
        folder = base_folder(base.source)
        return _load_folder(folder, tuple(_modified_ns(folder / name) for name in _FILES))
    except (OSError, ImportError) as error:  # a hub's failures are OSErrors too
        raise Unavailable(f"The tokenizer of {base.id} is not available right now.") from error


def _modified_ns(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@cache
def _load_folder(folder: Path, modified_ns: tuple[int, ...]) -> _Loaded:
    data = (folder / "tokenizer.json").read_bytes()
    tokenizer = Tokenizer.from_str(data.decode())
    tokenizer.no_truncation()  # sentence encoders ship cut to 128 and padded to it
    tokenizer.no_padding()
    config = _json(folder / "tokenizer_config.json")
    template = _template_text(folder, config)
    return _Loaded(
        tokenizer=tokenizer,
        template=None if template is None else _environment().from_string(template),
        template_text=template or "",
        special_tokens=_special_tokens({**_json(folder / "special_tokens_map.json"), **config}),
        digest=hashlib.sha256(data + (template or "").encode()).hexdigest(),
    )


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _template_text(folder: Path, config: dict[str, Any]) -> str | None:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    template = config.get("chat_template")
    if isinstance(template, list):  # several named ones
        template = {item["name"]: item["template"] for item in template}.get("default")
    return template


def _special_tokens(config: dict[str, Any]) -> dict[str, str]:
    found = {name: config.get(name) for name in _SPECIAL}
    return {
        name: token["content"] if isinstance(token, dict) else token
        for name, token in found.items()
        if token is not None
    }


class _Generation(jinja2.ext.Extension):
    """`{% generation %}` marks what is trained on, and prints it."""

    tags = {"generation"}

    def parse(self, parser: jinja2.parser.Parser) -> jinja2.nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller: Callable[[], str]) -> str:
        text = caller()
        _current.get().mark(text)
        return text


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _now
    return environment


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _refuse(message: str) -> None:
    raise jinja2.TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)  # noqa: DTZ005  # local time, as transformers gives templates
