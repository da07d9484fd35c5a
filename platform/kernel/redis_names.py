"""Every Redis key and channel that two processes share, in one place."""

CELERY_PREFIX = "finery:celery:"  # of every key that Celery's transport makes
SNAPSHOT_VERSION = "finery:snapshot:version"  # integer, grows with each change
SNAPSHOT_CHANNEL = "finery:snapshot:changes"  # pub/sub, SnapshotChange
ENGINES = "finery:engines"  # hash: base id -> EngineEntry
ENGINES_WANTED = "finery:engines:wanted"  # hash: base id -> Unix seconds of the last request for it
ENGINE_HOSTS = "finery:engines:hosts"  # hash: host -> Unix seconds of its supervisor's last look around
ADAPTERS_ERASED = "finery:adapters:erased"  # hash: adapter's engine name -> Unix seconds; none may hold it
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


def rates_of(owner: str) -> str:
    """Pattern of the counters of a tenant, or of a project on all bases."""
    return f"finery:rate:{owner}[:/]*"


def invitations(who: str, window: str) -> str:
    """Integer: invitations that a mailbox, by its keyed hash, sent or was sent. Expires with the window."""
    return f"finery:invitations:{who}:{window}"


def reading(file_id: str) -> str:
    """String: how far the doctor's process is with a file, as JSON. Expires after a minute."""
    return f"finery:reading:{file_id}"


def rung(task: str, *ids: str) -> str:
    """String: a task was just rung for on somebody's question. Expires soon."""
    return f"finery:rung:{task}:{':'.join(ids)}"


def adapters_erased_on(host: str) -> str:
    """Set: which of ADAPTERS_ERASED the host's cache and engines hold no more."""
    return f"finery:adapters:erased:{host}"
