"""Languages of rows."""

import pytest

from workers.doctor.examine.languages import Languages, guess, language_of

ENGLISH = "I would like to know where my parcel is, because it has not arrived yet"
GERMAN = "Ich möchte gerne wissen, wo mein Paket ist, weil es noch nicht angekommen ist"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("我的包裹在哪里", "zh"),
        ("我的包裹在哪裡，還沒有收到", "zh"),
        ("荷物はどこですか", "ja"),
        ("제 소포는 어디에 있나요", "ko"),
        ("我的iPhone在哪里可以维修呢？", "zh"),
        ("我想问 where is my parcel 谢谢你们啦", "mul"),
    ],
)
def test_a_language_is_known(text, language):
    assert guess(text) == (language, True)


@pytest.mark.parametrize("text", ["card", "12345", "", "ok thanks"])
def test_a_short_text_is_not_sure(text):
    assert guess(text)[1] is False


def test_unsure_rows_count_as_what_the_file_mostly_is_or_as_unknown():
    languages = Languages()
    for line, text in enumerate([ENGLISH] * 5 + ["where is my card", "999", "我的包裹在哪里"], 1):
        languages.add(line, text)

    assert languages.main == "en"
    assert languages.result() == [
        {"language": "en", "rows": 6},
        {"language": "zh", "rows": 1},
        {"language": "und", "rows": 1},
    ]


def test_few_rows_in_another_language_are_told():
    languages = Languages()
    for line in range(1, 40):
        languages.add(line, "我的包裹在哪里")
    languages.add(40, GERMAN)

    found = languages.warnings()

    assert [(warning.code, warning.line) for warning in found] == [("other_language", 40)]
    assert found[0].message == "Line 40 is in another language (de) than most rows (zh)."


def test_a_file_in_two_languages_is_no_mistake():
    languages = Languages()
    for line in range(1, 40):
        languages.add(line, ENGLISH if line % 2 else "我的包裹在哪里")

    assert languages.warnings() == []


def test_one_row_is_judged_by_its_file():
    assert language_of("where is my card", "en") == "en"
    assert language_of("12345", "en") == "und"
    assert language_of("我的包裹在哪里", "en") == "zh"
