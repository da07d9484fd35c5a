"""Slot values: the names, order numbers, prices and dates that fill the flows."""

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

BANK = Path(__file__).parent / "bank"
INVENTED_NAME_SHARE = 0.35
"""Share of names and companies made of random syllables, so that the model learns to copy, not to recall."""

NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Lists = dict[str, list[str]]


def load_lists() -> tuple[Lists, Lists]:
    """Read slots.toml: the plain lists and the lists of the ``[rewrite]`` table."""
    raw = tomllib.loads((BANK / "slots.toml").read_text(encoding="utf-8"))
    rewrite: Lists = raw.pop("rewrite")
    lists = {key: value.split() if isinstance(value, str) else list(value) for key, value in raw.items()}
    return lists, rewrite


class Slots:
    """Values bound for one flow: asking twice for a slot gives the same value.

    ``item2`` is another value of ``item``, never equal to it.
    """

    def __init__(self, rng: random.Random, lists: Lists, kept: dict[str, str] | None = None) -> None:
        self.rng = rng
        self.lists = lists
        self.bound = dict(kept or {})

    def get(self, name: str) -> str:
        """Value of a slot, drawn at the first call."""
        if name not in self.bound:
            self.bound[name] = self._draw_unlike_bound(name)
        return self.bound[name]

    def _draw_unlike_bound(self, name: str) -> str:
        base = name.rstrip("0123456789")
        taken = {value for key, value in self.bound.items() if key.rstrip("0123456789") == base}
        for _ in range(20):
            value = self._draw(base)
            if value not in taken:
                return value
        return value

    def _draw(self, name: str) -> str:
        made = MAKERS.get(name)
        return made(self) if made else self.pick(name)

    def pick(self, name: str) -> str:
        """One value of a plain list."""
        return self.rng.choice(self.lists[name])

    def number(self, low: int, high: int) -> str:
        """A whole number, both ends included."""
        return str(self.rng.randint(low, high))

    def digits(self, count: int) -> str:
        """A string of digits that does not start with zero."""
        return self.number(10 ** (count - 1), 10**count - 1)

    def invented(self, low: int, high: int) -> str:
        """A made-up capitalised word of ``low`` to ``high`` syllables."""
        return "".join(self.pick("syllable") for _ in range(self.rng.randint(low, high))).capitalize()


def _name(slots: Slots) -> str:
    return slots.invented(2, 3) if slots.rng.random() < INVENTED_NAME_SHARE else slots.pick("name")


def _order(slots: Slots) -> str:
    kinds = (
        lambda: slots.digits(5),
        lambda: slots.digits(6),
        lambda: slots.digits(4),
        lambda: "#" + slots.digits(slots.rng.randint(4, 6)),
        lambda: slots.rng.choice("ABCDEFGHKMPRSTX") + slots.digits(slots.rng.randint(4, 5)),
        lambda: slots.rng.choice(["FN", "ORD", "A", "B", "EU", "US", "SO", "X"]) + "-" + slots.digits(5),
        lambda: slots.digits(3) + "-" + slots.digits(4),
    )
    return slots.rng.choice(kinds)()


def _item_plain(slots: Slots) -> str:
    return slots.pick(slots.rng.choice(["clothing", "device", "goods", "goods"]))


def _item(slots: Slots) -> str:
    adjective = slots.rng.random()
    if adjective < 0.35:
        return f"{slots.pick('color')} {_item_plain(slots)}"
    if adjective < 0.42:
        return f"{slots.rng.choice(['small', 'large', 'new', 'wooden', 'leather'])} {_item_plain(slots)}"
    return _item_plain(slots)


def _price(slots: Slots) -> str:
    cents = slots.rng.choice(["", "", ".99", ".50", ".95", ".00", ".20"])
    return f"${slots.rng.choice([slots.number(2, 30), slots.number(10, 250)])}{cents}"


def _email(slots: Slots) -> str:
    first = _name(slots).lower()
    tail = slots.rng.choice(["", slots.number(1, 99), "." + slots.pick("surname").lower()])
    return f"{first}{tail}@{slots.pick('domain')}"


