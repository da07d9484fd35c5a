"""JSON schemas of structured outputs: bounded and rebuilt here, compiled under limits in front of the engine.

Only keywords that the engine knows go on. Those that only describe are dropped; those that would change which
answers are right, and that the engine does not know, are refused by name.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import msgspec

from kernel.errors import InvalidRequest

PARAM = "response_format.json_schema"

_MOST_BYTES = 128 * 1024
_MOST_DEPTH = 16  # schemas inside schemas
_MOST_SCHEMAS = 5_000
_MOST_VALUES = 5_000  # of all `enum` and `const`, and what is inside them
_MOST_ITEMS = 10_000
_MOST_CHARACTERS = 1_000_000
_LONGEST_PATTERN = 1_024
_MOST_REPEATS = 1_000  # the greatest number in a pattern's braces

_GREATEST = 2**63
_GREATEST_INTEGER = 9 * 10**18  # where a schema has no bound: small models do not end an integer

_ONE = ("additionalProperties", "items")
_LISTS = ("prefixItems", "anyOf", "oneOf", "allOf")
_NAMED = ("properties", "patternProperties", "$defs", "definitions")
_COUNTS = {
    "minItems": _MOST_ITEMS,
    "maxItems": _MOST_ITEMS,
    "minProperties": _MOST_ITEMS,
    "maxProperties": _MOST_ITEMS,
    "minLength": _MOST_CHARACTERS,
    "maxLength": _MOST_CHARACTERS,
}
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid")
)
_UNSUPPORTED = frozenset(
    (
        "not",
        "if",
        "then",
        "else",
        "contains",
        "minContains",
        "maxContains",
        "uniqueItems",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "unevaluatedItems",
        "unevaluatedProperties",
        "$dynamicRef",
        "$recursiveRef",
    )
)
_NO_OPS: tuple[tuple[str, Any], ...] = (("uniqueItems", False), ("dependencies", {}), ("minContains", 1))
# A day that there is: the engine's own notion of a date has a year 0 and a 30th of February.
_DAY = (
    "^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-"
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_REPEATS = re.compile(r"\d{1,30}(?=[,}])")  # numbers in braces, and some that only look so

Path = tuple[str, ...]


def checked_format(given: dict[str, Any]) -> dict[str, Any]:
    """Return the response format to send on.

    Raises:
        InvalidRequest: an unknown type, or a schema that is malformed, too large, or not supported.
    """
    kind = given.get("type")
    if kind in ("text", "json_object") and _is_empty_but(given, {"type"}):
        return {"type": kind}
    described = given.get("json_schema")
    if kind != "json_schema" or not isinstance(described, dict) or set(given) != {"type", "json_schema"}:
        raise InvalidRequest(
            "Invalid value for 'response_format': expected type 'text', 'json_object' or 'json_schema'.",
            param="response_format",
        )
    name, schema = described.get("name"), described.get("schema")
    known = {"name", "description", "schema", "strict"}
    if not isinstance(name, str) or not isinstance(schema, dict) or not _is_empty_but(described, known):
        raise InvalidRequest(
            "'response_format.json_schema' takes 'name', 'schema', 'description' and 'strict'.", param=PARAM
        )
    rebuilt = _Reader(name).rebuilt(schema)
    if len(msgspec.json.encode(rebuilt)) > _MOST_BYTES:
        raise InvalidRequest(f"The JSON schema is larger than {_MOST_BYTES // 1024} KiB.", param=PARAM)
    return {"type": kind, "json_schema": {"name": name, "schema": rebuilt}}


def _is_empty_but(given: dict[str, Any], known: set[str]) -> bool:
    return all(value is None for name, value in given.items() if name not in known)


class _Reader:
    """Walks one schema; a name below `properties` is a name, whatever keyword it looks like."""

    def __init__(self, name: str) -> None:
        self._name = name[:64]
        self._schemas: set[Path] = set()
        self._refs: list[tuple[Path, Path]] = []  # from where, to where
        self._objects: list[dict[str, Any]] = []  # with named properties, and nothing said of others
        self._is_combined = False  # a part of an object stands elsewhere
        self._values = 0

    def rebuilt(self, schema: dict[str, Any]) -> Any:
        rebuilt = self._schema(schema, (), 0)
        for start, target in self._refs:
            if target not in self._schemas:
                raise self._refusal(start, "'$ref' does not lead to a schema of this document")
        if not self._is_combined:
            for node in self._objects:  # as under `strict`: a model that may add names does not stop
                node["additionalProperties"] = False
        return rebuilt

    def _refusal(self, path: Path, says: str) -> InvalidRequest:
        where = ", ".join(repr(part[:64]) for part in path)
        return InvalidRequest(
            f"Invalid schema for response_format '{self._name}': In context=({where}), {says}.", param=PARAM
        )

    def _schema(self, schema: Any, path: Path, depth: int) -> Any:
        self._schemas.add(path)
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise self._refusal(path, "a schema must be an object")
        if depth > _MOST_DEPTH:
            raise self._refusal(path, f"schemas are nested more than {_MOST_DEPTH} levels deep")
        if len(self._schemas) > _MOST_SCHEMAS:
            raise self._refusal(path, f"there are more than {_MOST_SCHEMAS} schemas")
        rebuilt: dict[str, Any] = {}
        for keyword, value in _modern(schema).items():
            self._read(rebuilt, keyword, value, path, depth)
        _bound_integers(rebuilt)
        self._note(rebuilt)
        return rebuilt

    def _read(self, into: dict[str, Any], keyword: str, value: Any, path: Path, depth: int) -> None:
        here = (*path, keyword)
        if keyword in _UNSUPPORTED:
            raise self._refusal(path, f"'{keyword}' is not supported")
        if keyword in _ONE:
            into[keyword] = self._schema(value, here, depth + 1)
        elif keyword in _LISTS:
            parts = enumerate(self._list(value, here))
            into[keyword] = [self._schema(part, (*here, str(at)), depth + 1) for at, part in parts]
        elif keyword in _NAMED:
            named = self._names(value, here).items()
            into[keyword] = {name: self._schema(part, (*here, name), depth + 1) for name, part in named}
        elif (read := _READERS.get(keyword)) is not None and (kept := read(self, value, here)) is not None:
            into[keyword] = kept

    def _note(self, node: dict[str, Any]) -> None:
        combines = any(keyword in node for keyword in ("anyOf", "oneOf", "allOf", "$ref"))
        properties = node.get("properties")
        if "allOf" in node or (properties is not None and combines):
            self._is_combined = True
        if properties is None or "additionalProperties" in node or "patternProperties" in node:
            return
        if all(name in properties for name in node.get("required", ())):
            self._objects.append(node)

    def _names(self, value: Any, here: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._refusal(here, "it must be an object")
        if here[-1] == "patternProperties":
            for pattern in value:
                self._check_pattern(pattern, here)
        return value

    def _list(self, value: Any, here: Path) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise self._refusal(here, "it must be a list that is not empty")
        return value

    def _count(self, value: Any, here: Path) -> int:
        most = _COUNTS[here[-1]]
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self._refusal(here, "it must be a whole number")
        if not 0 <= value <= most:
            raise self._refusal(here, f"it must be from 0 to {most}")
        return int(value)

    def _number(self, value: Any, here: Path) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or abs(value) > _GREATEST:
            raise self._refusal(here, "it must be a number of at most 64 bits")
        return value

    def _type(self, value: Any, here: Path) -> Any:
        for name in [value] if isinstance(value, str) else self._list(value, here):
            if not isinstance(name, str) or name not in _TYPES:
                raise self._refusal(here, f"it must be one of {', '.join(sorted(_TYPES))}")
        return value

    def _required(self, value: Any, here: Path) -> Any:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self._refusal(here, "it must be a list of names")
        return value

    def _enum(self, value: Any, here: Path) -> Any:
        self._check_value(self._list(value, here), here, 0)
        return value

    def _const(self, value: Any, here: Path) -> Any:
        self._check_value(value, here, 0)
        return value

    def _check_value(self, value: Any, here: Path, depth: int) -> None:
        self._values += 1
        if self._values > _MOST_VALUES or depth > _MOST_DEPTH:
            raise self._refusal(
                here, f"there are more than {_MOST_VALUES} values, or they are nested too deeply"
            )
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._number(value, here)
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for part in inside:
            self._check_value(part, here, depth + 1)

    def _ref(self, value: Any, here: Path) -> str:
        if not isinstance(value, str) or (value != "#" and not value.startswith("#/")):
            raise self._refusal(here, "it must be '#' or start with '#/'")
        parts = [part.replace("~1", "/").replace("~0", "~") for part in unquote(value[1:]).split("/")[1:]]
        self._refs.append((here, tuple(parts)))
        return value

    def _format(self, value: Any, here: Path) -> str | None:
        if not isinstance(value, str):
            raise self._refusal(here, "it must be a text")
        return value if value in _FORMATS else None  # a format is a remark to whoever does not know it

    def _pattern(self, value: Any, here: Path) -> Any:
        self._check_pattern(value, here)
        return value

    def _check_pattern(self, value: Any, here: Path) -> None:
        if not isinstance(value, str) or len(value) > _LONGEST_PATTERN:
            raise self._refusal(here, f"a pattern must be a text of at most {_LONGEST_PATTERN} characters")
        if any(start in value for start in _LOOK_AROUND):
            raise self._refusal(here, "look-ahead and look-behind are not supported in a pattern")
        if any(int(number) > _MOST_REPEATS for number in _REPEATS.findall(value)):
            raise self._refusal(here, f"a pattern may repeat at most {_MOST_REPEATS} times")


_READERS: dict[str, Callable[[_Reader, Any, Path], Any]] = {
    **dict.fromkeys(_COUNTS, _Reader._count),
    **dict.fromkeys(_NUMBERS, _Reader._number),
    "type": _Reader._type,
    "required": _Reader._required,
    "enum": _Reader._enum,
    "const": _Reader._const,
    "$ref": _Reader._ref,
    "format": _Reader._format,
    "pattern": _Reader._pattern,
}


def _bound_integers(node: dict[str, Any]) -> None:
    kinds = node.get("type")
    if kinds != "integer" and not (isinstance(kinds, list) and "integer" in kinds and "number" not in kinds):
        return
    lowest = node.get("minimum", node.get("exclusiveMinimum"))
    highest = node.get("maximum", node.get("exclusiveMaximum"))
    if lowest is None and (highest is None or highest > -_GREATEST_INTEGER):
        node["minimum"] = -_GREATEST_INTEGER
    if highest is None and (lowest is None or lowest < _GREATEST_INTEGER):
        node["maximum"] = _GREATEST_INTEGER


def _modern(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema in the words of draft 2020-12, without what changes nothing."""
    new = {name: value for name, value in schema.items() if (name, value) not in _NO_OPS}
    if isinstance(new.get("items"), list):
        new["prefixItems"] = new.pop("items")
        if "additionalItems" in new:
            new["items"] = new["additionalItems"]
    new.pop("additionalItems", None)
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if new.get(exclusive) is True and limit in new:
            new[exclusive] = new.pop(limit)
        elif new.get(exclusive) is False:
            del new[exclusive]
    pattern = new.get("pattern")
    if new.get("format") in _FORMATS and isinstance(pattern, str) and any(s in pattern for s in _LOOK_AROUND):
        del new["pattern"]  # libraries send both, and the format says as much
    if new.get("format") in ("date", "date-time"):
        new.setdefault("pattern", _DAY)
    return new
