"""What gateways know, written to Redis: one change, one version, one push.

Apps publish on commit; `serving` rewrites everything now and then, so a change that Redis missed arrives
late, not never.
"""

from typing import Literal, cast

from apps.core.commit import after_commit
from apps.core.redis import client
from kernel import redis_names, wire

Table = Literal["keys", "bases", "routes", "limits"]

_PUBLISH = """
local version = redis.call('INCR', KEYS[1])
if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2])
else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
local value = ARGV[3]
if value == '' then value = cjson.null end
redis.call('PUBLISH', ARGV[4], cjson.encode({
    snapshot_version = version, table = ARGV[1], field = ARGV[2], value = value}))
return version
"""


def put_on_commit(table: Table, field: str, entry: object) -> None:
    """Publish an entry once the transaction is committed."""
    value = wire.encode(entry)
    after_commit(_publish, table, field, value)


def remove_on_commit(table: Table, field: str) -> None:
    """Withdraw an entry once the transaction is committed; gateways refuse it within a second."""
    after_commit(_publish, table, field, b"")


def _publish(table: Table, field: str, value: bytes) -> None:
    client().eval(
        _PUBLISH,
        2,
        redis_names.SNAPSHOT_VERSION,
        redis_names.snapshot_table(table),
        table,
        field,
        value,
        redis_names.SNAPSHOT_CHANNEL,
    )


def replace_table(table: Table, entries: dict[str, object]) -> int:
    """Make a whole table equal to `entries`, touching only what differs. Returns the number of changes."""
    wanted = {field.encode(): wire.encode(entry) for field, entry in entries.items()}
    found = cast(dict[bytes, bytes], client().hgetall(redis_names.snapshot_table(table)))
    changed = 0
    for field in wanted.keys() | found.keys():
        if wanted.get(field) != found.get(field):
            _publish(table, field.decode(), wanted.get(field, b""))
            changed += 1
    return changed
