"""A schema is compiled in a real child process: what harms the child harms nobody else."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from kernel.errors import InvalidRequest, RateLimited
from workers.engine.schemas import PARAM, SchemaCompiler

NANO = Path(__file__).parents[3] / "workers" / "training" / "bases" / "finery-nano"
BOOK = {"type": "object", "properties": {"kind": {"enum": ["pdf", "epub"]}}, "required": ["kind"]}
_CHAIN: dict[str, Any] = {"type": "array", "items": {"type": "integer"}, "maxItems": 1_000_000}
DEADLY = [
    {"type": "array", "minItems": 2**31},  # memory
    {"type": "array", "minItems": 2**40},
    {"type": "integer", "multipleOf": 999_983},  # time
    _CHAIN,
    {"enum": ["x" * 20 + str(number) for number in range(60_000)]},
]


@pytest.fixture
def compiler() -> SchemaCompiler:
    return SchemaCompiler(NANO)


async def _refusal(compiler: SchemaCompiler, schema: Any, tenant: str = "ada") -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        await compiler.check(json.dumps(schema).encode(), tenant)
    return caught.value


async def test_an_ordinary_schema_passes_and_is_compiled_once(compiler: SchemaCompiler) -> None:
    await compiler.check(json.dumps(BOOK).encode(), "ada")
    [child] = [child for child in compiler._children if child._process]
    assert child._process is not None
    child._process.kill()

    await compiler.check(json.dumps(BOOK).encode(), "ada")  # asks no process

    assert await child._process.wait() < 0


@pytest.mark.parametrize("schema", DEADLY, ids=lambda schema: json.dumps(schema)[:40])
async def test_a_deadly_schema_ends_its_child_and_the_next_is_served(
    compiler: SchemaCompiler, schema: Any
) -> None:
    error = await _refusal(compiler, schema)
    await compiler.check(json.dumps(BOOK).encode(), "ada")

    assert (error.http_status, error.param) == (400, PARAM)
    assert "too complex" in error.message


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "string", "pattern": "^(?=a)b$"}, "look-around"),
        ({"type": "string", "pattern": "^(a)\\1$"}, "back-reference"),
        ({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}, "use 'anyOf'"),
        ({"type": "array", "minItems": 5, "maxItems": 2}, "minItems (5) is greater than maxItems (2)"),
        ({"$ref": "#"}, "No answer can match it"),
        ({"type": "string", "pattern": "^(([a-z]{1,100}){1,100}){1,100}$"}, "too complex"),
        ({"type": "object", "properties": {f"p{at}": {} for at in range(1_000)}}, "too complex"),
    ],
)  # fmt: skip
async def test_what_the_engine_cannot_serve_is_refused_in_words(
    compiler: SchemaCompiler, schema: Any, says: str
) -> None:
    assert says in (await _refusal(compiler, schema)).message


async def test_a_tenant_with_deadly_schemas_holds_one_child_and_the_others_are_served(
    compiler: SchemaCompiler,
) -> None:
    deadly = [
        asyncio.create_task(_refusal(compiler, {"type": "integer", "multipleOf": 999_983 + at}))
        for at in range(8)
    ]
    await asyncio.sleep(0)

    await compiler.check(json.dumps(BOOK).encode(), "bob")

    assert sum(task.done() for task in deadly) <= 2  # bob waited for nobody's queue
    with pytest.raises(RateLimited):
        await compiler.check(json.dumps(BOOK).encode(), "ada")
    await asyncio.gather(*deadly)


async def test_a_caller_that_goes_away_leaves_its_answer_to_nobody(compiler: SchemaCompiler) -> None:
    await compiler.check(json.dumps(BOOK).encode(), "ada")
    gone = asyncio.create_task(compiler.check(json.dumps({"type": "foo"}).encode(), "ada"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    await compiler.check(json.dumps({"type": "integer"}).encode(), "ada")


async def test_no_secret_is_in_the_childs_environment(
    compiler: SchemaCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINERY_ENGINE_TOKEN", "a-secret")
    await compiler.check(b"{}", "ada")

    [process] = [child._process for child in compiler._children if child._process]

    assert b"a-secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    assert os.getpid() != process.pid
