"""From a request's body to a `Call`: typed, bounded, and only fields that we know.

One malformed request can take an engine down for everybody, so nothing reaches it that is not listed here.
The engine's extensions (`chat_template`, `cache_salt`, `priority`, ...) are unknown fields, hence refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args, get_type_hints

import msgspec

from kernel.contracts import MOST_ANSWERS
from kernel.errors import InvalidRequest
from workers.gateway import fields
from workers.gateway.errors import UnsupportedParameter
from workers.gateway.messages import engine_messages, prompt_bound
from workers.gateway.schemas import checked_format

Operation = Literal["chat.completions", "completions", "embeddings", "classify"]
T = TypeVar("T", bound=msgspec.Struct)

_PROMPT_PARAMS: Mapping[Operation, str] = {
    "chat.completions": "messages",
    "completions": "prompt",
    "embeddings": "input",
    "classify": "input",
}

_PROMPT_OVERHEAD = 8  # tokens that a tokenizer adds around a text: BOS, [CLS], [SEP] ...
_COMPLETION_MAX_TOKENS = 16  # OpenAI's default for the old route


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that may be sent on, if the model and the wallet allow it."""

    operation: Operation
    model: str
    engine_fields: dict[str, Any]  # the upstream body, but for model, salt and stream options
    prompt_bounds: tuple[int, ...]  # the most tokens of each prompt: a token is at least one byte of it
    choices: int = 1  # answers to each prompt
    max_tokens: int | None = None  # per answer; None: what is left of the context
    max_tokens_param: str = "max_tokens"
    is_generation: bool = True
    is_stream: bool = False
    wants_usage: bool = False
    has_labels: bool = False

    @property
    def is_repeatable(self) -> bool:
        """False where the request itself may be what ended the engine: it is not sent a second time."""
        return "response_format" not in self.engine_fields

    @property
    def prompt_param(self) -> str:
        """The field that is at fault when the prompt is too long."""
        return _PROMPT_PARAMS[self.operation]


def parse(operation: Operation, body: bytes) -> Call:
    """Read a request.

    Raises:
        InvalidRequest: not JSON, an unknown field, or a value out of bounds; `param` names it.
    """
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"We could not parse the JSON body of your request: {error}.") from error
    if not isinstance(data, dict):
        raise InvalidRequest("We could not parse the JSON body of your request: it is not a JSON object.")
    return _READERS[operation](data)


