"""The rights to a bucket that operators are told to give: enough, and none too many."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from apps.core.objects import s3
from apps.core.objects.s3 import S3Store
from kernel.s3 import Bucket
from tests.bucket import bucket, documented_json, s3_endpoint

__all__ = ["bucket", "s3_endpoint"]

POLICY = documented_json("Version")
ACTIONS = [action for statement in json.loads(POLICY)["Statement"] for action in statement["Action"]]


def cut_short():
    """Two parts, and an end that leaves an upload half-written where it cannot be aborted."""
    yield bytes(11 << 20)
    raise ConnectionError


def store_of(bucket: Bucket, policy: str) -> S3Store:
    """The bucket in the hands of somebody who has no other rights."""
    # moto asks for the right to delete many objects at once on the bucket itself.
    policy = policy.replace("NAME/*", f"{bucket.name}*").replace("NAME", bucket.name)
    iam: Any = boto3.client(
        "iam",
        endpoint_url=bucket.endpoint,
        region_name="us-east-1",
        aws_access_key_id="root",
        aws_secret_access_key="root",
    )
    iam.create_user(UserName=bucket.name)
    iam.put_user_policy(UserName=bucket.name, PolicyName="store", PolicyDocument=policy)
    key = iam.create_access_key(UserName=bucket.name)["AccessKey"]
    return S3Store(
        replace(bucket, access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"])
    )


@set_initial_no_auth_action_count(0)  # from here on the server asks who may do what
def use(store: S3Store) -> None:
    store.save("a/b", [bytes(6 << 20)])
    with pytest.raises(ConnectionError):
        store.save("a/c", cut_short())
    assert store.remove_unfinished(datetime.now(UTC)) == 0
    assert (store.find("a/none"), store.read_range("a/b", 0, 2)) == (None, b"\0\0")
    assert store.names_in("a") == ["b"]
    store.delete("a/none")
    assert store.remove_folder("a").objects == 1


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(s3, "_PART_BYTES", 5 << 20)


def test_the_documented_rights_are_enough(bucket):
    use(store_of(bucket, POLICY))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_documented_right_is_needed(bucket, action):
    store = store_of(bucket, POLICY.replace(f'"{action}"', '"s3:GetBucketTagging"'))

    with pytest.raises(ClientError, match=r"AccessDenied|403"):
        use(store)
