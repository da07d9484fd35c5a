"""Clients that are not OpenAI's Python one, in their default modes: what is served, what is refused how."""

import json
import os
import shutil
import subprocess

import openai
import pytest

from tests.architecture.sources import ROOT
from tests.e2e.test_main_job import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
CLIENTS, PYTHON = ROOT / "tests" / "clients", ROOT / ".cache" / "clients" / "bin" / "python"

SERVED = "served"
NO_RESPONSES = "This part of OpenAI's API is not served; use POST /v1/chat/completions"
NO_TOOLS = "Function calling is not served; for JSON of a given shape set response_format to a json_schema"
NO_TOKEN_IDS = "400 input[0]: "

# A case's refusal contains these words.
NODE = {
    "node_chat": SERVED,
    "node_stream": SERVED,
    "node_stream_helper": SERVED,
    "node_stream_left": SERVED,
    "node_parse": SERVED,
    "node_embeddings": SERVED,
    "node_file_from_a_stream": SERVED,
    "node_upload_in_parts": SERVED,
    "node_chunked_json": SERVED,
    "node_responses": NO_RESPONSES,
    "node_tools": NO_TOOLS,
    "ai_sdk_default": NO_RESPONSES,  # openai('...') is the Responses API; openai.chat('...') is served
    "ai_sdk_chat": SERVED,
    "ai_sdk_stream": SERVED,
    "ai_sdk_object": SERVED,
    "ai_sdk_compatible_text": SERVED,
    "ai_sdk_compatible_stream": SERVED,
    "ai_sdk_compatible_object": SERVED,
    "ai_sdk_compatible_embeddings": SERVED,
}
FROM_PYTHON = {
    "langchain_invoke": SERVED,
    "langchain_stream": SERVED,
    "langchain_stream_usage": SERVED,
    "langchain_batch": SERVED,
    "langchain_structured_output": SERVED,
    "langchain_tools": NO_TOOLS,
    "langchain_responses": NO_RESPONSES,
    "langchain_completion": SERVED,
    "langchain_embeddings": SERVED,
    "embeddings_of_token_ids": NO_TOKEN_IDS,
    "llama_index_complete": SERVED,
    "llama_index_chat": SERVED,
    "llama_index_stream_chat": SERVED,
    "llama_index_structured": NO_TOOLS,
    "instructor_default": NO_TOOLS,  # its mode JSON_SCHEMA is served
    "instructor_json_schema": SERVED,
}


@pytest.fixture(scope="module")
def arguments(platform, tenant):
    """Base URL and key, once both engines answer: a client's patience is not what is tested."""
    wait_for(lambda: _is_up(tenant.client), 420)
    return [platform.base_url, tenant.api_key]


def _is_up(client):
    try:
        client.chat.completions.create(
            model="finery-nano", max_tokens=1, messages=[{"role": "user", "content": "Hi"}]
        )
        return client.embeddings.create(model="all-minilm-l6-v2", input="Hi").data
    except openai.APIStatusError:
        return None


def test_node_clients(arguments):
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}")
    assert node and (CLIENTS / "node_modules").is_dir(), "run `make clients` first"

    assert _outcomes([node, str(CLIENTS / "node_clients.mjs"), *arguments], NODE) == NODE


def test_python_clients(arguments):
    assert PYTHON.is_file(), "run `make clients` first"

    command = [str(PYTHON), str(CLIENTS / "python_clients.py"), *arguments]
    assert _outcomes(command, FROM_PYTHON) == FROM_PYTHON


def _outcomes(command, expected):
    """What the cases gave; the expected words stand for a refusal that has them."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {name: _named(outcome, expected.get(name, SERVED)) for name, outcome in found.items()}


def _named(outcome, expected):
    return expected if expected != SERVED and expected in outcome else outcome
