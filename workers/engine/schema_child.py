"""`python -m workers.engine.schema_child FOLDER`: compiles JSON schemas of strangers, and may die of it.

Started by `schemas.py`. Reads a schema in one line, answers in one line: JSON text, empty when the engine can
serve the schema, else the reason. A schema that costs more than the limits below ends the process: the kernel
sees to that, so no code of a library can hold it up.
"""

import json
import random
import resource
import signal
import sys
from pathlib import Path

import llguidance

from kernel.processes import die_with_parent

CPU_SECONDS = 0.1  # one schema; ordinary ones take a few milliseconds
MEMORY_BYTES = 256 * 1024 * 1024  # on top of what the process has before its first schema
_STEPS = 24  # tokens of an answer that are tried: some grammars compile and cannot be followed
_LONGEST_REASON = 200
_WORDS = (
    ("oneOf constraints", "The branches of 'oneOf' overlap; use 'anyOf'."),
    ("regex parse error", "A pattern is not supported: it has look-around, a back-reference or a mistake."),
    ("NoExtension", "No answer can match it."),
    ("lexer error", "It is too complex to be followed."),
    ("Parser Error", "It is too complex to be followed."),
)


def main(folder: Path) -> None:
    die_with_parent()
    tokenizer = llguidance.LLTokenizer((folder / "tokenizer.json").read_text())
    _limit_memory()
    _answer("")  # ready
    for line in sys.stdin.buffer:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # processor time: a busy machine changes nothing
        reason = refusal(tokenizer, line.decode())
        signal.setitimer(signal.ITIMER_PROF, 0)
        _answer(reason)


def refusal(tokenizer: "llguidance.LLTokenizer", schema: str) -> str:
    """Why the engine cannot serve the schema; empty when it can. Compiles as the engine does (launch.py)."""
    try:
        grammar = llguidance.LLMatcher.grammar_from_json_schema(
            schema, defaults={"whitespace_flexible": False}
        )
    except ValueError as error:
        return _short(str(error))
    matcher = llguidance.LLMatcher(tokenizer, grammar, log_level=0)
    choose = random.Random(schema)  # the same schema has the same verdict
    for _ in range(_STEPS):
        if matcher.is_error():
            return _short(matcher.get_error())
        if matcher.is_stopped():
            return ""
        allowed = [at for at, byte in enumerate(matcher.compute_bitmask()) if byte]
        if matcher.is_error():
            return _short(matcher.get_error())
        if not allowed:
            return "No answer can match it."
        matcher.consume_token(_token(matcher.compute_bitmask(), choose.choice(allowed)))
    return _short(matcher.get_error()) if matcher.is_error() else ""


def _token(mask: bytes, at: int) -> int:
    return 8 * at + next(bit for bit in range(8) if mask[at] >> bit & 1)


def _short(reason: str) -> str:
    for start, words in _WORDS:
        if reason.startswith(start):
            return words
    return reason.splitlines()[0][:_LONGEST_REASON]


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(reason: str) -> None:
    sys.stdout.buffer.write(json.dumps(reason).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
