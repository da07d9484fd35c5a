"""Numbers that prove themselves: by checksum, by issuer, by numbering plan.

Source: ISO 7064 (MOD 97-10, MOD 11-2), ISO/IEC 7812 (Luhn), GB 11643-1999.
"""

import re
from datetime import date

import phonenumbers

_IBAN_LENGTHS = {
    length: set(codes.split())
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
    }.items()
}
_ISSUERS = (  # of payment cards: first digits, lengths
    (r"4", {13, 16, 19}),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", {16}),  # Mastercard
    (r"3[47]", {15}),  # American Express
    (r"62", {16, 17, 18, 19}),  # UnionPay
    (r"6011|64[4-9]|65", {16}),  # Discover
    (r"352[89]|35[3-8]", {16}),  # JCB
    (r"30[0-5]|3[689]", {14}),  # Diners Club
)


def is_iban(value: str) -> bool:
    text = value.replace(" ", "")
    if text[:2] not in _IBAN_LENGTHS.get(len(text), ()):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def is_payment_card(value: str) -> bool:
    digits = value.replace(" ", "").replace("-", "")
    issued = any(len(digits) in lengths and re.match(first, digits) for first, lengths in _ISSUERS)
    return issued and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0


def is_chinese_id(value: str) -> bool:
    """A resident identity number: six digits of a place, eight of a birthday, three, and a check digit."""
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(value[:17]))
    return 1900 <= born.year < 2100 and "10X98765432"[total % 11] == value[17].upper()


def is_us_ssn(value: str) -> bool:
    area, group, serial = value.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_phone(value: str) -> bool:
    """A number that can be called: with its country's code, or in China's, Britain's or the US's plan."""
    digits = re.sub(r"\D", "", value)
    if value.startswith("+"):
        return _is_valid(value, None)
    if digits.startswith("1"):
        return len(digits) == 11  # a Chinese mobile number, by the pattern
    if digits.startswith("0"):
        return _is_valid(digits, "CN") or _is_valid(digits, "GB")
    return _is_valid(digits, "US")


def _is_valid(value: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False
