"""Labels that are probably wrong."""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from workers.doctor.examine.label_noise import find_suspects, warnings

SAMPLES = Path(__file__).resolve().parents[3] / "apps" / "datasets" / "samples"
WORDS = {
    "refund": "refund money back paid amount returned account bank days waiting",
    "delivery": "parcel courier delivery late address tracking shipped door box arrive",
    "password": "password login account reset email link code locked forgot browser",
    "退款": "退款到账银行卡金额几天没有收到钱原路返回支付宝",
    "物流": "快递物流包裹配送地址派送延误签收单号发货",
}


def made_up(rows: int, seed: int = 1) -> list[tuple[int, str, str]]:
    chance = random.Random(seed)
    found = []
    for line in range(1, rows + 1):
        label = chance.choice(list(WORDS))
        words = WORDS[label].split() if label.isascii() else list(WORDS[label])
        joint = " " if label.isascii() else ""
        found.append((line, joint.join(chance.choices(words, k=8)), label))
    return found


def with_wrong_labels(examples, share, seed=2):
    """(examples, {line: right label}) with other labels on a share of them."""
    chance = random.Random(seed)
    labels = sorted({label for _, _, label in examples})
    wrong = {line: label for line, _, label in chance.sample(examples, int(share * len(examples)))}
    return [
        (line, text, chance.choice([other for other in labels if other != label]) if line in wrong else label)
        for line, text, label in examples
    ], wrong


def test_planted_labels_are_found_and_put_right():
    examples, wrong = with_wrong_labels(made_up(600), 0.05)

    found = find_suspects(examples)

    assert {suspect["line"] for suspect in found} == set(wrong)
    assert all(suspect["suggested"] == wrong[suspect["line"]] for suspect in found)
    assert find_suspects(examples) == found


def test_sound_labels_raise_no_suspicion():
    assert find_suspects(made_up(600)) == []


@pytest.mark.parametrize("name", ["customer_intents_en.csv", "customer_intents_zh.csv"])
def test_suspects_of_real_messages_are_mostly_right(name):
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        rows = [(line, row["text"], row["label"]) for line, row in enumerate(csv.DictReader(file), 2)]
    examples, wrong = with_wrong_labels(rows, 0.05)

    found = [suspect["line"] for suspect in find_suspects(examples)]

    assert len(found) >= 8
    assert len(set(found) & set(wrong)) / len(found) >= 0.6  # by chance: 0.05


@pytest.mark.parametrize(
    "examples",
    [
        [],
        made_up(49),
        [(line, text, "only") for line, text, _ in made_up(100)],
        [(line, text, f"label {line}") for line, text, _ in made_up(100)],
    ],
)
def test_too_little_to_judge_by_is_not_judged(examples):
    assert find_suspects(examples) == []


def test_suspects_are_bounded():
    examples, _ = with_wrong_labels(made_up(4_000), 0.05)

    assert len(find_suspects(examples)) == 100


def test_a_suspect_is_told_in_words():
    found = warnings([{"line": 7, "label": "refund", "suggested": "delivery", "confidence": 0.9}])

    assert (found[0].line, found[0].code, found[0].is_error) == (7, "suspected_label", False)
    assert found[0].message == "Line 7: the text looks like 'delivery', but its label is 'refund'."


def test_labels_that_the_text_does_not_tell_accuse_nobody():
    chance = random.Random(3)
    examples = [(line, text, chance.choice(["yes", "no"])) for line, text, _ in made_up(600)]

    assert find_suspects(examples) == []


IN_ITS_LIMITS = """
from workers.doctor import limits, read
limits.apply(limits.MEMORY_BYTES, 60, 1 << 20)
from workers.doctor.examine.label_noise import find_suspects
texts = [f"text {n % 40} {'x' * 280} {n * 7919 % 997}" for n in range(4000)]
print(len(find_suspects([(n, text, f"label {n % 40}") for n, text in enumerate(texts)])))
"""


def test_it_has_room_enough_where_files_are_read():
    """OpenBLAS asks for ever for memory that a limit refuses it: long files were never read to their end."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": "platform:."}

    done = subprocess.run(
        [sys.executable, "-c", IN_ITS_LIMITS], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout == "0\n", done.stderr
