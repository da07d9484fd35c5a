"""Reserve and settle: the two atomic steps that touch money and limits, one round trip each."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel import redis_names
from kernel.contracts import LimitEntry
from kernel.errors import FineryError, Unavailable
from workers.gateway import errors

_LUA = Path(__file__).parent / "lua"
REDIS_FAILURES = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Money set aside for one call: the most that it can cost; and which limits count the call."""

    tenant_id: str
    request_id: str
    amount_micro_usd: int
    reserved_tokens: int
    minute: int
    limited_by: tuple[str, ...] = ()  # fields of the table `limits`: the organization's, a project's

    def rates(self) -> list[str]:
        return [redis_names.rate(field, self.minute) for field in self.limited_by]

    @property
    def member(self) -> str:
        return f"{self.tenant_id} {self.request_id} {self.amount_micro_usd}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the limits leave after this call, for the rate headers: the tightest of each kind."""

    requests: tuple[int, int]  # left, of how many
    tokens: tuple[int, int]
    seconds_to_reset: int

    def headers(self) -> list[errors.Header]:
        reset = f"{self.seconds_to_reset}s".encode()
        (requests_left, requests), (tokens_left, tokens) = self.requests, self.tokens
        return [
            (b"x-ratelimit-limit-requests", str(requests).encode()),
            (b"x-ratelimit-limit-tokens", str(tokens).encode()),
            (b"x-ratelimit-remaining-requests", str(requests_left).encode()),
            (b"x-ratelimit-remaining-tokens", str(tokens_left).encode()),
            (b"x-ratelimit-reset-requests", reset),
            (b"x-ratelimit-reset-tokens", reset),
        ]


@dataclass(frozen=True, slots=True)
class Use:
    """One limit, by its field in the table, and what its minute has counted so far."""

    field: str
    limit: LimitEntry
    requests: int
    tokens: int


class Limits:
    """The wallet and the rate limits of all tenants, kept in Redis."""

    def __init__(self, redis: "Redis", hold_seconds: int) -> None:
        self._redis, self._hold_seconds = redis, hold_seconds
        self._reserve = redis.register_script((_LUA / "reserve.lua").read_text())
        self._settle = redis.register_script((_LUA / "settle.lua").read_text())

    async def reserve(self, hold: Hold, limits: Sequence[LimitEntry]) -> Room:
        """Set the money aside and count the call in each limit, or none. Repeating it changes nothing.

        `limits` are those that the hold names, in its order.

        Tokens are admitted while the minute has any left, so a minute exceeds its limit by at most one
        reservation; what a call reserved and did not use goes back when it settles.

        Raises:
            RateLimited: the minute is used up. InsufficientQuota: the wallet does not cover the call. Both
                carry the headers that say what is left.
            Unavailable: Redis is down or does not know the wallet; nothing was set aside for long.
        """
        now = time.time()
        try:
            verdict, which, *used = await self._reserve(
                keys=[redis_names.wallet(hold.tenant_id), redis_names.HOLDS, *hold.rates()],
                args=[
                    hold.member,
                    hold.amount_micro_usd,
                    now + self._hold_seconds,
                    hold.reserved_tokens,
                    *(number for limit in limits for number in _numbers(limit)),
                ],
            )
        except REDIS_FAILURES as error:
            # The reply may be what was lost, not the call: then the hold expires by itself.
            raise Unavailable("The service is temporarily unavailable.", retry_after=2) from error
        to_reset = max(1, 60 * (hold.minute + 1) - int(now))
        uses = [Use(*use) for use in zip(hold.limited_by, limits, used[::2], used[1::2], strict=True)]
        room = Room(
            requests=min(_left(use.limit.requests_per_minute, use.requests) for use in uses),
            tokens=min(_left(use.limit.tokens_per_minute, use.tokens) for use in uses),
            seconds_to_reset=to_reset,
        )
        if verdict != b"ok":
            refusal = _refusal(verdict.decode(), uses[which - 1], to_reset)
            refusal.context["headers"] = room.headers()
            raise refusal
        return room

    async def settle(self, hold: Hold, *, cost_micro_usd: int, event: bytes, used_tokens: int) -> None:
        """Release the hold and book the cost with its event; an empty event books nothing.

        May be repeated: the hold is released once, and the ledger drops a second event of one request.

        Raises:
            RedisError, OSError, TimeoutError: try again later.
        """
        await self._settle(
            keys=[
                redis_names.wallet(hold.tenant_id),
                redis_names.HOLDS,
                redis_names.USAGE_STREAM,
                *hold.rates(),
            ],
            args=[
                hold.member,
                hold.amount_micro_usd,
                cost_micro_usd,
                event,
                max(0, hold.reserved_tokens - used_tokens),
            ],
        )

    async def renew(self, members: list[str]) -> None:
        """Put off the expiry of holds whose calls are still running."""
        if members:
            expiry = time.time() + self._hold_seconds
            await self._redis.zadd(redis_names.HOLDS, dict.fromkeys(members, expiry), xx=True)

    async def sweep(self) -> int:
        """Release holds that nobody settled in time, each once. Returns how many."""
        expired: list[Any] = await self._redis.zrangebyscore(
            redis_names.HOLDS, "-inf", time.time(), start=0, num=500
        )
        for member in expired:
            tenant_id, request_id, amount = member.decode().split(" ")
            hold = Hold(
                tenant_id=tenant_id,
                request_id=request_id,
                amount_micro_usd=int(amount),
                reserved_tokens=0,
                minute=0,
            )
            await self.settle(hold, cost_micro_usd=0, event=b"", used_tokens=0)
        return len(expired)


def _left(limit: int, used: int) -> tuple[int, int]:
    return max(0, limit - used), limit


def _numbers(limit: LimitEntry) -> tuple[int, int]:
    return limit.requests_per_minute, limit.tokens_per_minute


def _refusal(verdict: str, use: Use, to_reset: int) -> FineryError:
    if verdict == "quota":
        return errors.insufficient_quota()
    if verdict == "wallet":
        return Unavailable("The balance of this organization is not known yet.", retry_after=5)
    project, _, base = use.field.partition("/")
    of = f" for {base} in project {project}" if base else ""
    if verdict == "requests":
        return errors.rate_limited(verdict, use.limit.requests_per_minute, use.requests, to_reset, of=of)
    return errors.rate_limited(verdict, use.limit.tokens_per_minute, use.tokens, to_reset, of=of)
