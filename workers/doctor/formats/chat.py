"""Chat rows as OpenAI's supervised format has them."""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.conversation import plain_messages, plain_tools, seen_text, written
from workers.doctor.formats.fields import error, warning
from workers.doctor.formats.mending import mend_conversation
from workers.doctor.formats.messages import check_array
from workers.doctor.formats.tools import check_tools, declared
from workers.doctor.formats.turns import check_turns


class Chat:
    def check(self, row: Row, line: int) -> list[Finding]:
        found = list(check_array(row, "messages", line, "messages"))
        found_in_tools = list(check_tools(row, line))
        if not any(finding.is_error for finding in found):
            tools = frozenset() if found_in_tools else declared(row)
            found.extend(_check_answers(row["messages"], line))
            found.extend(check_turns(row["messages"], tools, line, "messages"))
        return found + found_in_tools

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        mended = mend_conversation(row, fixes)
        return _trimmed(mended) if "trim_after_answer" in fixes else mended

    def plain(self, row: Row) -> Row:
        messages = plain_messages(_until_answer(row["messages"]))
        return {"messages": messages, **plain_tools(row)}

    def input_of(self, plain: Row) -> str:
        return seen_text(plain["messages"][:-1])

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        yield from written(plain["messages"], "messages")

    def label(self, plain: Row) -> str | None:
        return None


RULES = Chat()


def _check_answers(messages: list[dict[str, Any]], line: int) -> Iterator[Finding]:
    roles = [message["role"] for message in messages]
    answers = [message for message in messages if message["role"] == "assistant"]
    if not answers:
        yield error(line, "messages", "missing_assistant")
        return
    if all(message.get("weight") == 0 for message in answers):
        yield error(line, "messages", "nothing_to_train")
    if roles[-1] != "assistant":
        path = f"messages[{len(roles) - 1}].role"
        yield warning(line, path, "last_message_not_assistant", "trim_after_answer")
    if "user" not in roles:
        yield warning(line, "messages", "no_user_message")


def _until_answer(messages: list[Any]) -> list[Any]:
    """Up to the last assistant message; all of them when there is none."""
    ends = [n for n, m in enumerate(messages) if isinstance(m, dict) and m.get("role") == "assistant"]
    return messages[: ends[-1] + 1] if ends else messages


def _trimmed(row: Row) -> Row:
    messages = row.get("messages")
    if not isinstance(messages, list):
        return row
    kept = _until_answer(messages)
    return row if len(kept) == len(messages) else {**row, "messages": kept}
