"""The object store: a folder, or a bucket when the environment names one."""

from urllib.parse import urlsplit

from finery.settings.environment import Environment


def bucket(env: Environment) -> dict[str, str]:
    """kernel.s3.Bucket's fields; none without a bucket."""
    if not env.s3_bucket:
        return {}
    return {
        "name": env.s3_bucket,
        "endpoint": env.s3_endpoint,
        "region": env.s3_region,
        "access_key_id": env.s3_access_key_id,
        "secret_access_key": env.s3_secret_access_key,
    }


def origins(env: Environment) -> list[str]:
    """Where pages put the parts of large files."""
    if not env.s3_bucket:
        return []
    where = urlsplit(env.s3_endpoint or f"https://s3.{env.s3_region}.amazonaws.com")
    return [f"{where.scheme}://{where.netloc}"]
