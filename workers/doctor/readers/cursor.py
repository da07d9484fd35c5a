"""Walks through a JSON document, however long, holding one value of it at a time."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

from workers.doctor.finding import Value
from workers.doctor.readers.repeated import Pairs

_CHUNK = 64 * 1024
_LEVELS = 64  # a value nested more deeply is read as a whole
_SPACE = re.compile(r"[ \t\r\n]*")


class Broken(Exception):
    """The document cannot be read on. `code` and `values` go into a finding."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _refuse_constant(name: str) -> NoReturn:
    raise Broken("invalid_json", reason="constant", name=name)


class Cursor:
    """`value` refuses what is longer than `limit` characters; nothing else is ever held."""

    def __init__(self, file: TextIO, limit: int) -> None:
        self._file, self._limit = file, limit
        self._text, self._at = "", 0
        self._lines_before = 0
        self._pairs = Pairs()
        decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=self._pairs)
        self._decode = decoder.raw_decode
        self.repeated: list[str] = []  # keys that stand twice in one object of what `value` read last

    @property
    def line(self) -> int:
        """The file's line at which the cursor stands."""
        return self._lines_before + self._text.count("\n", 0, self._at) + 1

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches always
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        found = self.peek()
        if found != wanted:
            self._fail_expecting(wanted, found)
        self._at += 1

    def value(self) -> Any:
        """Read one whole value."""
        self.peek()
        while True:
            self.repeated = self._pairs.names = []
            try:
                found, end = self._decode(self._text, self._at)
            except RecursionError as error:
                raise Broken("nested_too_deeply", reason="rest") from error
            except ValueError as error:
                place = getattr(error, "pos", self._at) - self._at
                if self._held > self._limit or not self._more():
                    self._refuse(error, place)
                continue
            size = end - self._at
            if size > self._limit:
                raise self._too_long()
            if end < len(self._text) or not self._more():  # a number may go on
                self._at += size
                return found

    def skip(self, levels: int = _LEVELS) -> None:
        """Pass over one value, however long it is."""
        opens = self.peek()
        if opens not in ("[", "{") or levels == 0:
            self.value()
            return
        for _ in self.elements() if opens == "[" else self.names():
            self.skip(levels - 1)

    def elements(self) -> Iterator[None]:
        """Stand before each element of the array ahead, to be read or walked into by the caller."""
        yield from self._parts("[", "]")

    def names(self) -> Iterator[str]:
        """Stand before each value of the object ahead, and yield its key."""
        for _ in self._parts("{", "}"):
            if (found := self.peek()) != '"':
                self._fail_expecting('"', found)
            name = str(self.value())
            self.take(":")
            yield name

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek():
            raise Broken("invalid_json", reason="follows", at=self.line)

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        self.take(opening)
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == closing:
                self._at += 1
                return
            self.take(",")

    def _more(self) -> bool:
        """Read on, at least as much as is held, and forget what was read."""
        self._lines_before += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0
        part = self._file.read(max(_CHUNK, len(self._text)))
        self._text += part
        return part != ""

    @property
    def _held(self) -> int:
        return len(self._text) - self._at

    def _too_long(self) -> Broken:
        return Broken("row_too_long", limit=self._limit // 1024)

    def _refuse(self, error: ValueError, place: int) -> NoReturn:
        """`place` is counted from where the value begins."""
        if not isinstance(error, json.JSONDecodeError):
            raise Broken("invalid_json", reason="number") from error
        is_cut = error.msg.startswith("Unterminated") or place >= self._held - len("\\uXXXX")
        if is_cut and self._held > self._limit:
            raise self._too_long() from error
        self._at += min(place, self._held)
        raise Broken("invalid_json", reason="document", says=error.msg, at=self.line) from error

    def _fail_expecting(self, wanted: str, found: str) -> NoReturn:
        if not found:
            raise Broken("invalid_json", reason="ends", wanted=wanted, at=self.line)
        raise Broken("invalid_json", reason="expected", wanted=wanted, found=found, at=self.line)
