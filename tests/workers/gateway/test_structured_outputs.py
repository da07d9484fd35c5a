"""JSON schemas: which go on to the engine, how they look there, and what is said of the others."""

import json
import random
from pathlib import Path
from typing import Any

import llguidance
import pytest

from kernel.errors import InvalidRequest
from tests.workers.gateway.platform import Tenant, assert_nothing_happened, error_of
from tests.workers.gateway.stub_engine import StubEngine
from workers.engine.schemas import PARAM as ENGINE_PARAM
from workers.engine.schemas import SchemaCompiler
from workers.gateway.schemas import PARAM, checked_format

NANO = Path(__file__).parents[3] / "workers" / "training" / "bases" / "finery-nano"
CHAT = {"model": "nano", "messages": [{"role": "user", "content": "Name one."}]}
KEYWORDS = [
    "format",
    "pattern",
    "minItems",
    "$ref",
    "not",
    "if",
    "properties",
    "enum",
    "uniqueItems",
    "$defs",
]


def _format(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "book", "strict": True, "schema": schema, **more}}


def _sent(schema: Any) -> Any:
    return checked_format(_format(schema))["json_schema"]["schema"]


@pytest.mark.parametrize("name", KEYWORDS)
@pytest.mark.parametrize("place", ["properties", "$defs", "definitions", "patternProperties"])
def test_a_property_may_be_called_like_a_keyword(name: str, place: str) -> None:
    named = {name: {"type": "string", "enum": ["pdf", "epub"]}}

    assert _sent({"type": "object", place: named})[place] == named


def test_values_are_not_schemas() -> None:
    schema = {"enum": [{"minItems": -1, "not": 1, "$ref": "http://x"}], "const": {"pattern": "(?=x)"}}

    assert _sent(schema) == schema


def test_a_schema_goes_through_the_gateway_to_the_engine(tenant: Tenant, engine: StubEngine) -> None:
    schema = {"type": "object", "properties": {"format": {"enum": ["pdf"]}}, "required": ["format"]}

    answer = tenant.post("chat/completions", CHAT | {"response_format": _format(schema)})

    assert answer.status_code == 200
    sent = engine.requests[0]["response_format"]["json_schema"]
    assert sent == {"name": "book", "schema": schema | {"additionalProperties": False}}


CLOSED_ELSEWHERE: dict[str, Any] = {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
OPEN = {"properties": {"a": True}, "additionalProperties": {}}
PATTERN = {"type": "string", "pattern": "^[a-z]{1,9}$"}
DATE = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-01"}
EMAIL = {"type": "string", "format": "email"}
TUPLE = {"items": [{"type": "null"}], "additionalItems": False}
GREATEST = 9 * 10**18


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        (DATE, DATE),
        ({"type": "string", "format": "color", "title": "T", "examples": [1]}, {"type": "string"}),
        (EMAIL | {"pattern": "^(?!\\.)x$"}, EMAIL),
        (PATTERN, PATTERN),
        ({"type": "array", "uniqueItems": False, "minItems": 2.0}, {"type": "array", "minItems": 2}),
        (TUPLE, {"prefixItems": [{"type": "null"}], "items": False}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"type": "integer"}, {"type": "integer", "minimum": -GREATEST, "maximum": GREATEST}),
        ({"type": "integer", "minimum": 3}, {"type": "integer", "minimum": 3, "maximum": GREATEST}),
        ({"x-guidance": {"whitespace_pattern": "((("}}, {}),
        (OPEN, OPEN),
        (CLOSED_ELSEWHERE, CLOSED_ELSEWHERE),
    ],
)  # fmt: skip
def test_what_the_engine_knows_goes_on(schema: Any, sent: Any) -> None:
    assert _sent(schema) == sent


@pytest.mark.parametrize("format", ["date", "date-time"])
def test_every_date_that_the_engine_may_write_is_a_day(format: str) -> None:
    tokenizer = llguidance.LLTokenizer((NANO / "tokenizer.json").read_text())
    schema = json.dumps(_sent({"type": "string", "format": format}))
    matcher = llguidance.LLMatcher(tokenizer, llguidance.LLMatcher.grammar_from_json_schema(schema))
    time = "T10:00:00Z" if format == "date-time" else ""

    def may_be_written(day: str) -> bool:
        matcher.reset()
        tokens = tokenizer.tokenize_str(f'"{day}{time}"')
        return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()

    assert all(map(may_be_written, ["2026-12-01", "0001-01-31", "2026-02-28", "2024-11-30"]))
    assert not any(map(may_be_written, ["0000-10-12", "2026-02-30", "2026-04-31", "2026-13-01"]))


def _nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


