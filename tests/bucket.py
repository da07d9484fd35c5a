"""A real S3 server on loopback, with a bucket for each test."""

import sys
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from apps.core.objects import ObjectStore
from apps.core.objects.s3 import S3Store
from kernel.ids import new_id
from kernel.s3 import Bucket


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    found = Bucket(
        name=new_id("b").lower().replace("_", "-"),
        endpoint=s3_endpoint,
        access_key_id="test",
        secret_access_key="test",
    )
    found.client().create_bucket(Bucket=found.name)
    return found


@pytest.fixture
def s3_store(bucket: Bucket) -> S3Store:
    return S3Store(bucket)


def use_store(monkeypatch: pytest.MonkeyPatch, other: object) -> None:
    """Have the whole control plane keep its objects elsewhere."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith(("apps.", "tests.")) and isinstance(
            getattr(module, "store", None), ObjectStore
        ):
            monkeypatch.setattr(module, "store", other)
