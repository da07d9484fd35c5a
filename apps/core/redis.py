"""The one Redis client of the control plane."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """A pooled client; each command has a deadline, so a slow Redis cannot hold a request."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2)
