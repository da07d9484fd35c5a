"""Each tenant's wallet as gateways see it, in Redis. The ledger is the truth; this is its published copy."""

from apps.core.redis import client
from kernel import redis_names

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