def _company(slots: Slots) -> str:
    if slots.rng.random() < 0.5:
        return slots.invented(2, 4) + slots.pick("company_end")
    noun = slots.pick("company_noun")
    joined = noun.lower() if slots.rng.random() < 0.3 else " " + noun
    return slots.pick("company_word") + joined + slots.pick("company_end")


def _time(slots: Slots) -> str:
    hour = slots.number(1, 12)
    return slots.rng.choice(
        [f"{hour} pm", f"{slots.number(8, 11)} am", f"{hour}:30", f"{hour}:15 pm", f"{hour}:00"]
    )


def _phone(slots: Slots) -> str:
    kinds = (
        lambda: f"{slots.digits(3)}-{slots.digits(3)}-{slots.digits(4)}",
        lambda: f"0{slots.digits(2)} {slots.digits(4)} {slots.digits(4)}",
        lambda: f"+{slots.number(1, 99)} {slots.digits(3)} {slots.digits(6)}",
        lambda: f"{slots.digits(3)}-{slots.digits(4)}",
    )
    return slots.rng.choice(kinds)()


def _street_address(slots: Slots) -> str:
    return f"{slots.number(1, 250)} {slots.pick('street')}"


def _address(slots: Slots) -> str:
    street = _street_address(slots)
    return f"{street}, {slots.pick('city')}" if slots.rng.random() < 0.4 else street


def _code(slots: Slots) -> str:
    word = slots.rng.choice(["SAVE", "SUMMER", "WELCOME", "HELLO", "SPRING", "VIP", "GIFT", "SALE", "NEW"])
    return slots.rng.choice([word + slots.number(5, 50), slots.invented(2, 2).upper() + slots.digits(2)])


def _bot(slots: Slots) -> str:
    return slots.invented(2, 3) if slots.rng.random() < 0.5 else slots.pick("bot")


MAKERS: dict[str, Callable[[Slots], str]] = {
    "name": _name,
    "order": _order,
    "item": _item,
    "item_plain": _item_plain,
    "price": _price,
    "fact_price": _price,
    "fact_cost": _price,
    "email": _email,
    "company": _company,
    "time": _time,
    "phone": _phone,
    "address": _address,
    "street_address": _street_address,
    "code": _code,
    "bot": _bot,
    "nword": lambda slots: NUMBER_WORDS[int(slots.get("n"))],
    "n": lambda slots: slots.number(2, 9),
    "m": lambda slots: slots.number(2, 6),
    "num": lambda slots: slots.number(2, 999),
    "days": lambda slots: slots.rng.choice(
        ["2 to 3", "2 to 4", "3 to 5", "1 to 2", "4 to 6", "5 to 7", "3 to 4"]
    ),
    "window": lambda slots: slots.rng.choice(["14", "30", "30", "28", "60", "7", "100"]),
    "bigprice": lambda slots: (
        f"${slots.rng.choice([20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 300, 500])}"
    ),
    "date": lambda slots: f"{slots.pick('month')} {slots.number(1, 28)}",
    "time_am": lambda slots: slots.rng.choice(["8 am", "9 am", "10 am", "8:30 am", "9:30 am", "7 am"]),
    "time_pm": lambda slots: slots.rng.choice(["5 pm", "6 pm", "7 pm", "8 pm", "9 pm", "6:30 pm", "3 pm"]),
    "fact_open": lambda slots: (
        slots.rng.choice(["6", "7", "8", "9", "10", "11", "7:30", "8:30", "9:15"]) + " am"
    ),
    "fact_close": lambda slots: (
        slots.rng.choice(["3", "4", "5", "6", "7", "8", "9", "10", "5:30", "6:45"]) + " pm"
    ),
    "fact_returns": lambda slots: slots.number(5, 120),
    "fact_delivery": lambda slots: slots.number(2, 15),
    "track": lambda slots: slots.rng.choice(["1Z", "TR", "PK", ""]) + slots.digits(8),
    "cardnum": lambda slots: " ".join(slots.digits(4) for _ in range(4)),
    "zprice": lambda slots: slots.number(10, 500),
}
