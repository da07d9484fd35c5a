"""The engine's server-sent events: split, counted, and rewritten as ours."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kernel.errors import EngineFailed, FineryError
from workers.gateway.calls import Call, Operation
from workers.gateway.engines import engine_refusal
from workers.gateway.shapes import (
    REASONS,
    ChatChoice,
    ChatPiece,
    Choice,
    Embedding,
    Label,
    TextChoice,
    system_fingerprint,
)
from workers.gateway.usage import Tokens

_BUFFER_LIMIT_BYTES = 4 * 1024 * 1024


class _Details(msgspec.Struct, gc=False):
    cached_tokens: int | None = None


class Usage(msgspec.Struct):
    """What the engine counted."""

    prompt_tokens: int
    completion_tokens: int | None = 0
    prompt_tokens_details: _Details | None = None

    def tokens(self) -> Tokens:
        details = self.prompt_tokens_details
        cached = (details.cached_tokens or 0) if details else 0
        return self.prompt_tokens, min(cached, self.prompt_tokens), self.completion_tokens or 0


class _Frame(msgspec.Struct):
    usage: Usage | None = None
    error: Any = None


class _ChatFrame(_Frame):
    choices: list[ChatPiece] = []


class _TextFrame(_Frame):
    choices: list[TextChoice] = []


_read_chat_frame = msgspec.json.Decoder(_ChatFrame).decode
_read_text_frame = msgspec.json.Decoder(_TextFrame).decode


def public_usage(tokens: Tokens) -> dict[str, Any]:
    """Usage in OpenAI's shape."""
    given, cached, output = tokens
    return {
        "prompt_tokens": given,
        "completion_tokens": output,
        "total_tokens": given + output,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


class Splitter:
    """Cuts a byte stream into frames, whatever the network did to it."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads of the events that are complete. Comments are dropped."""
        *whole, self._rest = (self._rest + data).split(b"\n\n")
        if len(self._rest) > _BUFFER_LIMIT_BYTES:
            raise EngineFailed("The engine sent an event without end.")
        return [event[6:] for event in whole if event.startswith(b"data: ")]


class Counter:
    """Tokens of a stream so far. The engine counts each answer apart; the last frame has the sum."""

    def __init__(self, call: Call) -> None:
        self._choices_per_prompt = call.choices
        self._given = [0] * len(call.prompt_bounds)
        self._output = [0] * (call.choices * len(call.prompt_bounds))
        self.tokens: Tokens = (0, 0, 0)

    def count(self, frame: _ChatFrame | _TextFrame) -> None:
        """Raises EngineFailed when a frame does not say what it cost."""
        usage = frame.usage
        if usage is None:
            raise EngineFailed("The engine sent tokens without counting them.")
        if not frame.choices:
            self.tokens = usage.tokens()
            return
        if len(self._output) == 1:
            self._given[0], self._output[0] = usage.prompt_tokens, usage.completion_tokens or 0
        else:
            for choice in frame.choices:
                self._given[choice.index // self._choices_per_prompt] = usage.prompt_tokens
                self._output[choice.index] = usage.completion_tokens or 0
        self.tokens = (sum(self._given), 0, sum(self._output))


class Rewriter:
    """The engine's frames as the client gets them: our id, the public model name, usage only if asked for."""

    def __init__(self, call: Call, answer_id: str, created: int, engine_model: str) -> None:
        is_chat = call.operation == "chat.completions"
        kind = "chat.completion.chunk" if is_chat else "text_completion"
        head = _head(call, answer_id, kind, created, engine_model)
        self._head = b"data: " + msgspec.json.encode(head)[:-1] + b',"choices":'
        self._read = _read_chat_frame if is_chat else _read_text_frame
        self._wants_usage = call.wants_usage
        self._tail = b',"usage":null}\n\n' if call.wants_usage else b"}\n\n"
        self._engine_model, self._prompt_param = engine_model, call.prompt_param
        self.counter = Counter(call)
        self.is_done = False

    def rewrite(self, payloads: Iterable[bytes]) -> tuple[bytes, FineryError | None]:
        """Return what to send, and the failure that comes after it, if one does.

        The counter stands at the last frame that is part of the returned bytes.
        """
        out: list[bytes] = []
        try:
            for payload in payloads:
                out.append(self._rewritten(payload))
        except FineryError as error:
            return b"".join(out), error
        except (msgspec.DecodeError, IndexError):
            return b"".join(out), EngineFailed("The engine sent a frame that cannot be read.")
        return b"".join(out), None

    def _rewritten(self, payload: bytes) -> bytes:
        if payload == b"[DONE]":
            self.is_done = True
            return b"data: [DONE]\n\n"
        frame = self._read(payload)
        if frame.error is not None:
            raise self._failure(frame.error)
        _check_ends(frame.choices)
        self.counter.count(frame)
        if frame.choices:
            return self._pieces(frame.choices)
        if not self._wants_usage:
            return b""
        usage = msgspec.json.encode(public_usage(self.counter.tokens))
        return b"".join((self._head, b'[],"usage":', usage, b"}\n\n"))

    def _pieces(self, choices: Sequence[ChatPiece | TextChoice]) -> bytes:
        """Text never comes with the reason of its end: there are clients that stop reading at the reason."""
        ends = [end for choice in choices if (end := choice.without_end())]
        pieces = (self._head, _encode(choices), self._tail)
        return b"".join((*pieces, self._head, _encode(ends), self._tail) if ends else pieces)

    def _failure(self, error: Any) -> FineryError:
        if isinstance(error, dict) and error.get("code") in (400, 422):
            return engine_refusal(error, self._engine_model, self._prompt_param)
        return EngineFailed("The engine failed while it was answering.")


_encode = msgspec.json.Encoder().encode


def _head(call: Call, answer_id: str, kind: str, created: int, engine_model: str) -> dict[str, Any]:
    head: dict[str, Any] = {"id": answer_id, "object": kind, "created": created, "model": call.model}
    if call.operation == "chat.completions":
        head["service_tier"] = "default"
    return head | {"system_fingerprint": system_fingerprint(engine_model)}


def _check_ends(choices: Sequence[Choice]) -> None:
    for choice in choices:
        if choice.finish_reason is not None and choice.finish_reason not in REASONS:
            raise EngineFailed("The engine stopped in the middle of its answer.")


class _Answer(msgspec.Struct):
    usage: Usage


class _ChatAnswer(_Answer):
    choices: list[ChatChoice]


class _TextAnswer(_Answer):
    choices: list[TextChoice]


class _EmbeddingAnswer(_Answer):
    data: list[Embedding]


class _ClassifyAnswer(_Answer):
    data: list[Label]


_ANSWERS: dict[Operation, type[Any]] = {
    "chat.completions": _ChatAnswer,
    "completions": _TextAnswer,
    "embeddings": _EmbeddingAnswer,
    "classify": _ClassifyAnswer,
}
_OBJECTS = {"chat.completions": "chat.completion", "completions": "text_completion"}


def rewrite_answer(
    call: Call, body: bytes, answer_id: str, created: int, engine_model: str
) -> tuple[bytes, Tokens]:
    """Rebuild an answer that came in one piece: our id, the public name, and what it cost in tokens.

    Raises:
        EngineFailed: it is not such an answer.
    """
    try:
        answer = msgspec.json.decode(body, type=_ANSWERS[call.operation])
    except msgspec.DecodeError as error:
        raise EngineFailed("The engine's answer cannot be read.") from error
    tokens = answer.usage.tokens()
    rebuilt: dict[str, Any]
    if call.is_generation:
        _check_ends(answer.choices)
        rebuilt = _head(call, answer_id, _OBJECTS[call.operation], created, engine_model)
        rebuilt |= {"choices": answer.choices, "usage": public_usage(tokens)}
        if not tokens[2]:
            tokens = (0, 0, 0)  # an empty answer costs nothing
    else:
        tokens = (tokens[0], tokens[1], 0)
        usage = {"prompt_tokens": tokens[0], "total_tokens": tokens[0]}
        rebuilt = {"object": "list", "model": call.model, "data": answer.data, "usage": usage}
    return _encode(rebuilt), tokens
