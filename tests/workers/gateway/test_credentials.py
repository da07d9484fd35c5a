"""20,000 credentials that nobody was given: each is refused with 401, in good JSON that tells no secret."""

import random
import socket
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
import pytest

from kernel import keys, wire
from kernel.contracts import KeyEntry
from kernel.errors import FineryError
from kernel.ids import new_id
from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import PEPPER, Tenant, assert_nothing_counted, assert_nothing_happened
from tests.workers.gateway.stub_engine import StubEngine
from workers.gateway.errors import error_body
from workers.gateway.snapshot import Snapshot

SEED, COUNT, OVER_HTTP = 20261123, 20_000, 500
FRAGMENTS = ["' OR '1'='1", "'; DROP TABLE tenants_apikey; --", '" OR ""="', "1 UNION SELECT key_hash",
             "%27%20OR", "${jndi:ldap://x}", "../../etc/passwd", "{{7*7}}", "<script>", "*"]  # fmt: skip
SCHEMES = ["Basic {}", "Bearer: {}", "{}", "Bearer{}", "Bearer Bearer {}", "Bearer {},{}", "Bearer {} {}",
           "ApiKey {}", "Bearer\t{}", "Bearer\xa0{}", 'Bearer "{}"', "Bearer {};"]  # fmt: skip
FOREIGN = "\u0430\u0435\uff53\u0661\u4e2d\U0001f511\u202e\u200b\u212a\xa0"

Maker = Callable[[random.Random, str], bytes]


def _noise(chance: random.Random, key: str) -> bytes:
    return b"Bearer " + chance.randbytes(chance.randint(1, 120))


def _naked_noise(chance: random.Random, key: str) -> bytes:
    return chance.randbytes(chance.randint(0, 60))


def _cut(chance: random.Random, key: str) -> bytes:
    start = chance.choice([0, 0, chance.randint(1, 20)])
    end = chance.randint(start, len(key) - (start == 0))
    return f"Bearer {key[start:end]}".encode()


def _one_bit(chance: random.Random, key: str) -> bytes:
    changed = bytearray(key.encode())
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return b"Bearer " + bytes(changed)


def _one_character(chance: random.Random, key: str) -> bytes:
    """The checksum fits, so only the store can tell."""
    position = chance.randrange(len("sk-fin-"), len(key) - 6)
    letter = chance.choice([other for other in "0123456789abcdefghjkmnpqrstvwxyz" if other != key[position]])
    body = key[:position] + letter + key[position + 1 : -6]
    return f"Bearer {body}{keys._checksum(body)}".encode()


def _wrong_checksum(chance: random.Random, key: str) -> bytes:
    checksum = "".join(chance.choices(keys._ALPHABET, k=6))
    return f"Bearer {key[:-6]}{checksum if checksum != key[-6:] else checksum[::-1]}?"[:-1].encode()


def _never_issued(chance: random.Random, key: str) -> bytes:
    return f"Bearer {keys.new_key(new_id('key_'), is_admin=chance.random() < 0.3)}".encode()


def _unicode(chance: random.Random, key: str) -> bytes:
    letters = chance.choices(FOREIGN, k=3)
    position = chance.randrange(len(key) + 1)
    return f"Bearer {key[:position]}{''.join(letters)}{key[position:]}".encode()


def _fragment(chance: random.Random, key: str) -> bytes:
    fragment = chance.choice(FRAGMENTS)
    return f"Bearer {chance.choice([fragment, key + fragment, fragment + key, key[:20] + fragment])}".encode()


def _control(chance: random.Random, key: str) -> bytes:
    letter = chr(chance.choice([0, 1, 7, 8, 10, 11, 12, 13, 27, 28, 29, 30, 31, 127, 0x80, 0x85, 0xA0]))
    position = chance.choice([0, len(key), chance.randint(0, len(key))])
    return f"Bearer {key[:position]}{letter}{key[position:]}".encode("latin-1")


def _scheme(chance: random.Random, key: str) -> bytes:
    return chance.choice(SCHEMES).replace("{}", key).encode("latin-1")


def _huge(chance: random.Random, key: str) -> bytes:
    return b"Bearer " + chance.choice([key.encode(), b"k", b"sk-fin-", b"\xff"]) * chance.randint(200, 700)


MAKERS: list[Maker] = [
    _noise, _naked_noise, _cut, _one_bit, _one_character, _wrong_checksum, _never_issued, _unicode, _fragment,
    _control, _scheme, _huge,
]  # fmt: skip


def malformed(key: str) -> Iterator[bytes]:
    """Values of Authorization, the same for each run, in turn of every kind."""
    chance = random.Random(SEED)
    while True:
        for make in MAKERS:
            yield make(chance, key)


def check_error(body: bytes, key: str) -> None:
    error = msgspec.json.decode(body)["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", None)
    assert error["code"] in ("invalid_api_key", None)
    assert key[7:-6] not in error["message"] and len(error["message"]) < 300


def test_none_of_20000_credentials_is_accepted() -> None:
    key_id = new_id("key_")
    key = keys.new_key(key_id)
    entry = KeyEntry(key_id=key_id, tenant_id="org", project_id="proj")
    table = {keys.key_hash(key, PEPPER): wire.encode(entry).decode()}
    snapshot = Snapshot(PEPPER)
    snapshot.replace(1, {"keys": table, "bases": {}, "routes": {}, "limits": {}})

    accepted, refused = [], 0
    for value in islice(malformed(key), COUNT):
        try:
            accepted.append((value, snapshot.authenticate(value)))
        except FineryError as error:
            assert error.http_status == 401
            check_error(error_body(error), key)
            refused += 1

    assert (accepted, refused) == ([], COUNT)
    for scheme in ("Bearer ", "bearer ", "BEARER  "):
        assert snapshot.authenticate(f"{scheme}{key}".encode()) == entry


def _is_sendable(value: bytes) -> bool:
    """HTTP itself has no room for the others: the connection ends with 400 before anybody reads them."""
    return not any((byte < 32 and byte != 9) or byte == 127 for byte in value)


def call(gateway: GatewayProcess, credential: bytes) -> tuple[int, bytes]:
    """Over a bare socket, since client libraries refuse to send most of these. Status and body."""
    body = b'{"model": "nano", "messages": [{"role": "user", "content": "x"}]}'
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"Authorization: %s\r\nContent-Length: %d\r\n\r\n" % (credential, len(body))
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
        connection.sendall(head + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status, _, rest = answer.partition(b"\r\n")
    return int(status.split(b" ")[1]), rest.partition(b"\r\n\r\n")[2]


def test_500_of_them_over_http(tenant: Tenant, engine: StubEngine, gateway: GatewayProcess) -> None:
    for value in islice(filter(_is_sendable, malformed(tenant.key)), OVER_HTTP):
        status, body = call(gateway, value)
        assert status == 401, value
        check_error(body, tenant.key)

    assert_nothing_happened(tenant, engine)
    assert_nothing_counted(tenant)
    assert call(gateway, b"Bearer " + tenant.key.encode())[0] == 200
    tenant.settled()


@pytest.mark.parametrize("byte", [0, 1, 11, 13, 27, 127])
def test_control_character_in_a_header_ends_the_connection(
    tenant: Tenant, engine: StubEngine, gateway: GatewayProcess, byte: int
) -> None:
    for value in (b"Bearer %s%c" % (tenant.key.encode(), byte), b"Bearer %c%s" % (byte, tenant.key.encode())):
        assert call(gateway, value)[0] in (400, 401)

    assert_nothing_happened(tenant, engine)
