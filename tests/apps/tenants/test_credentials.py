"""Bearer values that are no keys: 20,000 of them, from a seed, and none opens anything or breaks anything."""

import random

import pytest
from django.test.utils import CaptureQueriesContext

from apps.tenants.selectors import find_key
from kernel.keys import is_well_formed, new_key
from tests.factories.tenants import with_key

_SQL = ("' OR '1'='1", "'; DROP TABLE tenants_apikey; --", '" OR ""="', "\\x27 OR 1=1", "%' OR 1=1 --")


def malformed(seed: int, count: int, key: str) -> list[str]:
    """Random bytes, keys cut, lengthened, re-cased or changed in one character, and hostile words."""
    rng = random.Random(seed)
    alphabet = "".join(chr(code) for code in range(32, 127)) + "é中\u202e\u0130"
    found: list[str] = []
    while len(found) < count:
        place = rng.randrange(len(key))
        made = rng.choice(
            (
                "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 120))),
                key[:place],
                key + rng.choice(alphabet),
                key[:place] + rng.choice(alphabet) + key[place + 1 :],
                key.swapcase(),
                key[:place] + rng.choice(_SQL) + key[place:],
                rng.choice(_SQL),
                "sk-fin-" + "".join(rng.choice(alphabet) for _ in range(76)),
                key.replace("sk-fin-", "sk-fin-admin-"),
            )
        )
        if made != key:
            found.append(made)
    return found


def test_no_malformed_credential_is_found(owner, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not any(find_key(value) for value in malformed(1, 20_000, owner.key))


def test_malformed_credentials_are_401_over_http(owner):
    for value in malformed(2, 400, owner.key):
        header = value.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", "")
        answer = with_key(header).get("/v1/files")

        assert answer.status_code == 401, header
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert header.strip() not in answer.json()["error"]["message"] or len(header.strip()) < 8


def test_well_formed_but_unknown_is_401_by_one_look(owner):
    from django.db import connection

    value = new_key("key_" + "0" * 26)
    assert is_well_formed(value)

    with CaptureQueriesContext(connection) as seen:
        assert find_key(value) is None

    assert not any(value in query["sql"] for query in seen)


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "bearer bearer"])
def test_only_bearer_is_taken(owner, scheme):
    api = with_key("x")
    api.credentials(HTTP_AUTHORIZATION=f"{scheme} {owner.key}".strip())

    assert api.get("/v1/files").status_code == 401
