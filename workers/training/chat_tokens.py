"""From chats to token ids and labels, by the base's own chat template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from kernel.contracts import LongRows
from kernel.lengths import fit_chat
from kernel.loss_mask import refuse_unseen_tools, trained_mask
from workers.training.data import ChatRow, bad_row

NO_LOSS = -100  # the label that torch's cross entropy skips


@dataclass(frozen=True, slots=True)
class TokenizedChat:
    """One chat as the model sees it. `labels[i]` is `input_ids[i]` where the loss counts, else NO_LOSS."""

    row: ChatRow
    input_ids: list[int]
    labels: list[int]


class _RowTokens:
    """kernel.lengths.ChatTokens of one row."""

    def __init__(self, tokenizer: Any, row: ChatRow, param: str) -> None:
        self._tokenizer, self._row, self._param = tokenizer, row, param

    def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        row = ChatRow(self._row.line, [dict(message) for message in messages], self._row.tools)
        return len(_rendered(self._tokenizer, row, self._param)["input_ids"])

    def starts(self, text: str) -> list[int]:
        tokens = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return [start for start, _ in tokens["offset_mapping"]]


def fit_chats(
    tokenizer: Any, rows: Sequence[ChatRow], max_length: int, long_rows: LongRows, param: str
) -> dict[int, list[ChatRow]]:
    """The chats that each row is trained as, by its line; rows that are left out are not there.

    Raises:
        BadTrainingData: a row cannot be rendered.
    """
    if long_rows == "refuse":
        return {row.line: [row] for row in rows}
    found = {}
    for row in rows:
        fitted = fit_chat(
            row.messages,
            max_length=max_length,
            long_rows=long_rows,
            tokens=_RowTokens(tokenizer, row, param),
        )
        if fitted.pieces:
            found[row.line] = [
                ChatRow(row.line, [dict(message) for message in piece], row.tools) for piece in fitted.pieces
            ]
    return found


def tokenize_chats(
    tokenizer: Any, rows: Sequence[ChatRow], max_length: int, param: str
) -> list[TokenizedChat]:
    """Render every chat; the loss counts on assistant messages whose `weight` is not 0.

    Args:
        tokenizer: its template marks assistant text, end token included, with `{% generation %}`.
        max_length: in tokens; a longer row is an error, never a shorter row.

    Raises:
        BadTrainingData: a row is too long, cannot be rendered, or leaves nothing to learn from.
        ValueError: the template has no `{% generation %}` marks.
    """
    template = tokenizer.chat_template or ""
    if "{% generation" not in template and "{%- generation" not in template:
        raise ValueError("the base's chat template has no generation marks")
    return [_tokenized(tokenizer, row, max_length, param) for row in rows]


def _rendered(tokenizer: Any, row: ChatRow, param: str) -> Any:
    try:
        refuse_unseen_tools(tokenizer.chat_template, row.messages, row.tools)
    except ValueError as error:
        raise bad_row(row.line, str(error), param) from error
    try:
        return tokenizer.apply_chat_template(
            row.messages, tools=row.tools, return_dict=True, return_assistant_tokens_mask=True
        )
    except (TemplateError, TypeError, KeyError) as error:
        raise bad_row(row.line, f"the base's chat template refuses this chat ({error}).", param) from error


def _tokenized(tokenizer: Any, row: ChatRow, max_length: int, param: str) -> TokenizedChat:
    rendered = _rendered(tokenizer, row, param)
    input_ids: list[int] = list(rendered["input_ids"])
    if len(input_ids) > max_length:
        problem = f"{len(input_ids)} tokens are more than the {max_length} that this job trains on."
        raise bad_row(row.line, problem, param)
    try:
        mask = trained_mask(list(rendered["assistant_masks"]), row.messages)
    except ValueError as error:
        raise bad_row(row.line, str(error), param) from error
    labels = [token if counts else NO_LOSS for token, counts in zip(input_ids, mask, strict=True)]
    if all(label == NO_LOSS for label in labels[1:]):
        raise bad_row(row.line, "no assistant message with a weight other than 0.", param)
    return TokenizedChat(row, input_ids, labels)


def split_last_answer(tokenizer: Any, chat: TokenizedChat) -> tuple[list[int], list[int]]:
    """Split a chat into (prompt ids as served, ids of the last answer with its end token).

    Raises:
        ValueError: the prompt as served is not how the training text begins, so the two would differ.
    """
    prompt: list[int] = list(
        tokenizer.apply_chat_template(
            chat.row.messages[:-1], tools=chat.row.tools, add_generation_prompt=True, return_dict=True
        )["input_ids"]
    )
    if chat.input_ids[: len(prompt)] != prompt:
        raise ValueError("the template's generation prompt is not a prefix of its training text")
    end = max(i for i, label in enumerate(chat.labels) if label != NO_LOSS) + 1
    return prompt, chat.input_ids[len(prompt) : end]
