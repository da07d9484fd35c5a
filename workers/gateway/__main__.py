"""`python -m workers.gateway`: serve until SIGTERM, then let running streams finish."""

import gc
import logging

import uvicorn

from workers.gateway.app import Gateway
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
        http=EdgeProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,  # X-Forwarded-* of a client is not to be believed
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=settings.gateway_shutdown_seconds,
    )


if __name__ == "__main__":
    main()
