"""JSON Lines: broken syntax, numbers that fit nowhere, half characters, depth, and lines without end."""

from pathlib import Path

from tests.workers.doctor.hostile.case import GOOD, Case, made, of_bytes

_DEEP = 100_000

# What stands on line 2, between two sound rows.
_BROKEN = {
    "nan": '{"messages": NaN}',
    "infinity": '{"messages": Infinity}',
    "trailing_comma": '{"messages": [],}',
    "single_quotes": "{'messages': []}",
    "missing_brace": '{"messages": []',
    "extra_brace": '{"messages": []}}',
    "two_objects": '{"messages": []} {"messages": []}',
    "open_string": '{"messages": "abc',
    "raw_tab": '{"messages": "a\tb"}',
    "raw_control": '{"messages": "a\x01b"}',
    "raw_nul": '{"messages": "a\x00b"}',
    "high_surrogate": '{"messages": "\\ud83d"}',
    "low_surrogate": '{"messages": "\\ude00"}',
    "float_too_large": '{"messages": 1e999}',
    "leading_zero": '{"messages": 01}',
    "python_none": '{"messages": None}',
    "no_colon": '{"messages" []}',
    "no_break_space": '\u00a0{"messages": []}',
    "second_mark": '\ufeff{"messages": []}',
    "pickled": "cos\nsystem\n(S'true'\ntR.".replace("\n", " "),
    "only_brace": "{",
}
_NO_OBJECT = {
    "array": '[{"role": "user", "content": "a"}]',
    "string": '"messages"',
    "number": "5",
}


def _second(line: str | bytes) -> bytes:
    data = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    return GOOD.encode() + data + b"\n" + GOOD.encode()


def _long(characters: int) -> bytes:
    return b'{"messages": [{"role": "user", "content": "' + b"a" * characters + b'"}]}'


def _sparse(path: Path) -> None:
    """A line of 2 GB that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(GOOD.encode() + b'{"messages": "' + b"a" * 8192)
        file.truncate(2 * 1024**3)


def _spaces() -> bytes:
    return GOOD.encode() + b" " * (16 * 1024**2) + b"\n"


CASES = (
    *(of_bytes(f"{name}.jsonl", _second(line), "invalid_json", 2) for name, line in _BROKEN.items()),
    *(of_bytes(f"{name}_line.jsonl", _second(line), "not_an_object", 2) for name, line in _NO_OBJECT.items()),
    made("digits.jsonl", lambda: _second('{"messages": ' + "9" * 5000 + "}"), "invalid_json", 2),
    made("digits_of_a_megabyte.jsonl", lambda: _second('{"a": ' + "9" * 1_000_000 + "}"), "invalid_json", 2),
    made("exponent.jsonl", lambda: _second('{"a": 1e' + "9" * 5000 + "}"), "invalid_json", 2),
    made("deep_65.jsonl", lambda: _second('{"a":' + "[" * 65 + "]" * 65 + "}"), "nested_too_deeply", 2),
    made("deep_arrays.jsonl", lambda: _second('{"a":' + "[" * _DEEP + "]" * _DEEP + "}"), "invalid_json", 2),
    made("deep_objects.jsonl", lambda: _second('{"a":' * _DEEP + "1" + "}" * _DEEP), "invalid_json", 2),
    made("deep_unclosed.jsonl", lambda: _second('{"a":' + "[" * _DEEP), "invalid_json", 2),
    made("many_keys.jsonl", lambda: _second(_many_keys(5_000)), "too_many_columns", 2),
    made("long_line.jsonl", lambda: _second(_long(1024 * 1024)), "line_too_long", 2),
    made("giant_line.jsonl", lambda: _second(_long(64 * 1024**2)), "line_too_long", 2),
    made("giant_line_alone.jsonl", lambda: _long(16 * 1024**2), "line_too_long", 1),
    made("giant_open.jsonl", lambda: GOOD.encode() + b'{"a":"' + b"a" * 16 * 1024**2, "line_too_long", 2),
    made("giant_spaces.jsonl", _spaces, "line_too_long", 2),
    Case(name="sparse_line.jsonl", write=_sparse, code="line_too_long", line=2),
    made("rows.jsonl", lambda: GOOD.encode() * 101, "too_many_rows", lines=100),
    of_bytes("empty.jsonl", b"", "empty_file"),
    of_bytes("blank.jsonl", b" \n\t\n\r\n", "empty_file"),
    of_bytes("mark_only.jsonl", b"\xef\xbb\xbf", "empty_file"),
    of_bytes("newlines.jsonl", b"\n" * 100_000, "empty_file"),
    of_bytes("one_brace.jsonl", b"{", "invalid_json", 1),
    of_bytes("one_bracket.jsonl", b"[", "invalid_json", 1),
    of_bytes("mark_first.jsonl", b"\xef\xbb\xbf" + GOOD.encode(), None),
    of_bytes("windows_lines.jsonl", GOOD.replace("\n", "\r\n") * 2, None),
    of_bytes("old_mac_lines.jsonl", GOOD.replace("\n", "\r") * 2, None),
    of_bytes("line_separator.jsonl", GOOD.replace("hello", "a\u2028b\u2029c\u0085d"), None),
    of_bytes("no_last_newline.jsonl", GOOD.rstrip(), None),
    of_bytes("blank_lines_between.jsonl", GOOD + "\n \n" + GOOD, None),
    of_bytes("prototype.jsonl", _second(GOOD.replace("{", '{"__proto__":{"a":1},', 1).strip()), None),
    of_bytes("escaped_nul.jsonl", GOOD.replace("hello", "a\\u0000b"), None),
    of_bytes("bidirectional.jsonl", GOOD.replace("hello", "\u202eevil\u202c"), None),
    of_bytes("emoji_pair.jsonl", GOOD.replace("hello", "\\ud83d\\ude00"), None),
)


def _many_keys(count: int) -> str:
    return "{" + ",".join(f'"k{number}":1' for number in range(count)) + "}"
