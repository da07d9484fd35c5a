"""What a key is held to, rotation, and who may see and end whose."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.tenancy import system_scope
from apps.tenants.models import ApiKey
from apps.tenants.selectors import find_key
from tests.factories.tenants import as_member, make_member, signed_in, with_key


@pytest.fixture
def keys(owner):
    return f"/api/projects/{owner.project.id}/api_keys"


def make(owner, keys, **body):
    answer = signed_in(owner.user).post(keys, {"name": "made", **body}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_scopes_narrow_a_key(owner, keys):
    made = make(owner, keys, scopes=["file.read"])

    api = with_key(made["value"])
    assert api.get("/v1/files").status_code == 200
    refused = api.get("/v1/models")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_permissions")
    assert "model.read" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"scopes": ["organization.delete"]}, "scopes[0]"),
        ({"scopes": ["*"]}, "scopes[0]"),
        ({"networks": ["300.1.1.1"]}, "networks"),
        ({"networks": ["10.0.0.0/33"]}, "networks"),
        ({"expires_in_seconds": 0}, "expires_in_seconds"),
        ({"expires_in_seconds": 10**10}, "expires_in_seconds"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_bad_bound_is_named_and_makes_no_key(owner, keys, body, param):
    answer = signed_in(owner.user).post(keys, {"name": "made", **body}, format="json")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    with system_scope():
        assert ApiKey.all_tenants.filter(tenant_id=owner.tenant_id).count() == 1


def test_networks_are_kept_plain_and_held_to(owner, keys):
    made = make(owner, keys, networks=["10.1.2.3/8", "::ffff:0:0/96"])

    assert made["finery"]["networks"] == ["10.0.0.0/8", "::ffff:0.0.0.0/96"] or made["finery"][
        "networks"
    ] == ["10.0.0.0/8", "::ffff:0:0/96"]
    api = with_key(made["value"])
    assert api.get("/v1/files", HTTP_X_FORWARDED_FOR="10.200.0.1").status_code == 200
    assert api.get("/v1/files", HTTP_X_FORWARDED_FOR="192.168.0.1").status_code == 403
    assert api.get("/v1/files", HTTP_X_FORWARDED_FOR="nonsense").status_code == 403


def test_expiry_is_kept(owner, keys):
    made = make(owner, keys, expires_in_seconds=3600)
    with system_scope():
        row = ApiKey.all_tenants.get(id=made["id"])
        assert timedelta(minutes=59) < row.expires_at - timezone.now() <= timedelta(hours=1)
        ApiKey.all_tenants.filter(id=made["id"]).update(expires_at=timezone.now())

    assert with_key(made["value"]).get("/v1/files").status_code == 401


def test_rotation_overlaps_as_long_as_asked(owner, keys):
    old = make(owner, keys, scopes=["file.read"], models=["a"], networks=["127.0.0.0/8"])

    new = (
        signed_in(owner.user)
        .post(f"{keys}/{old['id']}/rotate", {"overlap_seconds": 3600}, format="json")
        .json()
    )

    assert find_key(old["value"]) is not None
    assert find_key(new["value"]) is not None
    assert {name: new["finery"][name] for name in ("scopes", "models", "networks")} == {
        name: old["finery"][name] for name in ("scopes", "models", "networks")
    }
    with system_scope():
        ApiKey.all_tenants.filter(id=old["id"]).update(expires_at=timezone.now())
    assert find_key(old["value"]) is None
    assert find_key(new["value"]) is not None


def test_rotation_without_overlap_ends_the_old_one_now(owner, keys):
    old = make(owner, keys)

    new = signed_in(owner.user).post(f"{keys}/{old['id']}/rotate", {}, format="json").json()

    assert find_key(old["value"]) is None
    assert find_key(new["value"]) is not None


def test_rotation_never_lengthens_a_life(owner, keys):
    old = make(owner, keys, expires_in_seconds=60)

    signed_in(owner.user).post(f"{keys}/{old['id']}/rotate", {"overlap_seconds": 3600}, format="json")

    with system_scope():
        assert ApiKey.all_tenants.get(id=old["id"]).expires_at < timezone.now() + timedelta(seconds=61)


def test_members_see_and_end_their_own_keys_only(owner, keys):
    member = make_member(owner, "developer")
    own = as_member(owner, member)
    api = signed_in(member)

    assert [key["id"] for key in api.get(keys).json()["data"]] == [own.key_id]
    assert api.delete(f"{keys}/{owner.key_id}").status_code == 404
    assert find_key(owner.key) is not None
    assert api.delete(f"{keys}/{own.key_id}").status_code == 200
    everything = signed_in(owner.user).get(keys).json()["data"]
    assert [key["id"] for key in everything] == [owner.key_id]


def test_owners_end_anybodys_key_and_change_nobodys(owner, keys):
    own = as_member(owner, make_member(owner, "developer"))
    api = signed_in(owner.user)

    assert api.post(f"{keys}/{own.key_id}", {"name": "x"}, format="json").status_code == 404
    assert api.delete(f"{keys}/{own.key_id}").status_code == 200
    assert find_key(own.key) is None


def test_secret_is_shown_once_and_kept_nowhere(owner, keys):
    made = make(owner, keys)

    with system_scope():
        row = ApiKey.all_tenants.filter(id=made["id"]).values().get()
    assert made["value"] not in str(row)
    assert made["value"][33:76] not in str(row)
    assert made["value"] not in signed_in(owner.user).get(keys).content.decode()


BOUNDS = {"scopes": ["file.read"], "models": ["a"], "networks": ["127.0.0.0/8"]}


@pytest.mark.parametrize("bound", BOUNDS)
def test_empty_list_grants_nothing_and_is_refused(owner, keys, bound):
    made = make(owner, keys, **BOUNDS)
    api = signed_in(owner.user)

    created = api.post(keys, {"name": "wide", bound: []}, format="json")
    changed = api.post(f"{keys}/{made['id']}", {bound: []}, format="json")

    for answer in (created, changed):
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, bound)
    [kept] = [key["finery"] for key in api.get(keys).json()["data"] if key["id"] == made["id"]]
    assert {name: kept[name] for name in BOUNDS} == BOUNDS
    with system_scope():
        assert ApiKey.all_tenants.filter(tenant_id=owner.tenant_id).count() == 2


@pytest.mark.parametrize("bound", BOUNDS)
def test_null_lifts_one_limit_and_leaves_the_others(owner, keys, bound):
    made = make(owner, keys, **BOUNDS)

    changed = signed_in(owner.user).post(f"{keys}/{made['id']}", {bound: None}, format="json").json()

    assert {name: changed["finery"][name] for name in BOUNDS} == BOUNDS | {bound: None}


def test_key_without_limits_says_so(owner, keys):
    made = make(owner, keys)

    assert {made["finery"][name] for name in BOUNDS} == {None}


def test_service_accounts_key_takes_no_empty_list_either(owner):
    api = signed_in(owner.user)
    path = f"/v1/organization/projects/{owner.project.id}/service_accounts"
    account = api.post(path, {"name": "server"}, format="json").json()["id"]

    answers = {
        str(scopes): api.post(f"{path}/{account}/api_keys", {"scopes": scopes}, format="json").status_code
        for scopes in ([], None, ["file.read"])
    }

    assert answers == {"[]": 400, "None": 200, "['file.read']": 200}
