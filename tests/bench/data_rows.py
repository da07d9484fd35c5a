"""Chat rows for the benchmark of validation: about 1.5 KB, English and Chinese, some bad in many ways."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ENGLISH = (
    "could you please tell me when the order I placed last week is going to arrive at our office and whether "
    "the invoice can be sent to another address because accounting asked for it twice already thank you"
)
_CHINESE = (
    "请问我上周下的订单什么时候可以送到办公室另外发票能不能寄到别的地址因为财务已经催了两次谢谢您的耐心解答"
)
_TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": f"Looks up {name.replace('_', ' ')} in the shop's own records.",
            "parameters": {
                "type": "object",
                "properties": {"id": {"type": "string", "description": "the number of the order"}},
                "required": ["id"],
            },
        },
    }
    for name in ("order_status", "invoice_address")
]
_WITH_TOOLS = 0.08


def write_rows(path: Path, size: int, bad: float = 0.005) -> None:
    """Write at least `size` bytes of JSON Lines, of which so many are `bad`; the same every time."""
    chance = random.Random(7)
    written = 0
    with path.open("wb") as file:
        while written < size:
            written += file.write(_line(chance, bad).encode() + b"\n")


def _line(chance: random.Random, bad: float) -> str:
    row = _row(chance)
    if chance.random() >= bad:
        return json.dumps(row, ensure_ascii=False)
    return str(chance.choice(_SPOILS)(row))


def _text(chance: random.Random, characters: int) -> str:
    if chance.random() < 0.5:
        return " ".join(chance.choices(_ENGLISH.split(), k=characters // 5))
    return "".join(chance.choices(_CHINESE, k=characters // 3))


def _row(chance: random.Random) -> dict[str, Any]:
    turns = chance.randint(1, 3)
    messages = [{"role": "system", "content": _text(chance, 150)}] if chance.random() < 0.5 else []
    for _ in range(turns):
        messages.append({"role": "user", "content": _text(chance, 400 // turns)})
        messages.append({"role": "assistant", "content": _text(chance, 900 // turns)})
    if chance.random() >= _WITH_TOOLS:
        return {"messages": messages}
    return {"messages": [*messages[:-1], *_calls(chance), messages[-1]], "tools": _TOOLS}


def _calls(chance: random.Random) -> Iterator[dict[str, Any]]:
    name, order = chance.choice(("order_status", "invoice_address")), chance.randint(1000, 9999)
    function = {"name": name, "arguments": json.dumps({"id": f"A-{order}"})}
    call = {"id": f"call_{order}", "type": "function", "function": function}
    yield {"role": "assistant", "content": None, "tool_calls": [call]}
    yield {"role": "tool", "tool_call_id": f"call_{order}", "content": json.dumps({"days": order % 7})}


def _spoiled(change: Any) -> Any:
    """A way to spoil a row by changing its messages or itself."""

    def spoil(row: dict[str, Any]) -> str:
        row = json.loads(json.dumps(row))
        change(row, row["messages"])
        return json.dumps(row, ensure_ascii=False)

    return spoil


def _schema(row: dict[str, Any], messages: list[Any]) -> None:
    function = {"name": "f", "parameters": {"type": "objekt"}}
    row["tools"] = [{"type": "function", "function": function}]


_SPOILS: tuple[Any, ...] = (
    lambda row: json.dumps(row)[:-2],
    lambda row: json.dumps(row["messages"]),
    lambda row: '{"messages": NaN}',
    lambda row: '{"messages": [{"role": "user", "content": "\\ud83d"}]}',
    _spoiled(lambda row, messages: row.pop("messages")),
    _spoiled(lambda row, messages: row.update(messages={})),
    _spoiled(lambda row, messages: row.update(messages=[])),
    _spoiled(lambda row, messages: row.update(functions=[{"name": "f"}])),
    _spoiled(lambda row, messages: row.update(tools=5)),
    _spoiled(lambda row, messages: row.update(tools=[{"name": 5}])),
    _spoiled(_schema),
    _spoiled(lambda row, messages: messages.insert(0, "hello")),
    _spoiled(lambda row, messages: messages[0].pop("role")),
    _spoiled(lambda row, messages: messages[0].update(role="human")),
    _spoiled(lambda row, messages: messages[0].update(role="function", name="f")),
    _spoiled(lambda row, messages: messages[-1].pop("content")),
    _spoiled(lambda row, messages: messages[-1].update(content=7)),
    _spoiled(lambda row, messages: messages[-1].update(content=" \u3000\n")),
    _spoiled(lambda row, messages: messages[-1].update(content="")),
    _spoiled(lambda row, messages: messages[0].update(content=[{"type": "image_url"}])),
    _spoiled(lambda row, messages: messages[-1].update(weight=2)),
    _spoiled(lambda row, messages: messages[-1].update(weight=True)),
    _spoiled(lambda row, messages: messages[0].update(weight=1)),
    _spoiled(lambda row, messages: [message.update(weight=0) for message in messages[1::1] or messages]),
    _spoiled(lambda row, messages: messages.insert(1, {"role": "tool", "content": "4", "tool_call_id": "x"})),
    _spoiled(lambda row, messages: messages.insert(1, {"role": "tool", "content": "4"})),
    _spoiled(lambda row, messages: messages[-1].update(tool_calls=[5])),
    _spoiled(lambda row, messages: messages[-1].update(tool_calls=[{"id": "x", "function": {"name": "f"}}])),
    _spoiled(lambda row, messages: messages[-1].update(function_call={"name": "f"})),
    _spoiled(lambda row, messages: messages.append({"role": "user", "content": "?"})),
    _spoiled(lambda row, messages: messages.insert(0, {"role": "user", "content": "?"})),
    _spoiled(lambda row, messages: messages.append({"role": "system", "content": "?"})),
    _spoiled(lambda row, messages: messages.pop()),
)
