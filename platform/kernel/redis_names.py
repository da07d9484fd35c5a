"""Every Redis key and channel that two processes share, in one place."""

CELERY_PREFIX = "finery:celery:"  # of every key that Celery's transport makes
SNAPSHOT_VERSION = "finery:snapshot:version"  # integer, grows with each change
SNAPSHOT_CHANNEL = "finery:snapshot:changes"  # pub/sub, SnapshotChange
ENGINES = "finery:engines"  # hash: base id -> EngineEntry
ENGINES_WANTED = "finery:engines:wanted"  # hash: base id -> Unix seconds of the last request for it
USAGE_STREAM = "finery:usage"  # stream, field `event`: UsageEvent
USAGE_GROUP = "ledger"  # its consumer group
HOLDS = "finery:holds"  # sorted set: "{tenant_id} {request_id} {amount_micro_usd}" by expiry


def snapshot_table(table: str) -> str:
    """Hash of one snapshot table: keys, bases, routes or limits."""
    return f"finery:snapshot:{table}"


def wallet(tenant_id: str) -> str:
    """Hash: ledger_micro_usd, ledger_sequence, unposted_micro_usd, held_micro_usd."""
    return f"finery:wallet:{tenant_id}"


def rate(field: str, minute: int) -> str:
    """Hash: requests, tokens. Expires after two minutes. `field`: the limit's in the snapshot's table."""
    return f"finery:rate:{field}:{minute}"
