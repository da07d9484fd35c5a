"""JSON documents: broken in the middle, without end, deeper or longer than a row may be."""

from tests.workers.doctor.hostile.case import made, of_bytes

_ROW = '{"instruction": "do", "output": "done"}'
_ROWS = f"[{_ROW},\n{_ROW},\n%s\n]"
_DEEP = 200_000

_THIRD = {
    "nan": '{"instruction": NaN}',
    "surrogate": '{"instruction": "\\ud800", "output": "b"}',
    "float_too_large": '{"instruction": 1e999, "output": "b"}',
    "trailing_comma": '{"instruction": "a", "output": "b",}',
    "no_colon": '{"instruction" "a"}',
    "raw_newline": '{"instruction": "a\nb", "output": "c"}',
    "missing_brace": '{"instruction": "a", "output": "b"',
    "comment": "// nothing\n" + _ROW,
    "two_commas": ",",
    "digits": '{"instruction": ' + "9" * 5000 + "}",
}


def _question(context: str) -> str:
    return '{"version": "1", "data": [{"title": "t", "paragraphs": [' + context + "]}]}"


CASES = (
    *(of_bytes(f"{name}.json", _ROWS % third, "invalid_json", 3) for name, third in _THIRD.items()),
    of_bytes("array_cut_off.json", f"[{_ROW},\n{_ROW},\n", "invalid_json", 3),
    of_bytes("array_cut_in_row.json", f'[{_ROW},\n{_ROW},\n{{"instruction": "a', "invalid_json", 3),
    of_bytes("array_and_more.json", f"[{_ROW},{_ROW}] and more", "invalid_json", 3),
    of_bytes("two_arrays.json", f"[{_ROW}]\n[{_ROW}]x", "not_an_object", 1),
    of_bytes("array_of_arrays.json", f"[{_ROW}, [1, 2], {_ROW}]", "not_an_object", 2),
    of_bytes("array_of_nulls.json", "[null, null]", "not_an_object", 1),
    of_bytes("array_empty.json", "[]", "empty_file"),
    of_bytes("object_empty.json", "{}", "empty_file"),
    of_bytes("bracket_closed_by_brace.json", f"[{_ROW}}}", "invalid_json", 2),
    made("array_deep_65.json", lambda: (_ROWS % ('{"a":' + "[" * 65 + "]" * 65 + "}")).encode(),
         "nested_too_deeply", 3),
    made("array_deep.json", lambda: b"[" * _DEEP + b"]" * _DEEP, "nested_too_deeply", 1),
    made("array_deep_open.json", lambda: b"[" * (8 * 1024**2), "nested_too_deeply", 1),
    made("object_deep.json", lambda: b'{"a":' * _DEEP + b"1" + b"}" * _DEEP, "nested_too_deeply", 1),
    made("long_row.json", lambda: (_ROWS % ('{"a": "' + "a" * 1_100_000 + '"}')).encode(), "row_too_long", 3),
    made("giant_string.json", lambda: b'["' + b"a" * (64 * 1024**2) + b'"]', "row_too_long", 1),
    made("giant_open_string.json", lambda: b'["' + b"a" * (16 * 1024**2), "row_too_long", 1),
    made("giant_number.json", lambda: b"[" + b"1" * (4 * 1024**2) + b"]", "invalid_json", 1),
    made("giant_spaces.json", lambda: b"[" + b" " * (16 * 1024**2) + _ROW.encode() + b"]", None),
    made("giant_key.json", lambda: b'{"' + b"a" * (4 * 1024**2) + b'": 1}', "row_too_long", 1),
    made("backslashes.json", lambda: b'["' + b"\\" * (2 * 1024**2), "row_too_long", 1),
    made("commas.json", lambda: b"[" + b"," * (4 * 1024**2), "invalid_json", 1),
    made("rows.json", lambda: ("[" + ",".join([_ROW] * 101) + "]").encode(), "too_many_rows", lines=100),
    made("pages_too_large.json", lambda: b'{"a": ["' + b"b" * 5000 + b'"], "c": [[1]]}', "document_too_large",
         None, document_bytes=1000),
    of_bytes("squad_without_context.json", _question('{"qas": []}'), "invalid_json", 1),
    of_bytes("squad_of_numbers.json", _question("1, 2"), "invalid_json", 1),
    of_bytes("squad_questions_of_numbers.json", _question('{"context": "c", "qas": [1]}'), "invalid_json", 1),
    of_bytes("squad_cut_off.json", _question('{"context": "c", "qas": []')[:-6], "invalid_json", 1),
    of_bytes("keyed_cut_off.json", '{"a": {"text": "x", "label": "y"},\n"b": {"te', "invalid_json", 2),
    of_bytes("keyed_and_more.json", '{"a": "first",\n"b": "second"}\n\n}', "invalid_json", 3),
    of_bytes("object_without_name.json", '{\n1: 2}', "invalid_json", 1),
)  # fmt: skip