def _read(data: dict[str, Any], kind: type[T]) -> T:
    """Check names, then types and bounds."""
    known = kind.__struct_fields__
    for name, value in data.items():
        if name not in known:
            _check_unserved(name, value)
    try:
        return msgspec.convert({name: data[name] for name in data if name in known}, type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(error, kind) from error
    except RecursionError as error:
        raise InvalidRequest("The request is nested too deeply.") from error


def _check_unserved(name: str, value: Any) -> None:
    if name not in fields.UNSERVED:
        raise InvalidRequest(f"Unrecognized request argument supplied: {name}", param=name)
    if value is None or any(value == taken and type(value) is type(taken) for taken in fields.UNSERVED[name]):
        return
    raise UnsupportedParameter(
        f"Unsupported parameter: '{name}' is not supported with this model.{fields.INSTEAD.get(name, '')}",
        param=name,
    )


def _invalid(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> InvalidRequest:
    what, _, where = str(error).partition(" - at `")
    param = where.rstrip("`").removeprefix("$").removeprefix(".")
    missing = "missing required field `"
    if missing in what:
        name = what.split(missing)[1].rstrip("`")
        param = f"{param}.{name}" if param else name
        return InvalidRequest(f"Missing required parameter: '{param}'.", param=param)
    if "unknown field `" in what:
        name = what.split("unknown field `")[1].rstrip("`")
        param = f"{param}.{name}" if param else name
        return InvalidRequest(f"Unrecognized request argument supplied: {param}", param=param)
    if what.startswith("Invalid enum value") and param in kind.__struct_fields__:
        named = (get_args(part) for part in get_args(get_type_hints(kind)[param]))
        what = "expected one of " + ", ".join(repr(value) for values in named for value in values)
    what = what[:1].lower() + what[1:]
    return InvalidRequest(f"Invalid value for '{param}': {what}.", param=param or None)


def _chat(data: dict[str, Any]) -> Call:
    request = _read(data, fields.ChatFields)
    _check_sampling(request)
    if request.store:
        raise UnsupportedParameter(
            "Stored chat completions are not available: leave 'store' out, or send false.", param="store"
        )
    if request.top_logprobs and not request.logprobs:
        raise InvalidRequest("'top_logprobs' is only allowed when 'logprobs' is true.", param="top_logprobs")
    if request.max_tokens is not None and request.max_completion_tokens is not None:
        raise InvalidRequest(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            param="max_tokens",
        )
    messages = engine_messages(request.messages)
    sent = _sampling(request)
    sent |= {"messages": messages, "stream": bool(request.stream)}
    sent |= _given(request, "logprobs", "top_logprobs") if request.logprobs else {}
    max_tokens = request.max_completion_tokens or request.max_tokens
    if max_tokens is not None:
        sent["max_completion_tokens"] = max_tokens
    bound = prompt_bound(messages)
    if request.response_format is not None:
        sent["response_format"] = checked_format(request.response_format)
        bound += len(msgspec.json.encode(sent["response_format"]))
    return Call(
        operation="chat.completions",
        model=request.model,
        engine_fields=sent,
        prompt_bounds=(bound,),
        choices=request.n or 1,
        max_tokens=max_tokens,
        max_tokens_param="max_completion_tokens" if request.max_completion_tokens else "max_tokens",
        is_stream=bool(request.stream),
        wants_usage=_wants_usage(request),
    )


def _completion(data: dict[str, Any]) -> Call:
    prompt = data.get("prompt")
    if isinstance(prompt, list) and any(not isinstance(part, str) for part in prompt):
        raise InvalidRequest("Prompts of token ids are not supported; send text.", param="prompt")
    request = _read(data, fields.CompletionFields)
    _check_sampling(request)
    prompts = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    if not all(prompts):
        raise InvalidRequest("'prompt' must not be empty.", param="prompt")
    if request.best_of not in (None, request.n or 1):
        raise UnsupportedParameter("'best_of' must be equal to 'n', or left out.", param="best_of")
    if len(prompts) * (request.n or 1) > MOST_ANSWERS:
        raise InvalidRequest(
            f"'n' answers to each prompt are more than {MOST_ANSWERS} in all; send fewer prompts at once.",
            param="n" if len(prompts) == 1 else "prompt",
        )
    sent = _sampling(request)
    sent |= {"prompt": request.prompt, "stream": bool(request.stream)}
    sent |= _given(request, "logprobs")
    sent["max_tokens"] = max_tokens = request.max_tokens or _COMPLETION_MAX_TOKENS
    return Call(
        operation="completions",
        model=request.model,
        engine_fields=sent,
        prompt_bounds=tuple(_text_bound(text) for text in prompts),
        choices=request.n or 1,
        max_tokens=max_tokens,
        is_stream=bool(request.stream),
        wants_usage=_wants_usage(request),
    )


def _embedding(data: dict[str, Any]) -> Call:
    request = _read(data, fields.EmbeddingFields)
    sent: dict[str, Any] = {"input": request.input}
    sent |= _given(request, "encoding_format", "dimensions")
    return Call(
        operation="embeddings",
        model=request.model,
        engine_fields=sent,
        prompt_bounds=_input_bounds(request.input),
        is_generation=False,
    )


def _classify(data: dict[str, Any]) -> Call:
    request = _read(data, fields.ClassifyFields)
    texts = [request.input] if isinstance(request.input, str) else request.input
    sent: dict[str, Any] = {"input": texts}
    bounds = _input_bounds(request.input)
    if request.labels is not None:
        if len(set(request.labels)) != len(request.labels) or not all(request.labels):
            raise InvalidRequest("'labels' must be different, non-empty texts.", param="labels")
        sent["labels"] = request.labels
        bounds += tuple(_text_bound(label) for label in request.labels)  # the engine reads them too
    return Call(
        operation="classify",
        model=request.model,
        engine_fields=sent,
        prompt_bounds=bounds,
        is_generation=False,
        has_labels=request.labels is not None,
    )


_READERS: Mapping[Operation, Callable[[dict[str, Any]], Call]] = {
    "chat.completions": _chat,
    "completions": _completion,
    "embeddings": _embedding,
    "classify": _classify,
}


def _check_sampling(request: fields.Sampling) -> None:
    if request.stream_options is not None and not request.stream:
        raise InvalidRequest(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    for token, bias in (request.logit_bias or {}).items():
        if not token.isascii() or not token.isdigit() or len(token) > 7 or not -100 <= bias <= 100:
            raise InvalidRequest(
                "'logit_bias' must map token ids to numbers from -100 to 100.", param="logit_bias"
            )
    stops = [request.stop] if isinstance(request.stop, str) else request.stop or []
    if not all(stops):
        raise InvalidRequest("'stop' must not contain an empty text.", param="stop")


def _sampling(request: fields.Sampling) -> dict[str, Any]:
    sent = _given(
        request, "temperature", "n", "stop", "frequency_penalty", "presence_penalty", "seed", "logit_bias"
    )
    if request.top_p is not None:
        sent["top_p"] = max(request.top_p, 1e-6)  # OpenAI takes 0, vLLM does not: both mean the likeliest
    return sent


def _given(request: Any, *names: str) -> dict[str, Any]:
    values = ((name, getattr(request, name)) for name in names)
    return {name: value for name, value in values if value is not None}


def _wants_usage(request: fields.Sampling) -> bool:
    return bool(request.stream_options and request.stream_options.include_usage)


def _input_bounds(given: str | list[str]) -> tuple[int, ...]:
    texts = [given] if isinstance(given, str) else given
    for index, text in enumerate(texts):
        if not text:
            param = "input" if isinstance(given, str) else f"input[{index}]"
            raise InvalidRequest(f"'{param}' must not be empty.", param=param)
    return tuple(_text_bound(text) for text in texts)


def _text_bound(text: str) -> int:
    return len(text.encode()) + _PROMPT_OVERHEAD
