"""Secrets and personal data. Keys are put together here, so that no scanner takes them for real."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.doctor.examine.sensitive import SensitiveData, find, mask, redact

CARD, IBAN, CHINESE_ID = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "11010519491231002X"
KEY = "sk-" + "aB3d" * 8
TOKEN = ".".join(["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0", "abcdefghijkl"])
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE-abc\n-----END RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Write to ann.lee+1@mail.example.com, please.", "Write to [email], please."),
        ("请联系kefu@songbai.example，谢谢", "请联系[email]，谢谢"),
        ("ａｎｎ＠ｍａｉｌ．ｃｏｍ", "[email]"),
        ("电话13800138000，或138-0013-8000", "电话[phone]，或[phone]"),
        ("手机１３８００１３８０００", "手机[phone]"),
        ("座机010-62345678转8", "座机[phone]转8"),
        ("Call (415) 555-2671 or +44 20 7946 0958!", "Call [phone] or [phone]!"),
        (f"card {CARD}.", "card [payment_card]."),
        ("银行卡4111111111111111号", "银行卡[payment_card]号"),
        (f"to {IBAN} today", "to [iban] today"),
        (f"身份证{CHINESE_ID}，谢谢", "身份证[chinese_id]，谢谢"),
        ("SSN 078-05-1120", "SSN [us_ssn]"),
        ("from 8.8.8.8 and 2001:4860:4860::8888", "from [ip_address] and [ip_address]"),
        (f"key={KEY}", "key=[api_key]"),
        ("AKIA" + "IOSFODNN7EXAMPLE", "[api_key]"),
        ("ghp_" + "a1B2" * 9, "[api_key]"),
        ("xoxb-" + "1234567890-abc", "[api_key]"),
        ("AIza" + "a1B2c" * 7, "[api_key]"),
        ("sk_live_" + "a1B2" * 6, "[api_key]"),
        (f"Bearer {TOKEN}", "Bearer [access_token]"),
        (f"x {PEM} y", "x [private_key] y"),
        ("postgres://ann:geheim@db/x", "[password]db/x"),
    ],
)
def test_it_is_found_and_hidden(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "card 4111 1111 1111 1112",  # the checksum is wrong
        "order 123456789012345",  # no issuer
        "DE88 3704 0044 0532 0130 00",
        "身份证110105194912310021",
        "身份证11010519491331002X",  # no such month
        "SSN 000-05-1120",
        "192.168.1.1, 127.0.0.1, 999.1.1.1, v1.2.3.4, 1.2.3.4.5",
        "2024-01-02 12:30:45, total 1,234.56, 12:30:45",
        "电话12345678901",
        "Call 123-456-7890",  # no such area code
        "me@home and @handle, a@b",
        "https://example.com:8080/path@x",
        "sk-short, task-force, ghp_short, eyJ.eyJ.x",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert redact(text) is text


def test_places_are_those_of_the_text():
    text = f"１：{CARD}；ann@mail.example"

    assert [(secret.kind, text[secret.start : secret.end]) for secret in find(text)] == [
        ("payment_card", CARD),
        ("email", "ann@mail.example"),
    ]


@pytest.mark.parametrize(
    ("value", "masked"),
    [("8.8.8.8", "•••••••"), ("13800138000", "1•••••••••0"), (KEY, "sk-a••••••••••••aB3d")],
)
def test_a_masked_value_shows_an_eighth_at_either_end(value, masked):
    assert mask(value) == masked


def test_the_report_holds_no_value():
    found = SensitiveData()
    found.add(1, "nothing")
    found.add(3, f"{KEY} and {KEY[::-1]} and 13800138000")
    found.add(4, "13900139000, 13800138000")

    assert found.result() == [
        {"kind": "phone", "rows": 2, "lines": [3, 4], "example": "1•••••••••0"},
        {"kind": "api_key", "rows": 1, "lines": [3], "example": "sk-a••••••••••••aB3d"},
    ]
    assert found.rows == 2
    assert [(warning.line, warning.fix) for warning in found.warnings()] == [
        (3, "redact_sensitive"),
        (3, "redact_sensitive"),
        (4, "redact_sensitive"),
    ]
    assert not any("138001" in warning.message for warning in found.warnings())


HOSTILE = [
    "a",
    "1",
    "1 ",
    "a@",
    "a.b@",
    "a@a.",
    "a@a-",
    "a://b:",
    "eyJ",
    "eyJaaaaaaaaaaaa.",
    "AA11 ",
    "1:",
    "+1-",
]
HOSTILE += ["-----BEGIN PRIVATE " + "KEY-----", "sk-", "1.1.1.", "A1", "(", "123-45-", "１"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_a_hostile_text(piece):
    text = (piece * 1_000_000)[:1_000_000]
    started = time.process_time()

    find(text)

    assert time.process_time() - started < 5  # a tenth of it in truth; a quadratic pattern takes hours


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="a1@.:-+ sk_eyJ/中１", max_size=200))
def test_what_is_hidden_is_not_found_again(text):
    redacted = redact(text)

    assert [secret for secret in find(redacted) if "[" in redacted[secret.start : secret.end]] == []
    assert (redacted == text) == (find(text) == [])
