"""BIO labels over a text, out of the names that were marked in it."""

import re
from typing import Any

from workers.doctor.finding import Finding, Row, cut
from workers.doctor.formats.fields import error

# A Chinese, Japanese or Korean character is a token of its own; elsewhere a word or a sign is.
_WIDE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]+|\S")


def to_token_labels(text: str, marked: dict[Any, Any], line: int, param: str) -> Row | Finding:
    """`marked` says of each name in the text what it is. Every place where it stands is labelled."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    labels = ["O"] * len(spans)
    for name, label in sorted(marked.items(), key=lambda item: -len(str(item[0]))):
        if not isinstance(label, str) or not label.strip():
            return error(line, param, "invalid_label", reason="entity", name=cut(name))
        if not _mark(text, str(name), label.strip(), spans, labels):
            return error(line, param, "entity_not_found", name=cut(name))
    return {"tokens": [text[start:end] for start, end in spans], "labels": labels}


def _mark(text: str, name: str, label: str, spans: list[tuple[int, int]], labels: list[str]) -> bool:
    """Label the name's tokens where none is labelled yet; False when it stands nowhere."""
    is_found = False
    for match in re.finditer(re.escape(name), text, re.IGNORECASE) if name.strip() else ():
        is_found = True
        first, last = match.span()
        inside = [place for place, (start, end) in enumerate(spans) if start < last and end > first]
        if all(labels[place] == "O" for place in inside):
            for place in inside:
                labels[place] = f"{'B' if place == inside[0] else 'I'}-{label}"
    return is_found
