"""Text in every encoding, broken in every way."""

import codecs

from tests.workers.doctor.hostile.case import GOOD, GOOD_TABLE, made, of_bytes

_CHINESE = "文本,标签\n这家酒店的服务非常好,正面\n房间太小而且很吵,负面\n早餐不错,正面\n以后不会再来了,负面\n"
_TAIWANESE = (
    "文本,標籤\n這家酒店的服務非常好,正面\n房間太小而且很吵,負面\n早餐不錯,正面\n以後不會再來了,負面\n"
)

_JAPANESE = (
    "text,label\nこのホテルのサービスはとても良い,良い\n部屋が狭くてうるさい,悪い\nまた来たいです,良い\n"
)

_KOREAN = (
    "text,label\n이 호텔의 서비스는 매우 좋습니다,좋음\n"
    "방이 작고 시끄럽습니다,나쁨\n다시 오고 싶습니다,좋음\n"
)
_FRENCH = (
    "text,label\nL'hôtel était très agréable et le déjeuner aussi,bon\n"
    "La chambre était trop petite et très bruyante,mauvais\nNous reviendrons l'été prochain,bon\n"
)
_RUSSIAN = (
    "text,label\nОтель был очень хороший и завтрак тоже,хорошо\n"
    "Комната была слишком маленькая и шумная,плохо\nМы обязательно вернёмся,хорошо\n"
)

_SOUND = {
    "gb18030": _CHINESE,
    "gbk": _CHINESE,
    "big5": _TAIWANESE,
    "shift_jis": _JAPANESE,
    "euc_kr": _KOREAN,
    "cp1252": _FRENCH,
    "cp1251": _RUSSIAN,
    "koi8_r": _RUSSIAN,
    "utf-8": _CHINESE,
    "utf-8-sig": _CHINESE,
    "utf-16": _CHINESE,
    "utf-32": _CHINESE,
}
# No UTF-8, each for another reason; on line 3 between sound lines.
_BROKEN = {
    "lone_continuation": b"\x80",
    "lone_start": b"\xe4\xbd",
    "overlong_slash": b"\xc0\xaf",
    "overlong_nul": b"\xc0\x80",
    "encoded_surrogate": b"\xed\xa0\x80",
    "beyond_unicode": b"\xf4\x90\x80\x80",
    "five_bytes": b"\xf8\x88\x80\x80\x80",
    "all_ones": b"\xff\xff",
    "other_mark": b"\xfe\xff",
    "cp1252_quote": b"\x93smart\x94",
    "gbk_word": "\u670d\u52a1".encode("gbk"),
}

_BROKEN_ROWS = dict(list(_BROKEN.items())[:3])
_SURROGATE = b"\x00\xd8,\x00b\x00\n\x00"


def _lines_with(broken: bytes) -> bytes:
    good = GOOD.encode()
    return good * 2 + good.replace(b"hello", broken) + good


def _rows_with(broken: bytes) -> bytes:
    return "text,label\n你好 one,a\n".encode() + broken + b",b\nthree,a\n"


def _changes_to_gbk() -> bytes:
    """200 KB of UTF-8, then lines that somebody appended from Windows."""
    return GOOD.encode() * 2000 + GOOD.encode("gb18030") * 3


def _changes_to_utf8() -> bytes:
    return GOOD.encode("gb18030") * 2000 + '{"messages": "ÿ€"}\n'.encode() * 3


def _ascii_for_long() -> bytes:
    line = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n'
    return line * 2_000 + GOOD.encode("gb18030") * 5


def _utf16(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


CASES = (
    *(of_bytes(f"{codec}.csv", text.encode(codec), None) for codec, text in _SOUND.items()),
    *(of_bytes(f"{name}.jsonl", _lines_with(broken), "not_utf8", 3) for name, broken in _BROKEN.items()),
    *(of_bytes(f"{name}.csv", _rows_with(broken), "not_utf8", 3) for name, broken in _BROKEN_ROWS.items()),
    of_bytes("gb18030.jsonl", GOOD.encode("gb18030") * 3, None),
    of_bytes("gb18030.txt", "今天天气很好。\n我们去公园散步。\n".encode("gb18030"), None),
    of_bytes("gb18030.json", '[{"问题": "你叫什么名字？", "答案": "我叫小明。"}]'.encode("gb18030"), None),
    of_bytes("utf_16.jsonl", _utf16(GOOD * 3), None),
    of_bytes("utf_16_big.jsonl", codecs.BOM_UTF16_BE + (GOOD * 3).encode("utf-16-be"), None),
    of_bytes("utf_16_odd.csv", _utf16(GOOD_TABLE) + b"a", "encoding_changes", 4),
    of_bytes("utf_16_surrogate.csv", _utf16("text,label\nok,a\n") + _SURROGATE, "encoding_changes", 3),
    of_bytes("utf_16_without_mark.csv", GOOD_TABLE.encode("utf-16-le"), "unsupported_format"),
    of_bytes("utf_16_mark_only.csv", codecs.BOM_UTF16_LE, "empty_file"),
    of_bytes("utf_32_mark_only.csv", codecs.BOM_UTF32_BE, "empty_file"),
    of_bytes("utf_16_mark_on_utf_8.jsonl", codecs.BOM_UTF16_LE + GOOD.encode(), "invalid_json", 1),
    of_bytes("cut_in_character.jsonl", GOOD.encode() + "你".encode()[:2], "not_utf8", 2),
    of_bytes("ebcdic.csv", GOOD_TABLE.encode("cp037"), "unknown_encoding"),
    of_bytes("every_byte.csv", bytes(range(1, 256)) * 20, "unknown_encoding"),
    of_bytes("high_bytes.csv", b"\xff\xfd\xfc" * 5000, "unknown_encoding"),
    of_bytes("every_nul.txt", b"\0" * 5000, "unsupported_format"),
    made("changes_to_gbk.jsonl", _changes_to_gbk, "not_utf8", 2001),
    made("changes_to_utf8.jsonl", _changes_to_utf8, "encoding_changes", 2001),
    made("ascii_for_long.jsonl", _ascii_for_long, None),
)  # fmt: skip
