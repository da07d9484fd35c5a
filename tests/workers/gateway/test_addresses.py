"""Where a call comes from, and who may call from there: pure functions against an independent model."""

import ipaddress
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kernel.contracts import KeyEntry
from kernel.errors import PermissionDenied
from kernel.networks import Address, Network
from workers.gateway.access import check_network
from workers.gateway.addresses import client_address
from workers.gateway.replies import Scope
from workers.gateway.settings import GatewaySettings

PROXIES = tuple(map(ipaddress.ip_network, ["10.0.0.0/8", "2001:db8:aa::/48"]))


def scope(peer: str | None, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (peer, 4711) if peer is not None else None, "headers": headers}


def said(peer: str | None, *forwarded: str) -> str:
    return str(client_address(scope(peer, *forwarded), PROXIES))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, 10.2.3.4,10.2.3.5"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7", "10.2.3.4"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7", "6.6.6.6"], "6.6.6.6"),
        ("10.0.0.1", ["<script>, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["10.2.3.4"], "10.0.0.1"),
        ("10.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("::ffff:203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("2001:db8:aa::1", ["2001:DB8:bb:0::7"], "2001:db8:bb::7"),
        ("2001:db8:bb::1", ["2001:db8:cc::7"], "2001:db8:bb::1"),
        (None, ["198.51.100.7"], "None"),
        ("", ["198.51.100.7"], "None"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str | None, forwarded: list[str], expected: str) -> None:
    assert said(peer, *forwarded) == expected


@pytest.mark.parametrize(
    "value",
    ["", ",", "unknown", "198.51.100.7:443", "[2001:db8::1]", "198.51.100", "256.1.1.1", "0x7f.0.0.1",
     "010.1.1.1", "3325256711", "198.51.100.7/32", "198.51.100.7;", "fe80::1%eth0", "::1%\r\nX-Evil: 1",
     "198.51.100.7,", "198.51.100.7, evil", "\u0661.\u0662.\u0663.\u0664",
     "\x00198.51.100.7", "\xa0198.51.100.7",
     "for=198.51.100.7", "1" * 70_000, "10.0.0.1," * 10_000 + "10.0.0.1", "198.51.100.7," + "10.0.0.1," * 16],
)  # fmt: skip
def test_unreadable_header_changes_nothing(value: str) -> None:
    began = time.perf_counter()

    assert said("10.0.0.1", value) == "10.0.0.1"

    assert time.perf_counter() - began < 0.05


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert str(client_address(scope("127.0.0.1", "198.51.100.7"), ())) == "127.0.0.1"


def gateway_settings(**options: object) -> GatewaySettings:
    required = dict.fromkeys(("redis_url", "key_pepper", "web_url", "engine_token", "state_dir"), "x")
    return GatewaySettings(**(required | options))  # type: ignore[arg-type]


def test_setting_is_a_list_of_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gateway_settings().trusted_proxies == ()

    monkeypatch.setenv("FINERY_TRUSTED_PROXIES", " 10.0.0.0/8, 2001:db8:aa::/48,")
    assert gateway_settings().trusted_proxies == PROXIES

    monkeypatch.setenv("FINERY_TRUSTED_PROXIES", "10.0.0.0/8,proxy.example")
    with pytest.raises(ValueError, match="trusted_proxies"):
        gateway_settings()


def is_allowed(networks: tuple[str, ...], address: Address | None) -> bool:
    entry = KeyEntry(key_id="key", tenant_id="org", project_id="proj", networks=networks)
    try:
        check_network(entry, address)
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize(
    "entry", ["", "x", "10.0.0.0/33", "10.0.0.5/8", "10.0.0.0/8 ", "2001:db8::/129", "*", "0"]
)
def test_unreadable_network_allows_nobody(entry: str) -> None:
    for address in ("10.0.0.5", "2001:db8::1", "0.0.0.0", "::"):
        assert not is_allowed((entry,), ipaddress.ip_address(address))


def test_unknown_address_is_nowhere() -> None:
    assert is_allowed((), None)
    assert not is_allowed(("0.0.0.0/0", "::/0"), None)


def contains(network: Network, address: Address) -> bool:
    """The model: the same version and the same leading bits, by arithmetic alone."""
    host_bits = network.max_prefixlen - network.prefixlen
    return network.version == address.version and int(address) >> host_bits == int(network[0]) >> host_bits


@st.composite
def networks(draw: st.DrawFn) -> Network:
    address = draw(st.ip_addresses())
    return ipaddress.ip_network((address, draw(st.integers(0, address.max_prefixlen))), strict=False)


@st.composite
def near(draw: st.DrawFn, found: list[Network]) -> Address:
    """Any address, most often one at the very edge of a network."""
    if draw(st.booleans()) or not found:
        return draw(st.ip_addresses())
    network = draw(st.sampled_from(found))
    edge = draw(
        st.sampled_from([int(network[0]) - 1, int(network[0]), int(network[-1]), int(network[-1]) + 1])
    )
    assume(0 <= edge < 2**network.max_prefixlen)
    return ipaddress.IPv4Address(edge) if network.version == 4 else ipaddress.IPv6Address(edge)


@settings(deadline=None)
@given(data=st.data(), allowed=st.lists(networks(), min_size=1, max_size=4))
def test_key_works_inside_its_networks_and_nowhere_else(data: st.DataObject, allowed: list[Network]) -> None:
    client = data.draw(near(allowed))
    assume(client.version == 4 or client.ipv4_mapped is None)
    expected = any(contains(network, client) for network in allowed)
    entries = tuple(map(str, allowed))
    peers = [str(client)] + ([f"::ffff:{client}"] if client.version == 4 else [])

    for peer in peers:
        assert is_allowed(entries, client_address(scope(peer, "6.6.6.6"), ())) == expected
        if not any(contains(proxy, client) for proxy in PROXIES):
            forwarded = scope("10.0.0.1", f"{data.draw(st.ip_addresses())}, {peer}, 10.9.9.9")
            assert is_allowed(entries, client_address(forwarded, PROXIES)) == expected


@settings(deadline=None)
@given(
    peer=st.ip_addresses().map(str) | st.text(max_size=50),
    header=st.text(max_size=200) | st.lists(st.ip_addresses().map(str)).map(",".join),
)
@example(peer="10.0.0.1", header="\ud7ff,\x00")
def test_what_is_said_is_the_peer_or_an_address_of_the_header(peer: str, header: str) -> None:
    """Whatever is sent: no crash, no invention, and nothing but an address goes on to web."""
    found = client_address(scope(peer, header), PROXIES)

    if found is None:
        with pytest.raises(ValueError, match="does not appear to be"):
            ipaddress.ip_address(peer)
    elif str(found) not in _spellings(peer):
        assert any(contains(proxy, ipaddress.ip_address(_spellings(peer)[-1])) for proxy in PROXIES)
        assert any(str(found) in _spellings(part.strip(" \t")) for part in header.split(","))


def _spellings(text: str) -> list[str]:
    """The canonical form, and that of the IPv4 address inside."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return []
    mapped = address.ipv4_mapped if address.version == 6 else None
    return [str(address)] + ([str(mapped)] if mapped else [])