REFUSED = [
    ({"type": "array", "minItems": 2**31}, "'minItems'"),
    ({"type": "array", "maxItems": 10_001}, "'maxItems'"),
    ({"type": "string", "minLength": 10**7}, "'minLength'"),
    ({"type": "string", "maxLength": 2**63}, "'maxLength'"),
    ({"type": "object", "minProperties": 10**6}, "'minProperties'"),
    ({"type": "object", "maxProperties": -1}, "'maxProperties'"),
    ({"type": "array", "minItems": True}, "'minItems'"),
    ({"type": "array", "minItems": "1"}, "'minItems'"),
    ({"type": "array", "minItems": 1.5}, "'minItems'"),
    ({"type": "integer", "minimum": 10**400}, "'minimum'"),
    ({"enum": [10**30]}, "'enum'"),
    ({"enum": []}, "'enum'"),
    ({"enum": list(range(5_001))}, "'enum'"),
    ({"type": "string", "pattern": "a{1001}"}, "'pattern'"),
    ({"type": "string", "pattern": "(a{2,99999})"}, "'pattern'"),
    ({"type": "string", "pattern": "^(?=a)b$"}, "'pattern'"),
    ({"type": "string", "pattern": "a" * 1025}, "'pattern'"),
    ({"patternProperties": {"a{1001}": {}}}, "'patternProperties'"),
    (_nested(17), "16 levels"),
    ({"anyOf": [{}] * 5_001}, "5000 schemas"),
    ({"$ref": "http://169.254.169.254/"}, "'$ref'"),
    ({"$ref": "#/nowhere"}, "'$ref'"),
    ({"enum": [{"minItems": 2**40}], "items": {"$ref": "#/enum/0"}}, "'$ref'"),
    ({"$ref": "#anchor"}, "'$ref'"),
    ({"items": {"properties": {"a": {"not": {}}}}}, "('items', 'properties', 'a'), 'not' is not supported"),
    ({"uniqueItems": True}, "'uniqueItems' is not supported"),
    ({"type": "text"}, "'type'"),
    ({"type": [{}]}, "'type'"),
    ({"required": "a"}, "'required'"),
    ({"properties": ["a"]}, "'properties'"),
    ({"properties": {"a": "string"}}, "('properties', 'a')"),
    ({"const": "x" * 200_000}, "128 KiB"),
    ({"const": json.loads("[" * 40 + "]" * 40)}, "'const'"),
]


@pytest.mark.parametrize(("schema", "says"), REFUSED, ids=lambda part: str(part)[:40])
def test_what_is_out_of_bounds_is_refused_with_its_place(schema: Any, says: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        _sent(schema)

    assert caught.value.param == PARAM == ENGINE_PARAM
    assert says in caught.value.message


def test_a_refused_schema_reaches_no_engine(tenant: Tenant, engine: StubEngine) -> None:
    response_format = _format({"type": "array", "minItems": 2147483648})

    response = tenant.post("chat/completions", CHAT | {"response_format": response_format})

    assert (response.status_code, error_of(response)["param"]) == (400, PARAM)
    assert_nothing_happened(tenant, engine)


def test_a_call_with_a_schema_is_not_sent_again_to_an_engine_that_died(
    tenant: Tenant, engine: StubEngine
) -> None:
    engine.script.die_after = 0

    response = tenant.post("chat/completions", CHAT | {"response_format": _format({"type": "integer"})})

    assert response.status_code == 502
    assert len(engine.requests) == 1
    assert tenant.settled(0) == []


# Of each keyword: sensible values, then wrong and hostile ones.
_VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "type": (["string", "integer", "number", "boolean", "array", "object"], ["any", 7, ["string", "null"]]),
    **dict.fromkeys(
        ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maximum", "multipleOf"],
        ([1, 2, 9], [-1, 0.5, 10_000, 2**31, 2**63, 1e300, True, "3", None]),
    ),
    "pattern": (["^a+$", "a{3,900}"], ["[", "^(([a-z]{1,99}){1,99}){1,99}$", "(?=x)", "(.*a){25}", 5]),
    "format": (["date", "email", "uuid"], ["color", 3]),
    "$ref": (["#"], ["#/x", "#/$defs/a", "y"]),
    "enum": ([[1, "a", None]], [[], {"a": 1}, [2**70]]),
    "const": ([{"a": 1}, "x"], [2**70]),
    "required": ([["a"], []], [["a", "b"], "a"]),
}  # fmt: skip
_INSIDE = {
    "properties": lambda rng, depth: {
        name: _random_schema(rng, depth)
        for name in rng.sample(["a", "b", "format", "$ref"], rng.randint(0, 4))
    },
    "anyOf": lambda rng, depth: [_random_schema(rng, depth) for _ in range(rng.randint(0, 3))],
    "items": lambda rng, depth: _random_schema(rng, depth),
}  # fmt: skip
_INSIDE |= {"$defs": _INSIDE["properties"], "patternProperties": _INSIDE["properties"]}
_INSIDE |= {"oneOf": _INSIDE["anyOf"], "allOf": _INSIDE["anyOf"], "not": _INSIDE["items"]}


def _random_schema(rng: random.Random, depth: int) -> Any:
    """Mostly sensible, often wrong, sometimes hostile."""
    if rng.random() < 0.03:
        return rng.choice([True, False, [], "x", None])
    schema: dict[str, Any] = {}
    for keyword, (sensible, others) in _VALUES.items():
        if rng.random() < (0.8 if keyword == "type" else 0.1):
            schema[keyword] = rng.choice(sensible if rng.random() < 0.8 else others)
    for keyword, made in _INSIDE.items():
        if depth and rng.random() < (0.04 if keyword == "not" else 0.15):
            schema[keyword] = made(rng, depth - 1)
    return schema


async def test_a_random_schema_is_served_or_refused_and_never_an_accident() -> None:
    rng, compiler = random.Random(20_261_201), SchemaCompiler(NANO)
    outcomes = {"served": 0, "refused by the gateway": 0, "refused by the compiler": 0}
    for _ in range(600):
        schema = _random_schema(rng, 3)
        try:
            sent = checked_format(_format(schema if isinstance(schema, dict) else {"items": schema}))
        except InvalidRequest:
            outcomes["refused by the gateway"] += 1
            continue
        try:
            await compiler.check(json.dumps(sent["json_schema"]["schema"]).encode(), "ada")
            outcomes["served"] += 1
        except InvalidRequest:
            outcomes["refused by the compiler"] += 1

    print(outcomes)
    assert all(count > 20 for count in outcomes.values()), outcomes
