"""SQuAD's nesting: data -> paragraphs -> {context, qas}. A row for each question.

Source: https://rajpurkar.github.io/SQuAD-explorer/ (versions 1.1 and 2.0)
"""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Row
from workers.doctor.readers.cursor import Broken, Cursor


def has_paragraphs(cursor: Cursor, wrapper: str) -> bool:
    """True when the first element of `wrapper` has them."""
    for key in cursor.names():
        if key != wrapper:
            cursor.skip()
            continue
        for _ in cursor.elements():
            return any(name == "paragraphs" and cursor.peek() == "[" for name in _skimmed(cursor))
    return False


def paragraphs(cursor: Cursor, wrapper: str) -> Iterator[Row]:
    for key in cursor.names():
        if key != wrapper:
            cursor.skip()
            continue
        for _ in cursor.elements():
            for name in cursor.names():
                if name != "paragraphs":
                    cursor.skip()
                    continue
                for _ in cursor.elements():
                    yield from _questions(cursor.value())


def _skimmed(cursor: Cursor) -> Iterator[str]:
    """The object's keys, passing over every short value."""
    for name in cursor.names():
        yield name
        cursor.skip()


def _questions(paragraph: Any) -> Iterator[Row]:
    match paragraph:
        case {"context": context, "qas": list(questions)}:
            for question in questions:
                if not isinstance(question, dict):
                    raise Broken("invalid_json", reason="squad")
                yield {
                    "question": question.get("question"),
                    "context": context,
                    "answers": _answers(question),
                    "id": question.get("id"),
                }
        case _:
            raise Broken("invalid_json", reason="squad")


def _answers(question: dict[str, Any]) -> list[Any]:
    answers = question.get("answers")
    if not isinstance(answers, list):
        return []
    return [answer.get("text") for answer in answers if isinstance(answer, dict)]
