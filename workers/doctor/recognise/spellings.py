"""Every spelling of rows that names itself by its fields, the most telling first."""

from collections import Counter

from kernel.rows import RowFormat
from workers.doctor.finding import Row
from workers.doctor.recognise import conversations, instructions, openai, preferences
from workers.doctor.recognise.parts import parsed, present
from workers.doctor.recognise.spelling import Spelling

_NOT_FOR_GRADERS = openai.READS


def _is_reinforcement(row: Row) -> bool:
    """The user has the last word, and there is something for a grader to compare with."""
    messages = parsed(row.get("messages"))
    if not isinstance(messages, list) or not messages or not row.keys() - _NOT_FOR_GRADERS:
        return False
    return isinstance(messages[-1], dict) and messages[-1].get("role") == "user"


def _is_chat(row: Row) -> bool:
    return "messages" in row


CHAT = Spelling(
    name="openai",
    format=RowFormat.CHAT,
    matches=_is_chat,
    convert=openai.to_messages,
    reads=openai.READS,
    remark=openai.unread_system,
    is_native=True,
)
_SPELLINGS = (
    Spelling(
        name="openai",
        format=RowFormat.PREFERENCE,
        matches=preferences.is_openai_preference,
        convert=openai.to_preference,
        reads=openai.PREFERENCE_READS,
        is_native=True,
    ),
    Spelling(
        name="kto",
        format=RowFormat.GRADING,
        matches=preferences.is_vote,
        convert=preferences.vote_to_grading,
        reads=preferences.VOTE_READS,
    ),
    Spelling(
        name="sharegpt",
        format=RowFormat.PREFERENCE,
        matches=preferences.is_sharegpt_preference,
        convert=preferences.to_preference,
        reads=preferences.READS,
        remark=preferences.other_prompts,
    ),
    Spelling(
        name="chosen_rejected",
        format=RowFormat.PREFERENCE,
        matches=preferences.is_chosen_rejected,
        convert=preferences.to_preference,
        reads=preferences.READS,
        remark=preferences.other_prompts,
    ),
    Spelling(
        name="openai",
        format=RowFormat.REINFORCEMENT,
        matches=_is_reinforcement,
        convert=openai.to_messages,
        reads=None,
        is_native=True,
    ),
    CHAT,
    Spelling(
        name="sharegpt",
        format=RowFormat.CHAT,
        matches=conversations.is_conversation,
        convert=conversations.to_chat,
        reads=conversations.READS,
        remark=conversations.unread_of_turns,
    ),
    Spelling(
        name="self_instruct",
        format=RowFormat.CHAT,
        matches=instructions.is_self_instruct,
        convert=instructions.self_instruct_to_chat,
        reads=instructions.SELF_INSTRUCT_READS,
        remark=instructions.more_instances,
    ),
    Spelling(
        name="alpaca",
        format=RowFormat.CHAT,
        matches=instructions.is_alpaca,
        convert=instructions.alpaca_to_chat,
        reads=instructions.ALPACA_READS,
        remark=instructions.second_output,
    ),
    Spelling(
        name="prompt_completion",
        format=RowFormat.CHAT,
        matches=instructions.is_prompt_completion,
        convert=instructions.prompt_completion_to_chat,
        reads=instructions.PROMPT_READS,
    ),
)


def find_spelling(sample: list[Row]) -> Spelling | None:
    """The one that most rows are in, if half of the rows are in any."""
    found = Counter(spelling for row in sample if (spelling := _of_row(present(row))) is not None)
    if 2 * found.total() < len(sample) or not found:
        return None
    return found.most_common(1)[0][0]


def native(format: RowFormat) -> Spelling | None:
    """A format's own spelling, if that is one by fields."""
    return next((one for one in _SPELLINGS if one.is_native and one.format is format), None)


def _of_row(row: Row) -> Spelling | None:
    return next((spelling for spelling in _SPELLINGS if spelling.matches(row)), None)
