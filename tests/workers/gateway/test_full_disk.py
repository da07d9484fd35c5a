"""A disk that takes nothing more: calls are refused, nothing is lost, and all goes on when there is space."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import Tenant
from tests.workers.gateway.stub_engine import StubEngine
from tests.workers.gateway.test_recovery import STREAM, Reader
from workers.gateway.journal import Journal


def journal_of(gateway: GatewayProcess) -> Path:
    [path] = (gateway.state_dir / "journal").iterdir()
    return path


def set_disk(gateway: GatewayProcess, most_bytes: int) -> None:
    """No file of the process may grow beyond that: writes are cut off, then fail, as on a full disk."""
    assert gateway.process is not None
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


@contextmanager
def full_disk(gateway: GatewayProcess, left_bytes: int) -> Iterator[None]:
    set_disk(gateway, journal_of(gateway).stat().st_size + left_bytes)
    yield
    set_disk(gateway, resource.RLIM_INFINITY)


@pytest.fixture
def own_gateway(make_gateway: Callable[..., GatewayProcess]) -> Iterator[GatewayProcess]:
    gateway = make_gateway(sweep_seconds="0.2")
    yield gateway
    if gateway.process is not None and gateway.process.poll() is None:
        gateway.stop()


@pytest.fixture
def caller(own_gateway: GatewayProcess, tenant: Tenant) -> Tenant:
    return tenant.at(own_gateway.url)


def assert_refused(caller: Tenant) -> None:
    before = len(caller.events())
    answer = caller.post("chat/completions", STREAM)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert (caller.held(), len(caller.events())) == (0, before)


@pytest.mark.parametrize("left_bytes", [0, 10])
def test_running_call_ends_and_is_billed_for_what_was_sent(
    own_gateway: GatewayProcess, caller: Tenant, engine: StubEngine, left_bytes: int
) -> None:
    engine.script.tokens, engine.script.pause_seconds = [1] * 8, 0.15
    reader = Reader(own_gateway.url, caller)
    reader.start()
    reader.wait_for(3)

    with full_disk(own_gateway, left_bytes):
        reader.join(20)
        sent = len([frame for frame in reader.frames if frame.get("choices")])
        assert reader.frames[-1]["error"]["code"] == "service_unavailable"
        assert_refused(caller)
        time.sleep(0.6)  # the loops run while nothing can be written
        assert httpx.get(f"{own_gateway.url}/healthz").status_code == 200

    [event] = caller.settled()
    assert sent - 1 <= event.output_tokens <= sent < 8  # the first frame has no token
    assert caller.post("chat/completions", STREAM).status_code == 200
    caller.settled(2)
    own_gateway.stop()
    assert list((own_gateway.state_dir / "journal").iterdir()) == []


def test_killed_on_a_full_disk_is_billed_once(
    own_gateway: GatewayProcess,
    caller: Tenant,
    engine: StubEngine,
    make_gateway: Callable[..., GatewayProcess],
) -> None:
    engine.script.tokens, engine.script.pause_seconds = [1] * 8, 0.15
    reader = Reader(own_gateway.url, caller)
    reader.start()
    reader.wait_for(3)
    set_disk(own_gateway, journal_of(own_gateway).stat().st_size + 5)
    reader.join(20)
    first = caller.settled()
    own_gateway.kill()

    second = make_gateway(own_gateway.state_dir, sweep_seconds="0.2")
    deadline = time.monotonic() + 10
    while len(list((own_gateway.state_dir / "journal").iterdir())) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    events = {(event.request_id, event.output_tokens) for event in caller.events()}

    assert events == {(first[0].request_id, first[0].output_tokens)}  # the ledger books a request once
    second.stop()


def test_revoked_key_is_refused_though_no_copy_of_the_snapshot_can_be_written(
    tenant: Tenant, tmp_path: Path, make_gateway: Callable[..., GatewayProcess]
) -> None:
    (tmp_path / "snapshot.new").mkdir()  # where the copy is to be written
    gateway = make_gateway(tmp_path)
    caller = tenant.at(gateway.url).with_key()

    caller.revoke()

    deadline = time.monotonic() + 5
    while caller.post("chat/completions", b"?").status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert httpx.get(f"{gateway.url}/healthz").status_code == 200
    gateway.stop()


def test_torn_line_does_not_swallow_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Journal(tmp_path, 1024)
    segment = log.segment()
    segment.opened("req_1", b"{}")
    whole = segment.path.read_bytes()
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 7, soft[1]))
    try:
        for _ in range(2):
            with pytest.raises(OSError, match=r"journal took|too large"):
                segment.sent("req_1", (1, 0, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)

    assert segment.path.read_bytes() == whole
    segment.done("req_1")
    assert segment.path.read_bytes() == whole + b"done req_1\n"


def test_segment_that_cannot_be_made_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Journal(tmp_path, segment_bytes=1)
    first = log.segment()
    first.opened("req_1", b"{}")
    with monkeypatch.context() as patch:
        patch.setattr(log, "_new_segment", _no_space)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                log.segment()

    second = log.segment()
    first.done("req_1")
    log.tidy()

    assert second is not first
    assert [path for path in tmp_path.iterdir()] == [second.path]


def _no_space() -> None:
    raise OSError(28, "No space left on device")
