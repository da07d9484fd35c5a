"""Each tenant's wallet as gateways see it, in Redis. The ledger is the truth; this is its published copy.

What may be spent is the ledger's balance less `unposted` (calls that ended) less `held` (calls that run).
Gateways and jobs set money aside in the same place, each in one step, so that none spends the other's.
"""

import time
from dataclasses import dataclass

from redis.exceptions import RedisError

from apps.core.redis import client
from kernel import redis_names
from kernel.errors import InsufficientQuota, Unavailable

NO_CREDIT = (
    "You exceeded your current quota, please check your plan and billing details: "
    "the balance, less what running calls hold, does not cover what this can cost."
)

# A posting publishes the balance after it; an older one that arrives late changes nothing.
_PUBLISH = """
local held = redis.call('HGET', KEYS[1], 'ledger_sequence')
if held and tonumber(held) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'ledger_micro_usd', ARGV[1], 'ledger_sequence', ARGV[2])
return 1
"""

# A settled call moves from `unposted` into the ledger's balance, exactly when its message leaves the stream.
_ACKNOWLEDGE = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('HINCRBY', KEYS[2], 'unposted_micro_usd', -tonumber(ARGV[3]))
local held = redis.call('HGET', KEYS[2], 'ledger_sequence')
if not held or tonumber(held) < tonumber(ARGV[5]) then
    redis.call('HSET', KEYS[2], 'ledger_micro_usd', ARGV[4], 'ledger_sequence', ARGV[5])
end
return 1
"""

# Set money aside, if what is left covers it. The caller has the wallet's lock and knows the ledger's balance;
# it is not written here, for the caller's transaction may still be undone.
_HOLD = """
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 1 end
local purse = redis.call(
    'HMGET', KEYS[1], 'ledger_sequence', 'ledger_micro_usd', 'unposted_micro_usd', 'held_micro_usd')
local balance = tonumber(ARGV[4])
if purse[1] and tonumber(purse[1]) > tonumber(ARGV[5]) then balance = tonumber(purse[2]) end
if balance - tonumber(purse[3] or 0) - tonumber(purse[4] or 0) < tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'held_micro_usd', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
"""

# The ledger has the hold: publish its balance and give the hold back, in one step.
_HAND_OVER = """
local known = redis.call('HGET', KEYS[1], 'ledger_sequence')
if not known or tonumber(known) < tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[1], 'ledger_micro_usd', ARGV[3], 'ledger_sequence', ARGV[4])
end
if redis.call('ZREM', KEYS[2], ARGV[1]) == 1 then
    redis.call('HINCRBY', KEYS[1], 'held_micro_usd', '-' .. ARGV[2])
end
"""

# An unused hold ends by itself: after the reconciler, which runs more often, has published the balance.
_HOLD_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHold:
    """A job's money while it moves from what may be spent to what the ledger holds."""

    tenant_id: str
    job_id: str
    amount_micro_usd: int

    @property
    def _member(self) -> str:
        return f"{self.tenant_id} {self.job_id} {self.amount_micro_usd}"

    def take(self, *, balance_micro_usd: int, sequence: int) -> None:
        """Set it aside, seen by every gateway at once.

        Raises:
            InsufficientQuota: what is left after ended and running calls does not cover it.
            Unavailable: that cannot be said now; nothing is set aside for long.
        """
        expiry = time.time() + _HOLD_SECONDS
        try:
            is_held = self._run(_HOLD, expiry, balance_micro_usd, sequence)
        except RedisError as error:
            raise Unavailable("The service is temporarily unavailable.", retry_after=2) from error
        if not is_held:
            raise InsufficientQuota(NO_CREDIT)

    def hand_over(self, *, balance_micro_usd: int, sequence: int) -> None:
        """Once the ledger has it: the balance after posting number `sequence` is without it."""
        self._run(_HAND_OVER, balance_micro_usd, sequence)

    def _run(self, script: str, *numbers: float) -> object:
        keys = [redis_names.wallet(self.tenant_id), redis_names.HOLDS]
        return client().eval(script, len(keys), *keys, self._member, self.amount_micro_usd, *numbers)


def in_flight(tenant_id: str) -> int:
    """Micro-dollars of ended calls that the ledger does not have yet, and of running ones at their most."""
    found = client().hmget(redis_names.wallet(tenant_id), "unposted_micro_usd", "held_micro_usd")
    return sum(int(each or 0) for each in found)


def publish_balance(tenant_id: str, balance_micro_usd: int, sequence: int) -> None:
    """Tell gateways the balance after posting number `sequence`."""
    client().eval(_PUBLISH, 1, redis_names.wallet(tenant_id), balance_micro_usd, sequence)


def acknowledge(
    tenant_id: str, message_id: bytes, *, cost_micro_usd: int, balance_micro_usd: int, sequence: int
) -> None:
    """Take a posted event off the stream and out of `unposted`, once."""
    client().eval(
        _ACKNOWLEDGE,
        2,
        redis_names.USAGE_STREAM,
        redis_names.wallet(tenant_id),
        redis_names.USAGE_GROUP,
        message_id,
        cost_micro_usd,
        balance_micro_usd,
        sequence,
    )
