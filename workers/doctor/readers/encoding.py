"""Which encoding a text is in. A byte order mark decides; then UTF-8; then what its letters look like."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from workers.doctor.finding import Finding
from workers.doctor.readers.content import Content, refusal

_CHUNK = 1024 * 1024
_MOST_CHUNKS = 64  # looked through; what is ASCII so far is taken for UTF-8
_SAMPLE = 128 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "euc_jp"]
_ASCII, _FOREIGN = bytes(range(128)), bytes(range(128, 256))
_FEWEST_LETTERS = 3
_SURE = 0.8  # of what is not ASCII, so much is everyday writing in the right encoding

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How bytes become lines. `mark_bytes` come before the text."""

    codec: str
    mark_bytes: int = 0
    newline: str = "\n"

    @property
    def is_plain(self) -> bool:
        """True when lines can be cut as bytes and read as UTF-8."""
        return self.codec == "utf-8" and self.newline == "\n"


def detect_coding(content: Content) -> Coding | Finding:
    """Look at the start of the file and at the first bytes that are not ASCII."""
    head = content.head(_SAMPLE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            text = head[len(mark) :].decode(codec, "replace")
            return Coding(codec=codec, mark_bytes=len(mark), newline=_newline(text))
    codec_found = _codec(_foreign_part(content))
    if codec_found is None:
        return refusal("unknown_encoding")
    return Coding(codec=codec_found, newline=_newline(head.decode("latin-1")))


def looks_like(data: bytes) -> str | None:
    """The East Asian encoding that some bytes seem to be in, if any."""
    best = max(_SCORES, key=lambda codec: _SCORES[codec](data))
    return best if _SCORES[best](data) >= _SURE else None


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
    return b""


def _from_line(data: bytes) -> bytes:
    """From the start of the line with the first byte that is not ASCII, or from close before it."""
    first = len(data) - len(data.lstrip(_ASCII))
    start = data.rfind(b"\n", 0, first) + 1
    return data[max(start, first - 1024) :][:_SAMPLE]


def _codec(sample: bytes) -> str | None:
    if not sample or _is_utf8(sample):
        return "utf-8"
    sample = sample[: sample.rfind(b"\n") + 1] or sample  # whole characters
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = sum(character > "\u07ff" for character in text) - broken
    if wide >= 2 and 3 * wide >= broken:  # three bytes that fit each other hardly come about by chance
        return "utf-8"
    if codec := looks_like(sample):
        return codec
    narrow = sum("\x7f" < character <= "\u07ff" for character in text)
    return "utf-8" if narrow > 2 * broken else _western(sample)


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _western(sample: bytes) -> str | None:
    """Windows-1252 of those that fit equally well. A few bytes are no writing, but damage."""
    if len(sample) - len(sample.translate(None, _FOREIGN)) < _FEWEST_LETTERS:
        return "utf-8"
    from charset_normalizer import from_bytes  # only a few files need it

    found = from_bytes(sample[: 16 * 1024], cp_isolation=_WESTERN)
    best = found.best()
    if best is None:
        return None
    equal = [one.encoding for one in found if (one.chaos, one.coherence) == (best.chaos, best.coherence)]
    return "cp1252" if "cp1252" in equal else best.encoding


def _score(codec: str, everyday: Callable[[Pair], bool]) -> Callable[[bytes], float]:
    """Of the characters that are not ASCII, the share that its language uses every day."""

    def score(data: bytes) -> float:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 3:
                return 0.0
            text = data[: error.start].decode(codec)
        foreign = [character.encode(codec) for character in text if character > "\x7f"]
        common = sum(len(pair) == 2 and everyday((pair[0], pair[1])) for pair in foreign)
        return common / len(foreign) if len(foreign) >= 2 else 0.0

    return score


def _is_gb(pair: Pair) -> bool:
    """GB 2312: its punctuation, full-width forms, and the 3,755 characters of its first level."""
    return (0xA1 <= pair[0] <= 0xA3 or 0xB0 <= pair[0] <= 0xD7) and pair[1] >= 0xA1


def _is_big5(pair: Pair) -> bool:
    return 0xA1 <= pair[0] <= 0xA3 or (0xA4, 0x40) <= pair <= (0xC6, 0x7E)


def _is_japanese(pair: Pair) -> bool:
    """Kana, punctuation, and the first level of JIS X 0208."""
    return 0x81 <= pair[0] <= 0x83 or (0x88, 0x9F) <= pair <= (0x98, 0x72)


def _is_hangul(pair: Pair) -> bool:
    return 0xB0 <= pair[0] <= 0xC8 and pair[1] >= 0xA1


_SCORES = {
    "gb18030": _score("gb18030", _is_gb),
    "big5": _score("big5", _is_big5),
    "shift_jis": _score("cp932", _is_japanese),
    "euc_kr": _score("euc_kr", _is_hangul),
}
