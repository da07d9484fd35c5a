"""Excel workbooks: bombs in XML, sizes that are lies, formulas and errors."""

from collections.abc import Callable

from tests.workers.doctor.hostile.archives import archive_of
from tests.workers.doctor.hostile.case import Case, made

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha">' + "".join(
    f'<!ENTITY b{n} "&b{n - 1 if n else ""};&b{n - 1 if n else ""};">' for n in range(30)
)
_EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _relations(*targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_NAMES = f'<row r="1">{_text("A1", "text")}{_text("B1", "label")}</row>'
_ROWS = "".join(
    f'<row r="{n}">{_text(f"A{n}", f"words {n}")}{_text(f"B{n}", "ab"[n % 2])}</row>' for n in range(2, 6)
)


def _sheet(rows: str, before: str = "", declared: str = "") -> str:
    return (
        f'{_HEAD}{declared}<worksheet xmlns="{_MAIN}">{before}<sheetData>{_NAMES}{_ROWS}{rows}</sheetData>'
        "</worksheet>"
    )


def _book(sheets: int = 1, declared: str = "") -> str:
    inner = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, sheets + 1))
    return (
        f'{_HEAD}{declared}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{inner}</sheets></workbook>'
    )


def workbook(rows: str = "", *, sheet: str | None = None, **parts: str | bytes | None) -> bytes:
    """A workbook; of `parts`, `xl_styles` is xl/styles.xml. A part that is None is absent."""
    every: dict[str, str | bytes | None] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _book(),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}"><si><t>shared</t></si></sst>',
        "xl/worksheets/sheet1.xml": sheet or _sheet(rows),
    }
    every |= {f"{name.replace('_', '/', 1)}.xml": part for name, part in parts.items()}
    return archive_of(
        {
            name: part.encode() if isinstance(part, str) else part
            for name, part in every.items()
            if part is not None
        }
    )


def _row(cells: str, number: int = 6) -> str:
    return f'<row r="{number}">{cells}</row>'


def _sheets(count: int) -> bytes:
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)]
    sheets = {f"xl/worksheets/sheet{n}.xml": _sheet("").encode() for n in range(1, count + 1)}
    return archive_of(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")).encode(),
            "xl/workbook.xml": _book(count).encode(),
            "xl/_rels/workbook.xml.rels": _relations(*targets).encode(),
            "xl/sharedStrings.xml": _strings(1),
            **sheets,
        }
    )


def _strings(count: int) -> bytes:
    return f'{_HEAD}<sst xmlns="{_MAIN}">'.encode() + b"<si><t>a</t></si>" * count + b"</sst>"


_SHEETS: dict[str, tuple[str, str | None, int | None]] = {
    "formula": (_row('<c r="A6"><f>1+1</f></c>' + _text("B6", "a")), "formula_without_value", 6),
    "formula_run": (_row("<c r=\"A6\"><f>cmd|'/C calc'!A0</f></c>"), "formula_without_value", 6),
    "formula_kept": (_row('<c r="A6" t="str"><f>A2</f><v>words</v></c>' + _text("B6", "a")), None, None),
    "error": (_row('<c r="A6" t="e"><v>#REF!</v></c>' + _text("B6", "a")), "error_cell", 6),
    "third_column": (_row(_text("A6", "x") + _text("B6", "a") + _text("C6", "y")), "wrong_column_count", 6),
    "last_column": (_row(_text("A6", "x") + _text("XFD6", "y")), "wrong_column_count", 6),
    "no_such_column": (_row(_text("ZZZZZZ6", "y")), "invalid_xlsx", 6),
    "far_row": (_row(_text("A1048576", "x"), 1_048_576), "blank_label", 1_048_576),
    "row_beyond": (_row(_text("A9999999999", "x"), 9_999_999_999), "invalid_xlsx", 6),
    "row_without_number": ('<row r="x">' + _text("A6", "x") + "</row>", "invalid_xlsx", 6),
    "no_such_string": (_row('<c r="A6" t="s"><v>99</v></c>'), "invalid_xlsx", 6),
    "bad_number": (_row('<c r="A6"><v>one</v></c>'), "invalid_xlsx", 6),
    "broken_xml": ("<row><c></row>", "invalid_xlsx", None),
    "control_character": (_row(_text("A6", "\x01")), "invalid_xlsx", None),
    "undeclared_entity": (_row(_text("A6", "&boom;")), "invalid_xlsx", None),
    "deep": ("<a>" * 50_000, "invalid_xlsx", None),
    "long_cell": (_row(_text("A6", "a" * 1_100_000) + _text("B6", "a")), "line_too_long", 6),
}


_EMPTY = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>'


def _made(name: str, make: Callable[[], bytes], code: str | None, line: int | None = None) -> Case:
    return made(f"{name}.xlsx", make, code, line)


CASES = (
    *(_made(name, lambda rows=rows: workbook(rows), code, line)  # type: ignore[misc]
      for name, (rows, code, line) in _SHEETS.items()),
    _made("laughs_in_sheet", lambda: workbook(sheet=_sheet("", declared=_LAUGHS + "]>")), "unsafe_xml"),
    _made("laughs_in_strings", lambda: workbook(xl_sharedStrings=f"{_HEAD}{_LAUGHS}]><sst>&b29;</sst>"),
          "unsafe_xml"),
    _made("external_in_book", lambda: workbook(xl_workbook=_book(declared=_EXTERNAL)), "unsafe_xml"),
    _made("external_in_types", lambda: archive_of({"[Content_Types].xml": (_EXTERNAL + "<a/>").encode(),
                                                   "xl/workbook.xml": b"<a/>"}), "unsafe_xml"),
    _made("declared_in_utf_16", lambda: workbook(xl_workbook=(_EXTERNAL + "<a/>").encode("utf-16")),
          "unsafe_xml"),
    _made("dimension", lambda: workbook(sheet=_sheet("", '<dimension ref="A1:XFD1048576"/>')), None),
    _made("strings_bomb", lambda: workbook(xl_sharedStrings=_strings(6_000_000)), "suspicious_ratio"),
    _made("styles_bomb", lambda: workbook(xl_styles=b"<styleSheet>" + b"<xf/>" * 500_000 + b"</styleSheet>"),
          "too_large_unpacked"),
    _made("many_sheets", lambda: _sheets(101), "too_many_sheets"),
    _made("two_sheets", lambda: _sheets(2), None),
    _made("no_book", lambda: workbook(xl_workbook=""), "invalid_xlsx"),
    _made("no_strings", lambda: workbook(xl_sharedStrings=None), "invalid_xlsx"),
    _made("no_sheet", lambda: workbook(sheet=" "), "invalid_xlsx"),
    _made("broken_styles", lambda: workbook(xl_styles="<styleSheet"), "invalid_xlsx"),
    _made("empty_sheet", lambda: workbook(sheet=_EMPTY), "empty_file"),
    _made("names_only", lambda: workbook(sheet=_sheet("").replace(_ROWS, "")), "empty_file"),
    _made("cut_off", lambda: workbook()[:-40], "invalid_zip"),
)  # fmt: skip
