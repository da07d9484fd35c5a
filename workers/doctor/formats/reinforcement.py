"""A conversation to be answered and graded. Other keys are the graders'."""

from collections.abc import Iterator

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.conversation import plain_messages, plain_tools, seen_text, written
from workers.doctor.formats.mending import mend_conversation
from workers.doctor.formats.messages import check_array
from workers.doctor.formats.preference import last_not_user
from workers.doctor.formats.tools import check_tools, declared
from workers.doctor.formats.turns import check_turns


class Reinforcement:
    def check(self, row: Row, line: int) -> list[Finding]:
        found = list(check_array(row, "messages", line, "messages"))
        found_in_tools = list(check_tools(row, line))
        if not any(finding.is_error for finding in found):
            messages = row["messages"]
            if messages[-1]["role"] != "user":
                found.append(last_not_user(messages, line, "messages"))
            tools = frozenset() if found_in_tools else declared(row)
            found.extend(check_turns(messages, tools, line, "messages"))
        return found + found_in_tools

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        return mend_conversation(row, fixes)

    def plain(self, row: Row) -> Row:
        others = {key: value for key, value in row.items() if key not in ("messages", "tools")}
        return {"messages": plain_messages(row["messages"]), **plain_tools(row), **others}

    def input_of(self, plain: Row) -> str:
        return seen_text(plain["messages"])

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        yield from written(plain["messages"], "messages")
        yield from ((key, value) for key, value in plain.items() if isinstance(value, str))

    def label(self, plain: Row) -> str | None:
        return None


RULES = Reinforcement()
