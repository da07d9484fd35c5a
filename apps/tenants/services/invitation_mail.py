"""The mail of an invitation: what it says, and how many may be sent.

Whoever signs up can send it to any address, so it carries no words of theirs that lead anywhere, and what was
sent is counted, not what is open.
"""

import time
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail

from apps.core.redis import client
from apps.tenants.addresses import mailbox
from kernel import redis_names
from kernel.errors import RateLimited
from kernel.keys import key_hash

LIFETIME = timedelta(days=7)
MAX_NAME = 60
_HOUR, _DAY = 3600, 24 * 3600
PER_INVITER = {_HOUR: 30, _DAY: 100}  # seconds -> mails that one person may send, in all organizations
PER_RECIPIENT = {_DAY: 3}  # that one mailbox may be sent, by everybody

# Count a mail in each window, or in none when one is full. Answers 0, or which window is full (from 1).
_COUNT = """
for index, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[2 * index - 1]) then return index end
end
for index, key in ipairs(KEYS) do
    redis.call('INCR', key)
    redis.call('EXPIRE', key, ARGV[2 * index])
end
return 0
"""


def count_invitation(*, inviter: str, recipient: str) -> None:
    """Count one more mail against both mailboxes, or none and raise RateLimited, with the wait."""
    now = int(time.time())
    windows = [(inviter, *window) for window in PER_INVITER.items() if inviter]
    windows += [(recipient, *window) for window in PER_RECIPIENT.items()]
    keys = [
        _counter(who, f"{'to' if who == recipient else 'by'}:{now // seconds}") for who, seconds, _ in windows
    ]
    arguments = [number for _, seconds, most in windows for number in (most, seconds)]
    full = int(client().eval(_COUNT, len(keys), *keys, *arguments))
    if full:
        _, seconds, _ = windows[full - 1]
        is_inviter = full <= len(windows) - len(PER_RECIPIENT)
        raise RateLimited(
            "You have sent too many invitations. Please try again later."
            if is_inviter
            else "This address was sent too many invitations. Please try again later.",
            param=None if is_inviter else "email",
            retry_after=seconds - now % seconds,
        )


def _counter(address: str, window: str) -> str:
    return redis_names.invitations(key_hash(f"invitations {mailbox(address)}", settings.KEY_PEPPER), window)


def send_invitation(email: str, *, organization: str, inviter: str, token: str) -> None:
    link = f"{settings.PUBLIC_URL}/invitations/{token}"
    name, days = harmless(organization), LIFETIME.days
    body = (
        f"{inviter or 'An administrator'} invited you to join {name or 'an organization'} on Finery.\n"
        f"Accept the invitation (the link works once, for {days} days):\n\n{link}\n\n"
        "If you do not know the sender, ignore this email.\n\n\n"
        f"{inviter or '管理员'} 邀请您加入 Finery 上的{f'“{name}”' if name else '一个组织'}。\n"
        f"点击以下链接接受邀请（{days} 天内有效，仅可使用一次）：\n\n{link}\n\n"
        "如果您不认识发件人，请忽略此邮件。\n"
    )
    send_mail("[Finery] You are invited to an organization / 组织邀请", body, None, [email])


def harmless(name: str) -> str:
    """A name with nothing that a mail program would make a link of, on one line, of bounded length."""
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" or letter in "-&'()·" else " " for letter in name
    )
    return " ".join(kept.split())[:MAX_NAME].strip()
