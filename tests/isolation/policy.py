"""The policy as people read it: the table of docs/permissions.md. Whoever changes one changes the other."""

from pathlib import Path

from kernel.policy import KEY_SCOPES, POLICY, SENSITIVE, Action, Role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def rows() -> list[str]:
    """The table's lines, as the code has it."""
    head = ["| action | " + " | ".join(role.replace("_", " ") for role in Role) + " | notes |"]
    line = ["| --- |" + " :-: |" * len(Role) + " --- |"]
    return head + line + [_row(action) for action in Action]


def _row(action: Action) -> str:
    notes = [
        word
        for word, holds in (("sensitive", action in SENSITIVE), ("scope of keys", action in KEY_SCOPES))
        if holds
    ]
    cells = ["yes" if action in POLICY[role] else "" for role in Role]
    return f"| `{action}` | " + " | ".join(cells) + f" | {', '.join(notes)} |"


def written() -> list[str]:
    """The table's lines, as the page has it."""
    return [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
