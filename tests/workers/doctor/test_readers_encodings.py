"""Encodings: what is read as it was written, what is refused, and what is said to be a guess."""

from pathlib import Path

import pytest

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource

_LINES = {
    "zh": "这家酒店的服务非常好,正面\n房间太小而且很吵,负面\n早餐不错,正面\n",
    "zh-news": "钢铁行业景气度回升 龙头企业毛利率创新高,财经\n曼联客场逆转切尔西 鲁尼梅开二度,体育\n",
    "zh-tw": "這家酒店的服務非常好,正面\n房間太小而且很吵,負面\n早餐不錯,正面\n",
    "ja": "このホテルのサービスはとても良い①,良い\n部屋が狭くてうるさい,悪い\n",
    "ja-news": "首相、衆院解散を表明,政治\n東京株式市場続伸,経済\n",
    "ko": "이 호텔은 정말 깨끗하고 조용했어요,긍정\n방이 너무 작고 맛이 없었어요,부정\n",
    "ko-news": "삼성전자 주가 급등,경제\n손흥민 멀티골 폭발,스포츠\n",
    "fr": "L'hôtel était très agréable,bon\nLa chambre était bruyante où ça gêne,mauvais\n",
    "de": "Das Frühstück war schön und das Zimmer größer,gut\nÜber nichts zu klagen,gut\n",
    "es": "El niño comió en el jardín mañana,sí\n¿Dónde está la habitación?,no\n",
    "pt": "A habitação não é boa e as refeições são más,não\nPão e coração,sim\n",
    "sv": "Hotellet låg nära sjön och var väldigt fint,bra\nDålig frukost på rummet,dålig\n",
    "pl": "Pokój był zbyt mały i głośny,źle\nŚniadanie było pyszne, wrócę,dobrze\n".replace(", ", " "),
    "cs": "Pokoj byl příliš malý a hlučný,špatně\nSnídaně byla výborná,dobře\n",
    "hu": "A szoba túl kicsi és zajos volt,rossz\nNagyon hűvös és esős idő volt,jó\n",
    "tr": "Oda çok küçük ve gürültülüydü,kötü\nKahvaltı çok güzeldi geleceğiz,iyi\nİstanbul şahane,iyi\n",
    "lt": "Kambarys buvo per mažas ir triukšmingas,blogai\nPusryčiai buvo puikūs ąžuolas ėjo,gerai\n",
    "ru": "Отель был очень хороший и завтрак тоже,хорошо\nКомната была слишком маленькая,плохо\n",
    "uk": "Готель був дуже гарний і сніданок теж,добре\nКімната була замала,погано\n",
    "el": "Το δωμάτιο ήταν πολύ μικρό και θορυβώδες,κακό\nΤο πρωινό ήταν υπέροχο,καλό\n",
    "he": "החדר היה קטן מדי ורועש,רע\nארוחת הבוקר הייתה מצוינת,טוב\n",
    "ar": "كانت الغرفة صغيرة جدا وصاخبة,سيئ\nكان الإفطار رائعا,جيد\n",
    "th": "ห้องเล็กเกินไปและเสียงดัง,แย่\nอาหารเช้าอร่อยมาก,ดี\n",
    "quotes": "\u201cGreat\u201d he said \u2013 it\u2019s fine,good\nIt\u2019s bad,bad\n",
}
_CODECS = {
    "zh": ("gbk", "gb18030", "hz"), "zh-news": ("gbk",), "zh-tw": ("big5", "gbk"),
    "ja": ("cp932", "euc_jis_2004", "iso2022_jp_2004"), "ja-news": ("shift_jis", "euc_jp", "iso2022_jp"),
    "ko": ("cp949", "johab", "iso2022_kr"), "ko-news": ("euc_kr",),
    "fr": ("cp1252", "latin-1", "mac_roman", "cp850"), "de": ("cp1252", "cp437"), "es": ("cp1252",),
    "pt": ("cp1252",), "sv": ("cp1252",), "pl": ("cp1250", "iso8859_2", "cp852"),
    "cs": ("cp1250", "iso8859_2"), "hu": ("cp1250",), "tr": ("cp1254",), "lt": ("cp1257",),
    "ru": ("cp1251", "koi8_r", "cp866", "iso8859_5"), "uk": ("cp1251", "koi8_u"), "el": ("cp1253",),
    "he": ("cp1255",), "ar": ("cp1256", "iso8859_6"), "th": ("cp874",), "quotes": ("cp1252",),
}  # fmt: skip
_HEADER = "text,label\n"


