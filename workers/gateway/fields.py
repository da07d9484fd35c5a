"""The fields that each operation takes, with types and bounds, and those that are not served."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

# OpenAI's own fields that are not served, and the values that ask for nothing: those are taken, as null is.
UNSERVED: dict[str, tuple[Any, ...]] = {
    "tools": ([],),
    "tool_choice": ("none",),
    "parallel_tool_calls": (True, False),
    "functions": ([],),
    "function_call": ("none",),
    "modalities": (["text"],),
    "audio": (),
    "prediction": (),
    "reasoning_effort": ("none",),
    "verbosity": ("medium",),
    "web_search_options": (),
    "moderation": (),
    "prompt_cache_options": ({},),
    "prompt_cache_retention": ("in_memory",),
    "echo": (False,),
    "suffix": ("",),
}

# What does the same, where something does.
_SCHEMA_INSTEAD = (
    " Function calling is not served; for JSON of a given shape set response_format to a json_schema."
)
INSTEAD = dict.fromkeys(("tools", "tool_choice", "functions", "function_call"), _SCHEMA_INSTEAD)

Name = Annotated[str, Meta(min_length=1, max_length=256)]
Penalty = Annotated[float, Meta(ge=-2, le=2)]
OutputTokens = Annotated[int, Meta(ge=1, le=10_000_000)]
Seed = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Stop = Annotated[str, Meta(max_length=256)]
Stops = Annotated[list[Stop], Meta(max_length=4)]


class StreamOptions(msgspec.Struct, forbid_unknown_fields=True):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class Sampling(msgspec.Struct, kw_only=True):
    """What both text operations share. The last ones are taken and do nothing here."""

    model: Name
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    n: Annotated[int, Meta(ge=1, le=8)] | None = None
    stop: Stop | Stops | None = None
    max_tokens: OutputTokens | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    seed: Seed | None = None
    logit_bias: Annotated[dict[str, float], Meta(max_length=300)] | None = None
    user: Annotated[str, Meta(max_length=512)] | None = None


class ChatFields(Sampling, kw_only=True):
    messages: Annotated[list[Any], Meta(min_length=1, max_length=2048)]
    max_completion_tokens: OutputTokens | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    response_format: dict[str, Any] | None = None
    store: bool | None = None
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    safety_identifier: Annotated[str, Meta(max_length=512)] | None = None
    prompt_cache_key: Annotated[str, Meta(max_length=512)] | None = None
    service_tier: Literal["auto", "default"] | None = None


class CompletionFields(Sampling, kw_only=True):
    prompt: str | Annotated[list[str], Meta(min_length=1, max_length=32)]
    logprobs: Annotated[int, Meta(ge=0, le=5)] | None = None
    best_of: Annotated[int, Meta(ge=0, le=20)] | None = None


class EmbeddingFields(msgspec.Struct, kw_only=True):
    model: Name
    input: str | Annotated[list[str], Meta(min_length=1, max_length=2048)]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Meta(ge=1, le=100_000)] | None = None  # the engine knows how many there are
    user: Annotated[str, Meta(max_length=512)] | None = None


class ClassifyFields(msgspec.Struct, kw_only=True):
    model: Name
    input: str | Annotated[list[str], Meta(min_length=1, max_length=2048)]
    labels: Annotated[list[str], Meta(min_length=2, max_length=256)] | None = None
    user: Annotated[str, Meta(max_length=512)] | None = None
