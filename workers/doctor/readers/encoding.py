"""Which encoding a text is in. A byte order mark decides; then UTF-8; then what its letters look like."""

import codecs
from dataclasses import dataclass

from workers.doctor.finding import Finding, cut
from workers.doctor.readers.content import Content, note, refusal
from workers.doctor.readers.writing import EAST_ASIAN, LANGUAGES, SEVEN_BIT, plausibility

_CHUNK = 1024 * 1024
_MOST_CHUNKS = 64  # looked through; what is ASCII so far is taken for UTF-8
_SAMPLE = 128 * 1024
_JUDGED = 16 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHIFTS = (b"\x1b$", b"~{")  # where ISO 2022 and HZ leave ASCII
_ASCII, _FOREIGN = bytes(range(128)), bytes(range(128, 256))
_FEWEST_LETTERS = 3
_PLAUSIBLE = 0.5
_MOST_LINES = 0.8  # of those in the sample can be read in the file's encoding
_EQUAL, _RIVAL = 0.05, 0.1  # less plausible than the best by no more: then the more common one is taken
# What people call the codecs; of some a superset is used, as Windows does.
_NAMES = {
    "gb18030": "GB18030 (GBK)",
    "cp950": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR (CP949)",
    "iso2022_jp": "ISO-2022-JP",
    "iso2022_kr": "ISO-2022-KR",
    "hz": "HZ",
    "koi8_u": "KOI8-R",
    "mac_roman": "Mac Roman",
    "mac_cyrillic": "Mac Cyrillic",
}
_USUAL = {"cp950": "big5", "cp932": "shift_jis", "cp949": "euc_kr", "koi8_u": "koi8_r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How bytes become lines. `mark_bytes` come before the text; a guess has an `example` and `rivals`."""

    codec: str
    mark_bytes: int = 0
    newline: str = "\n"
    example: str | None = None
    rivals: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True when lines can be cut as bytes and read as UTF-8."""
        return self.codec == "utf-8" and self.newline == "\n"

    @property
    def name(self) -> str:
        """The encoding, by the name that most programs know it by."""
        return _USUAL.get(self.codec, self.codec)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """A guess is said to be one."""
        if self.example is None:
            return ()
        encoding, value = in_words(self.codec), cut(self.example)
        if not self.rivals:
            return (note("encoding_guessed", encoding=encoding, value=value),)
        other = ", ".join(map(in_words, self.rivals))
        return (note("encoding_guessed", reason="rival", encoding=encoding, value=value, other=other),)


def detect_coding(content: Content) -> Coding | Finding:
    """Look at the start of the file and at the first bytes that are not ASCII."""
    head = content.head(_SAMPLE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            text = head[len(mark) :].decode(codec, "replace")
            return Coding(codec=codec, mark_bytes=len(mark), newline=_newline(text))
    sample = _foreign_part(content)
    found = _codecs(sample)
    if not found:
        return refusal("unknown_encoding")
    newline = _newline(head.decode("latin-1"))
    if found == ["utf-8"]:
        return Coding(codec="utf-8", newline=newline)
    example = _example(sample.decode(found[0], "replace"))
    return Coding(codec=found[0], newline=newline, example=example, rivals=tuple(found[1:3]))


def in_words(codec: str) -> str:
    if codec.startswith("cp125"):
        return f"Windows-{codec[2:]}"
    return _NAMES.get(codec, codec.upper().replace("_", "-"))


def looks_like(data: bytes) -> str | None:
    """The East Asian encoding that some bytes seem to be in, if any."""
    return next(iter(_likely(data, EAST_ASIAN)), None)


def is_utf8_after_all(line: str, codec: str) -> bool:
    """True for a line that another program wrote into a file that is in an old encoding elsewhere."""
    try:
        data = line.encode(codec)
        text = data.decode()
    except UnicodeError:
        return False
    return not data.isascii() and (codec not in EAST_ASIAN or any(character > "\u07ff" for character in text))


def _newline(head: str) -> str:
    return "\r" if "\r" in head and "\n" not in head else "\n"


def _foreign_part(content: Content) -> bytes:
    """The first bytes that are not all ASCII, from a line's start; nothing when all are."""
    with content.open() as file:
        for _ in range(_MOST_CHUNKS):
            chunk = file.read(_CHUNK)
            if not chunk:
                break
            if not chunk.isascii():
                return _from_line(chunk + file.read(_SAMPLE))
            shift = min((at for mark in _SHIFTS if (at := chunk.find(mark)) >= 0), default=-1)
            if shift >= 0:
                start = chunk.rfind(b"\n", 0, shift) + 1
                return (chunk + file.read(_SAMPLE))[start:][:_SAMPLE]
    return b""


def _from_line(data: bytes) -> bytes:
    """From the start of the line with the first byte that is not ASCII, or from close before it."""
    first = len(data) - len(data.lstrip(_ASCII))
    start = data.rfind(b"\n", 0, first) + 1
    return data[max(start, first - 1024) :][:_SAMPLE]


def _codecs(sample: bytes) -> list[str]:
    """The one that the sample seems to be in and others that it may be in; none for what is no writing."""
    if sample.isascii():
        return (_likely(sample, SEVEN_BIT) or ["utf-8"]) if sample else ["utf-8"]
    if _is_utf8(sample):
        return ["utf-8"]
    sample = sample[: sample.rfind(b"\n") + 1] or sample  # whole characters
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = sum(character > "\u07ff" for character in text) - broken
    if wide >= 2 and 3 * wide >= broken:  # three bytes that fit each other hardly come about by chance
        return ["utf-8"]
    narrow = sum("\x7f" < character <= "\u07ff" for character in text)
    is_damage = len(sample) - len(sample.translate(None, _FOREIGN)) < _FEWEST_LETTERS
    if narrow > 2 * broken or is_damage:
        return ["utf-8"]
    return _likely(sample, tuple(codec for codec in LANGUAGES if codec not in SEVEN_BIT))


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _likely(sample: bytes, wanted: tuple[str, ...]) -> list[str]:
    """The codecs that make writing out of the sample, the likeliest first, each with a text of its own."""
    texts: dict[str, list[str]] = {}
    for codec in wanted:
        text = _decoded(sample, codec)
        if text is not None:
            texts.setdefault(text[:_JUDGED], []).append(codec)
    scores = {same[0]: max(plausibility(text, codec) for codec in same) for text, same in texts.items()}
    best = max(scores.values(), default=0.0)
    if best < _PLAUSIBLE:
        return []
    found = [codec for codec, score in scores.items() if score >= best - _RIVAL]
    return sorted(found, key=lambda codec: scores[codec] < best - _EQUAL)


def _decoded(sample: bytes, codec: str) -> str | None:
    """None for what is no text in this encoding; its end may be cut, and a line here and there another's."""
    try:
        return sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start >= max(1, len(sample) - 3):
            return sample[: error.start].decode(codec)
    lines = sample.split(b"\n")
    read = [text for line in lines if (text := _line(line, codec)) is not None]
    return "\n".join(read) if len(read) >= _MOST_LINES * len(lines) else None


def _line(line: bytes, codec: str) -> str | None:
    try:
        return line.decode(codec)
    except UnicodeDecodeError:
        return None


def _example(text: str) -> str:
    """The first words that are not ASCII."""
    line = next((line for line in text.splitlines() if not line.isascii()), text)
    first = next((at for at, character in enumerate(line) if character > "\x7f"), 0)
    start = line.rfind(" ", 0, first) + 1 if first < 40 else first
    return line[start:].strip()