def _open(path: Path, data: bytes, name: str = "a.csv") -> FileSource | Finding:
    path.write_bytes(data)
    return open_source(path, name, Limits())


@pytest.mark.parametrize(
    ("language", "codec"), [(language, codec) for language, codecs in _CODECS.items() for codec in codecs]
)
def test_old_encoding_is_read_as_it_was_written_and_said_to_be_a_guess(
    tmp_path: Path, language: str, codec: str
) -> None:
    lines = _LINES[language]
    if codec in ("euc_jis_2004", "iso2022_jp_2004"):
        lines, codec = lines.replace("①", ""), codec.removesuffix("_2004").replace("euc_jis", "euc_jp")

    source = _open(tmp_path / "file", (_HEADER + lines).encode(codec))

    assert isinstance(source, FileSource)
    found = [tuple(row.values()) for _, row in source.rows() if isinstance(row, dict)]
    assert found == [tuple(line.split(",")) for line in lines.splitlines()]
    assert [note.code for note in source.notes] == ["encoding_guessed"]


def test_guess_shows_what_was_read(tmp_path: Path) -> None:
    source = _open(tmp_path / "file", (_HEADER + _LINES["ko"]).encode("cp949"))

    assert isinstance(source, FileSource)
    assert source.encoding == "euc_kr"
    assert source.notes[0].message == (
        "The file does not say its encoding. It is read as EUC-KR (CP949), for example "
        "'이 호텔은 정말 깨끗하고 조용했어요,긍정'. "
        "If that is not what it says, save the file as UTF-8 and upload it again."
    )


def test_guess_with_a_rival_names_it(tmp_path: Path) -> None:
    source = _open(
        tmp_path / "file", (_HEADER + "été très,a\ndéjà élève,b\n").replace("à", "").encode("cp1252")
    )

    assert isinstance(source, FileSource)
    assert [note.values["reason"] for note in source.notes] == ["rival"]
    assert "Windows-1252" in source.notes[0].message
    assert "Windows-1250" in source.notes[0].message


@pytest.mark.parametrize("text", ["你好,a\n", "one,a\ntwo,b\n"])
def test_utf8_is_no_guess(tmp_path: Path, text: str) -> None:
    source = _open(tmp_path / "file", (_HEADER + text).encode())

    assert isinstance(source, FileSource)
    assert (source.encoding, source.notes) == ("utf-8", ())


@pytest.mark.parametrize("codec", ["cp037", "cp1026"])
def test_what_is_no_writing_in_any_encoding_is_refused(tmp_path: Path, codec: str) -> None:
    source = _open(tmp_path / "file", ("text,label\n" + "some words here,a\n" * 5).encode(codec))

    assert isinstance(source, Finding)
    assert source.code in ("unknown_encoding", "unsupported_format")


@pytest.mark.parametrize(("codec", "language"), [("cp1252", "fr"), ("gbk", "zh"), ("cp1251", "ru")])
def test_utf8_that_was_appended_to_an_old_encoding_is_told_by_line(
    tmp_path: Path, codec: str, language: str
) -> None:
    old = (_HEADER + _LINES[language]).encode(codec)
    appended = "一切都很好,正面\n".encode() if language == "zh" else _LINES[language].splitlines()[0].encode()

    source = _open(tmp_path / "file", old + appended)

    assert isinstance(source, FileSource)
    findings = [(line, row.code) for line, row in source.rows() if isinstance(row, Finding)]
    assert findings == [(len(_LINES[language].splitlines()) + 2, "encoding_changes")]


def test_few_broken_bytes_in_utf8_are_told_by_line(tmp_path: Path) -> None:
    lines = [f"Žluťoučký kůň číslo {n},dobře".encode() for n in range(20)]
    lines[7] = lines[7].replace("č".encode(), b"\xe8")

    source = _open(tmp_path / "file", _HEADER.encode() + b"\n".join(lines))

    assert isinstance(source, FileSource)
    assert source.encoding == "utf-8"
    assert [(line, row.code) for line, row in source.rows() if isinstance(row, Finding)] == [(9, "not_utf8")]
