"""`python -m workers.gateway`: serve until SIGTERM, then let running streams finish."""

import gc
import logging
from functools import partial

import uvicorn

from workers.gateway.app import Gateway
from workers.gateway.connections import Connections, Patience
from workers.gateway.protocol import EdgeProtocol
from workers.gateway.settings import GatewaySettings


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = GatewaySettings()  # type: ignore[call-arg]  # from the environment
    gc.freeze()  # what was imported stays; the collector need not walk it again and again
    uvicorn.run(
        Gateway(settings),
        host=settings.gateway_host,
        port=settings.gateway_port,
        loop="uvloop",
        http=partial(EdgeProtocol, _connections(settings), _patience(settings)),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,  # X-Forwarded-* of a client is not to be believed
        server_header=False,
        timeout_graceful_shutdown=settings.gateway_shutdown_seconds,
    )


def _connections(settings: GatewaySettings) -> Connections:
    return Connections(
        settings.gateway_connections, settings.gateway_connections_per_client, settings.trusted_proxies
    )


def _patience(settings: GatewaySettings) -> Patience:
    return Patience(
        head_seconds=settings.gateway_head_seconds,
        body_seconds=settings.gateway_body_seconds,
        write_seconds=settings.gateway_write_seconds,
        idle_seconds=settings.gateway_idle_seconds,
    )


if __name__ == "__main__":
    main()
