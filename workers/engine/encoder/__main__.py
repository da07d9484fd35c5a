"""`python -m workers.engine.encoder --base <id> --source <source> --port <port>`: a base on loopback."""

import argparse

import uvicorn

from kernel.bases import base_folder
from workers.engine.encoder.app import create_app
from workers.engine.encoder.engine import EncoderEngine
from workers.engine.encoder.model import Encoder
from workers.engine.encoder.settings import EncoderSettings


def main() -> None:
    parser = argparse.ArgumentParser(prog="workers.engine.encoder")
    parser.add_argument("--base", required=True, help="the base's id")
    parser.add_argument("--source", required=True, help="where its files are, see kernel.bases")
    parser.add_argument("--port", required=True, type=int)
    arguments = parser.parse_args()
    settings = EncoderSettings.model_validate({"engine_base": arguments.base})
    encoder = Encoder(base_folder(arguments.source), context_length=settings.engine_context_length)
    # The port opens only when the base is loaded, so /health answers when the engine is ready.
    uvicorn.run(
        create_app(settings, EncoderEngine(settings, encoder)),
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=30,
    )


if __name__ == "__main__":
    main()
