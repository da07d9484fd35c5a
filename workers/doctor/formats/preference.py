"""A conversation and two ways to go on: the preferred one and the other."""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.conversation import plain_messages, plain_tools, seen_text, written
from workers.doctor.formats.fields import error
from workers.doctor.formats.mending import mend_conversation, mend_messages
from workers.doctor.formats.messages import At, check_array
from workers.doctor.formats.tools import check_tools, declared
from workers.doctor.formats.turns import check_turns

_OUTPUTS = ("preferred_output", "non_preferred_output")
_OTHER_SPELLING = {
    "preferred_output": "preferred_completion",
    "non_preferred_output": "non_preferred_completion",
}


class Preference:
    def check(self, row: Row, line: int) -> list[Finding]:
        found = [*_check_input(row, line)]
        for output in _OUTPUTS:
            found.extend(_check_output(row, _spelled(row, output), line))
        if not any(finding.is_error for finding in found):
            found.extend(_check_together(row, line))
        return found

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        mended = dict(row)
        if isinstance(row.get("input"), dict):
            mended["input"] = mend_conversation(row["input"], fixes)
        for key in (_spelled(row, output) for output in _OUTPUTS):
            if isinstance(row.get(key), list):
                mended[key] = mend_messages(row[key], fixes)
        return row if all(mended[key] is row[key] for key in row) else mended

    def plain(self, row: Row) -> Row:
        asked = {"messages": plain_messages(row["input"]["messages"]), **plain_tools(row["input"])}
        answers = {output: plain_messages(row[_spelled(row, output)]) for output in _OUTPUTS}
        return {"input": asked, **answers}

    def input_of(self, plain: Row) -> str:
        return seen_text(plain["input"]["messages"])

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        yield from written(plain["input"]["messages"], "input.messages")
        for output in _OUTPUTS:
            yield from written(plain[output], output)

    def label(self, plain: Row) -> str | None:
        return None


RULES = Preference()


def _spelled(row: Row, output: str) -> str:
    other = _OTHER_SPELLING[output]
    return other if output not in row and other in row else output


def _check_input(row: Row, line: int) -> Iterator[Finding]:
    asked = row.get("input")
    if not isinstance(asked, dict):
        yield error(line, "input", "missing_input" if "input" not in row else "invalid_input")
        return
    found = list(check_array(asked, "messages", line, "input.messages"))
    yield from found
    yield from check_tools(asked, line, "input.")
    if not found and asked["messages"][-1]["role"] != "user":
        yield last_not_user(asked["messages"], line, "input.messages")


def last_not_user(messages: list[Any], line: int, path: str) -> Finding:
    at = At(line, path, len(messages) - 1)
    return at.error("role", "last_message_not_user")


def _check_output(row: Row, key: str, line: int) -> Iterator[Finding]:
    output = row.get(key)
    found = list(check_array(row, key, line, key))
    yield from found
    if found or not isinstance(output, list):
        return
    if len(output) != 1 or output[0]["role"] != "assistant":
        yield error(line, key, "invalid_output")


def _check_together(row: Row, line: int) -> Iterator[Finding]:
    asked, (chosen, other) = row["input"], (row[_spelled(row, output)][0] for output in _OUTPUTS)
    yield from check_turns(asked["messages"], declared(asked), line, "input.messages")
    if plain_messages([chosen]) == plain_messages([other]):
        yield error(line, _spelled(row, "non_preferred_output"), "identical_outputs")
