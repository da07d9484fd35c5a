"""Workbooks: what their cells and their first rows are."""

from pathlib import Path
from typing import Any

import pytest

from kernel.rows import Limits
from tests.workers.doctor.hostile.workbooks import workbook
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LAST = '<row r="6">{}<c r="B6" t="inlineStr"><is><t>a</t></is></c></row>'


def _rows(path: Path, content: bytes) -> list[Any]:
    path.write_bytes(content)
    source = open_source(path, "file.xlsx", Limits())
    assert isinstance(source, FileSource), source
    return [row.code if isinstance(row, Finding) else row for _, row in source.rows()]


_ESCAPED = [
    ("one_x000D_\ntwo", "one\r\ntwo"),
    ("a_x0009_b_x000a_c", "a\tb\nc"),
    ("_x005F_x000D_", "_x000D_"),
    ("_x005f_x005F_x005F_x000D_", "_x005F_x000D_"),
    ("max_x0041_", "maxA"),
    ("_xD83D__xDE00_", "\U0001f600"),
    ("_xD83D_", "\ufffd"),
    ("_x00_ x_size_x0zz1_", "_x00_ x_size_x0zz1_"),
]


@pytest.mark.parametrize(("written", "text"), _ESCAPED)
@pytest.mark.parametrize("kind", ["shared", "runs", "inline", "formula"])
def test_escapes_of_a_workbook_are_characters(tmp_path: Path, kind: str, written: str, text: str) -> None:
    phonetic = '<rPh sb="0" eb="1"><t>not read</t></rPh>'
    item = (
        f"<r><t>{written[:1]}</t></r><r><t>{written[1:]}</t></r>" if kind == "runs" else f"<t>{written}</t>"
    )
    cells = {
        "inline": f'<c r="A6" t="inlineStr"><is>{item}{phonetic}</is></c>',
        "formula": f'<c r="A6" t="str"><f>A2</f><v>{written}</v></c>',
    }
    strings = f'<sst xmlns="{_MAIN}"><si>{item}{phonetic}</si></sst>'

    row = _LAST.format(cells.get(kind, '<c r="A6" t="s"><v>0</v></c>'))
    found = _rows(tmp_path / "file.xlsx", workbook(row, xl_sharedStrings=strings))

    assert found[-1] == {"text": text, "label": "a"}


def test_escapes_in_names_of_columns_are_characters(tmp_path: Path) -> None:
    names = "".join(
        f'<c r="{place}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for place, name in (("A", "text_x000D_"), ("B", "label"))
    )
    cells = '<c r="A2" t="inlineStr"><is><t>one</t></is></c><c r="B2" t="inlineStr"><is><t>a</t></is></c>'
    rows = f'<row r="1">{names}</row><row r="2">{cells}</row>'
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'

    assert _rows(tmp_path / "file.xlsx", workbook(sheet=sheet)) == [{"text": "one", "label": "a"}]
