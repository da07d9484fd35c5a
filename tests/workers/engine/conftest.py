"""One real engine for all tests of this folder: starting it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from tests.workers.engine.mixed_answers import ADAPTERS
from tests.workers.engine.vllm_server import VllmServer, vllm_server


@pytest.fixture(scope="package")
def vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServer]:
    with vllm_server(tmp_path_factory.mktemp("vllm"), ADAPTERS) as server:
        yield server
        assert server.client.get("/health").status_code == 200  # it survived all that the tests sent
