"""In which language each row is: by script where that decides it, by character statistics elsewhere."""

import re
from collections import Counter
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from workers.doctor.finding import Finding
from workers.doctor.formats.fields import warning

UNKNOWN, MIXED, _NO_LANGUAGE = "und", "mul", "zxx"  # as ISO 639-2 has them
_MOST_FINDINGS = 1_000
_SEEN, _IDENTIFIED = 2_000, 200  # characters of the end of a row: there is the answer
_LETTERS, _SURE = 20, 0.9
_MOST, _FEW = 0.8, 0.05  # a share that makes a language the file's, and one that makes it stand out
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]+")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+")
_LETTER = re.compile(r"[^\W\d_]+")


def count_wide(text: str) -> int:
    """Characters of Chinese, Japanese and Korean: each says as much as two or three letters."""
    return sum(_count(script, text) for script in (_HAN, _KANA, _HANGUL))


def guess(text: str) -> tuple[str, bool]:
    """(language as ISO 639 has it, whether that is sure). Every Chinese is `zh`."""
    seen = text[-_SEEN:]
    han, kana, hangul = (_count(script, seen) for script in (_HAN, _KANA, _HANGUL))
    wide, letters = han + kana + hangul, _count(_LETTER, seen)
    if wide:
        share = 3 * wide / (letters + 2 * wide)
        if share > 0.7:
            return ("ko" if hangul > han + kana else "ja" if 20 * kana > wide else "zh"), True
        if share > 0.25:
            return MIXED, True
    if not letters:
        return UNKNOWN, False
    language, probability = _identifier().classify(seen[-_IDENTIFIED:])
    if language == _NO_LANGUAGE:
        return UNKNOWN, False
    return str(language), letters >= _LETTERS and float(probability) >= _SURE


class Languages:
    """Fed row by row. A guess that is not sure counts as what the file mostly is, or as unknown."""

    def __init__(self) -> None:
        self._sure: Counter[str] = Counter()
        self._unsure: Counter[str] = Counter()
        self._first: dict[str, list[int]] = {}

    def add(self, line: int, text: str) -> None:
        language, is_sure = guess(text)
        (self._sure if is_sure else self._unsure)[language] += 1
        if is_sure and len(lines := self._first.setdefault(language, [])) < _MOST_FINDINGS:
            lines.append(line)

    @property
    def main(self) -> str:
        """What most rows are in, of those that are sure."""
        return self._sure.most_common(1)[0][0] if self._sure else UNKNOWN

    def result(self) -> list[dict[str, Any]]:
        """The report's `languages`, the most frequent first."""
        counts = Counter(self._sure)
        counts[self.main] += self._unsure[self.main]
        counts[UNKNOWN] += self._unsure.total() - self._unsure[self.main]
        return [{"language": language, "rows": rows} for language, rows in counts.most_common() if rows]

    def warnings(self) -> list[Finding]:
        """Rows of a language that few rows are in, in a file that is nearly all in one."""
        return [
            warning(line, None, "other_language", language=language, main=self.main)
            for language in self._strange()
            for line in self._first[language]
        ]

    def totals(self) -> dict[str, int]:
        """How many rows these warnings are of, listed or not."""
        return {"other_language": sum(self._sure[language] for language in self._strange())}

    def _strange(self) -> list[str]:
        known = self._sure.total()
        if self._sure[self.main] < _MOST * known:
            return []
        return [
            language
            for language, rows in self._sure.most_common()
            if rows <= _FEW * known and language not in (self.main, MIXED)
        ]


def language_of(text: str, main: str) -> str:
    """One row's language in a file that is mostly in `main`."""
    language, is_sure = guess(text)
    return language if is_sure or language == main else UNKNOWN


def _count(script: re.Pattern[str], text: str) -> int:
    return sum(len(run) for run in script.findall(text))


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)  # a second, so only when needed
