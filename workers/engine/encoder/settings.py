"""The encoder engine's settings, read once from FINERY_* variables."""

from workers.engine.settings import EngineSettings


class EncoderSettings(EngineSettings):
    """Limits of one encoder engine. The defaults suit two CPU cores."""

    engine_context_length: int = 512  # tokens; the model's own limit holds too
    engine_max_rank: int = 16
    engine_rows_per_call: int = 2048
    engine_body_bytes: int = 16 << 20
    engine_rows_per_batch: int = 64
    engine_tokens_per_batch: int = 8192  # padding included
    engine_queued_rows: int = 8192
    engine_window_seconds: float = 0.002
    engine_adapter_bytes: int = 1 << 30  # adapters kept in memory
