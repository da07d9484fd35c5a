"""What LangChain, LlamaIndex and instructor get from the platform, each used as its own documentation begins.

python python_clients.py BASE_URL API_KEY: prints {case: "served" or the refusal's words} as JSON. It runs
in an environment of its own: these packages want another `openai` than the product's tests.
"""

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import instructor
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike
from openai import APIStatusError
from openai import OpenAI as Client
from pydantic import BaseModel

BASE_URL, API_KEY = f"{sys.argv[1]}/v1", sys.argv[2]
MODEL, EMBEDDER = "finery-nano", "all-minilm-l6-v2"
HERE: dict[str, Any] = {"base_url": BASE_URL, "api_key": API_KEY, "max_retries": 0}
QUESTION = "Where is my order?"
CASES: dict[str, Callable[[], object]] = {}


class Mood(StrEnum):
    calm = "calm"
    angry = "angry"


class Verdict(BaseModel):
    mood: Mood


def case(check: Callable[[], object]) -> Callable[[], object]:
    CASES[check.__name__] = check
    return check


def langchain(**options: Any) -> ChatOpenAI:
    return ChatOpenAI(model=MODEL, max_tokens=40, **HERE, **options)


@case
def langchain_invoke() -> object:
    return langchain().invoke(QUESTION).content


@case
def langchain_stream() -> object:
    return "".join(str(piece.content) for piece in langchain().stream(QUESTION))


@case
def langchain_stream_usage() -> object:
    pieces = list(langchain(stream_usage=True).stream(QUESTION))
    return [piece.usage_metadata["output_tokens"] for piece in pieces if piece.usage_metadata]


@case
def langchain_batch() -> object:
    return len(langchain().batch([QUESTION, "Thanks!"])) == 2


@case
def langchain_structured_output() -> object:
    return langchain().with_structured_output(Verdict).invoke("I am furious.")


@case
def langchain_tools() -> object:
    def order_status(number: str) -> str:
        """Where an order is."""
        return number

    return langchain().bind_tools([order_status]).invoke(QUESTION)


@case
def langchain_responses() -> object:
    return langchain(use_responses_api=True).invoke(QUESTION)


@case
def langchain_completion() -> object:
    return OpenAI(model=MODEL, max_tokens=10, **HERE).invoke("Once upon a time")


@case
def langchain_embeddings() -> object:
    embedder = OpenAIEmbeddings(model=EMBEDDER, check_embedding_ctx_length=False, **HERE)
    return [len(vector) for vector in embedder.embed_documents(["a", "b"])] == [384, 384]


@case
def embeddings_of_token_ids() -> object:
    """What LangChain sends without `check_embedding_ctx_length=False`, with OpenAI's own token ids."""
    return Client(**HERE).embeddings.create(model=EMBEDDER, input=[[1, 2, 3]])


def llama_index(**options: Any) -> OpenAILike:
    here = {"api_base": BASE_URL, "api_key": API_KEY, "max_retries": 0}
    return OpenAILike(model=MODEL, max_tokens=20, **here, **options)


@case
def llama_index_complete() -> object:
    return llama_index().complete("Once upon a time").text


@case
def llama_index_chat() -> object:
    return llama_index(is_chat_model=True).chat([ChatMessage(role="user", content=QUESTION)]).message.content


@case
def llama_index_stream_chat() -> object:
    pieces = list(llama_index(is_chat_model=True).stream_chat([ChatMessage(role="user", content=QUESTION)]))
    return pieces[-1].message.content


@case
def llama_index_structured() -> object:
    return llama_index(is_chat_model=True).as_structured_llm(Verdict).complete("I am furious.")


@case
def instructor_default() -> object:
    client = instructor.from_openai(Client(**HERE))
    return client.chat.completions.create(
        model=MODEL,
        max_retries=0,
        response_model=Verdict,
        messages=[{"role": "user", "content": "I am furious."}],
    )


@case
def instructor_json_schema() -> object:
    client = instructor.from_openai(Client(**HERE), mode=instructor.Mode.JSON_SCHEMA)
    return client.chat.completions.create(
        model=MODEL,
        max_retries=0,
        response_model=Verdict,
        messages=[{"role": "user", "content": "I am furious."}],
    )


def refusal(error: BaseException) -> str:
    """What the platform said, wherever the client has put it."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, APIStatusError):
            body: Any = found.body
            return f"{found.status_code} {body['param']}: {body['message']}"
        found = found.__cause__ or found.__context__
    return f"{type(error).__name__}: {error}"


def outcome(check: Callable[[], object]) -> str:
    try:
        answer = check()
    except Exception as error:  # noqa: BLE001 - each client has its own
        return refusal(error)
    return "served" if answer else f"empty: {answer!r}"


print(json.dumps({name: outcome(check) for name, check in CASES.items()}))
