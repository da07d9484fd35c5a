"""What of an engine's answer goes to the client: OpenAI's fields, and nothing else that it may say."""

import hashlib
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

REASONS = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})


class _Likely(Struct):
    token: str
    logprob: float
    bytes: list[int] | None = None


class _Token(_Likely):
    top_logprobs: list[_Likely] = []


class _ChatLogprobs(Struct):
    content: list[_Token] | None = None
    refusal: None = None


class _TextLogprobs(Struct):
    text_offset: list[int] = []
    token_logprobs: list[float | None] = []
    tokens: list[str] = []
    top_logprobs: list[dict[str, float] | None] | None = None


class _Message(Struct):
    role: str = "assistant"
    content: str | None = None
    refusal: str | None = None
    annotations: list[Any] | None = None

    def __post_init__(self) -> None:
        self.annotations = []  # the engine writes null, and makes none


class _Delta(Struct):
    role: str | UnsetType = UNSET
    content: str | UnsetType | None = UNSET
    refusal: UnsetType | None = UNSET


class Choice(Struct, kw_only=True):
    """One answer, or a piece of one."""

    index: int
    finish_reason: str | None = None


class ChatChoice(Choice, kw_only=True):
    message: _Message
    logprobs: _ChatLogprobs | None = None


class TextChoice(Choice, kw_only=True):
    text: str = ""
    logprobs: _TextLogprobs | None = None

    def without_end(self) -> "TextChoice | None":
        """Take the reason off a piece that has text too, and return the piece that is only the end."""
        if self.finish_reason is None or not self.text:
            return None
        end = TextChoice(index=self.index, finish_reason=self.finish_reason)
        self.finish_reason = None
        return end


class ChatPiece(Choice, kw_only=True):
    delta: _Delta
    logprobs: _ChatLogprobs | None = None

    def without_end(self) -> "ChatPiece | None":
        """Take the reason off a piece that has text too, and return the piece that is only the end."""
        if self.finish_reason is None or not self.delta.content:
            return None
        end = ChatPiece(index=self.index, delta=_Delta(), finish_reason=self.finish_reason)
        self.finish_reason = None
        return end


class Embedding(Struct):
    index: int
    embedding: msgspec.Raw
    object: str = "embedding"


class Label(Struct):
    index: int
    label: str
    probs: msgspec.Raw


@lru_cache(maxsize=65536)
def system_fingerprint(engine_model: str) -> str:
    """Changes with the weights: an adapter's name holds the digest of its files, which stays in the house."""
    return "fp_" + hashlib.sha256(engine_model.encode()).hexdigest()[:10]
