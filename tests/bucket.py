"""A real S3 server on loopback, with a bucket for each test."""

import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from apps.core.objects import ObjectStore
from apps.core.objects.s3 import S3Store
from kernel.ids import new_id
from kernel.s3 import Bucket
from tests.architecture.sources import ROOT


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        # Else moto lets every page put anything; a real server goes by the bucket's rule.
        patch.setattr("moto.moto_server.werkzeug_app.DISABLE_GLOBAL_CORS", True)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each object
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    return new_bucket(s3_endpoint)


def new_bucket(endpoint: str) -> Bucket:
    """An empty one. No page may reach it yet."""
    found = Bucket(
        name=new_id("b").lower().replace("_", "-"),
        endpoint=endpoint,
        access_key_id="test",
        secret_access_key="test",
    )
    found.client().create_bucket(Bucket=found.name)
    return found


def allow_pages(bucket: Bucket, origin: str) -> None:
    """Let pages of one origin put objects, by the very rule that operators are told to set."""
    rules = json.loads(documented_json("CORSRules").replace("https://finery.example.com", origin))
    bucket.client().put_bucket_cors(Bucket=bucket.name, CORSConfiguration=rules)


def documented_json(key: str) -> str:
    """The JSON of docs/data.md that begins with a key."""
    [found] = re.findall(rf'```json\n({{\s*"{key}".*?)```', (ROOT / "docs/data.md").read_text(), re.DOTALL)
    return str(found)


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
