"""The shared base: token ids of many tenants in, one vector per row out.

Float32 throughout. Encoders are small, and a probability must not depend on who else is in the batch: in bf16
the order of sums, which follows the batch's shape, shows in the third digit. A trainer under bf16 autocast is
within the parity certificate's tolerance of it.

Axes: B rows, T tokens, H hidden.
"""

from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

from workers.engine.adapters import LocalAdapter
from workers.engine.encoder.lora import LoraHooks, Segments
from workers.engine.encoder.residents import Resident, load_resident


class Encoder:
    """A base in memory. `encode` serves one batch at a time; the rest may be called from any thread."""

    def __init__(self, folder: Path, *, context_length: int) -> None:
        """Load tokenizer and weights (safetensors only, no code from the folder)."""
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model = AutoModel.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
        self._model = model.eval().requires_grad_(False).to(self._device)
        self._linears = {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear)}
        self._hooks = LoraHooks(self._linears)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        self._pad_id = int(tokenizer.pad_token_id or 0)
        # The inner tokenizer has no state that calls would share, once these two are off.
        self._tokenizer = tokenizer.backend_tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.hidden = int(model.config.hidden_size)
        self.vocabulary = int(model.config.vocab_size)
        self.max_length = min(
            context_length, int(getattr(model.config, "max_position_embeddings", context_length))
        )

    def tokenize(self, texts: list[str]) -> list[list[int]]:
        """Token ids with the base's own special tokens, never cut."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def load_adapter(self, local: LocalAdapter) -> Resident:
        """See `load_resident`."""
        return load_resident(local, self._linears, self.hidden)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def encode(self, rows: list[list[int]], adapters: list[Resident | None]) -> torch.Tensor:
        """Mean of the last hidden states over each row's tokens, each row through its own adapter.

        Args:
            rows: token ids, each at least one and at most `max_length`.
            adapters: each row's; None is the bare base. Rows of one adapter must be neighbours.

        Returns:
            (B, H), float32, on the CPU.
        """
        lengths = torch.tensor([len(row) for row in rows])
        longest = int(lengths.max())
        ids = torch.tensor([row + [self._pad_id] * (longest - len(row)) for row in rows])  # (B, T)
        mask = torch.arange(longest)[None] < lengths[:, None]  # (B, T)
        ids, mask = ids.to(self._device), mask.to(self._device)
        self._hooks.use(Segments.of(adapters))
        try:
            hidden = self._model(input_ids=ids, attention_mask=mask.long()).last_hidden_state  # (B, T, H)
        finally:
            self._hooks.use(Segments())
        return mean_pool(hidden, mask).cpu()


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the tokens that are there. `hidden` (B, T, H), `mask` (B, T) -> (B, H)."""
    weights = mask[..., None].float()  # (B, T, 1)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
