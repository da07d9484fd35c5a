"""CSV and TSV: quotes, counts, widths, and cells that a spreadsheet would run."""

from tests.workers.doctor.hostile.case import GOOD_TABLE, made, of_bytes

_FORMULAS = (
    "=1+1", "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"\"http://a\"\")",
    "=IMPORTXML(CONCAT(\"\"\"\"))", "\t=1", "=DDE(\"\"cmd\"\")",
)  # fmt: skip

# What stands on line 4, after a header and two rows.
_FOURTH = {
    "quote_in_quotes": ('"a "b" c",x', "invalid_csv"),
    "quote_open": ('"never closed,x', "invalid_csv"),
    "one_column": ("alone", "wrong_column_count"),
    "three_columns": ("a,b,c", "wrong_column_count"),
    "thousand_columns": (",".join("a" * 1000), "wrong_column_count"),
    "carriage_return": ("a\rb,x", "invalid_csv"),
    "blank_label": ("a,", "blank_label"),
    "control_in_label": ("a,x\x07y", "invalid_label"),
    "endless_label": ("a," + "x" * 5000, "invalid_label"),
}


def _formulas() -> bytes:
    rows = (f'"{formula}","{"ab"[number % 2]}"\n' for number, formula in enumerate(_FORMULAS))
    return ("text,label\n" + "".join(rows)).encode()


def _nul_further_down() -> bytes:
    return (GOOD_TABLE + "good,a\n" * 1000 + "bad\0,a\n").encode()


CASES = (
    *(of_bytes(f"{name}.csv", GOOD_TABLE + row + "\n", code, 4) for name, (row, code) in _FOURTH.items()),
    made("formulas.csv", _formulas, None),
    made("nul.csv", _nul_further_down, "invalid_csv", 1004),
    made("long_field.csv", lambda: (GOOD_TABLE + "a" * 1_100_000 + ",x\n").encode(), "line_too_long", 4),
    made("field_over_lines.csv", lambda: (GOOD_TABLE + '"' + "a\n" * 2_000 + '",x\n').encode(),
         "invalid_csv", 4, line_bytes=1_000),
    made("giant_line.csv", lambda: GOOD_TABLE.encode() + b"a" * (16 * 1024**2), "line_too_long", 4),
    made("quotes.csv", lambda: GOOD_TABLE.encode() + b'"' * (1024**2 + 1), "line_too_long", 4),
    made("quotes_on_lines.csv", lambda: GOOD_TABLE.encode() + b'"\n' * 50_001, "invalid_csv", 50_004),
    made("columns.csv", lambda: ",".join(f"c{n}" for n in range(1001)).encode() + b"\n", "too_many_columns"),
    made("million_columns.csv", lambda: b"text,label" + b",a" * 400_000 + b"\n", "too_many_columns"),
    made("commas.csv", lambda: b"," * 900_000 + b"\n", "empty_file"),
    made("cells.csv", lambda: b"text,label\n" + b"a,b\n" * 101, "too_many_cells", cells=100),
    made("rows.csv", lambda: b"text,label\n" + b"a,b\n" * 101, "too_many_rows", lines=100),
    of_bytes("header_only.csv", "text,label\n", "empty_file"),
    of_bytes("delimiters_only.csv", ",,,\n,,,\n", "empty_file"),
    of_bytes("quotes_only.csv", '"",""\n"",""\n', "empty_file"),
    of_bytes("same_names.csv", "text,text,label\na,b,c\nd,e,f\n", None),
    of_bytes("quoted_names.csv", '"text","label"\n"a","x"\n"b","y"\n', None),
    of_bytes("separator_line.csv", "sep=;\ntext;label\na;x\nb;y\n", None),
    of_bytes("semicolons.csv", "text;label\na, b;x\nb;y\n", None),
    of_bytes("windows_lines.csv", GOOD_TABLE.replace("\n", "\r\n"), None),
    of_bytes("old_mac_lines.csv", GOOD_TABLE.replace("\n", "\r"), None),
    of_bytes("chinese_names.csv", "文本,标签\n很好,正面\n很差,负面\n", None),
    of_bytes("without_header.csv", "a fine day,good\na bad day,bad\nnothing new,good\nall lost,bad\n", None),
    of_bytes("unclear.csv", "a1,b2,c3\n1,2,3\n4,5,6\n", "needs_mapping"),
)  # fmt: skip
