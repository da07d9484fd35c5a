"""What the encoder engine does, apart from HTTP: names to adapters, texts to rows, rows to answers."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

import torch

from kernel.errors import ContextLengthExceeded, InvalidRequest
from workers.engine.adapters import evict, fetch
from workers.engine.encoder.batching import Batcher, BatchLimits
from workers.engine.encoder.heads import classify, classify_by_words, label_words, unit
from workers.engine.encoder.model import Encoder
from workers.engine.encoder.residents import Resident, Residents
from workers.engine.encoder.settings import EncoderSettings

_LABEL_SETS_KEPT = 64
_CHARACTERS_PER_TOKEN = (
    64  # a text of more than this for each token that fits is too long without tokenizing it
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """`probabilities` (B, C) over `labels`, in order."""

    labels: tuple[str, ...]
    probabilities: torch.Tensor
    tokens: int


class EncoderEngine:
    """One base, its adapters and its batcher. Start `run` as a task."""

    def __init__(self, settings: EncoderSettings, encoder: Encoder) -> None:
        self._settings, self._encoder = settings, encoder
        self._residents = Residents(self._load, max_bytes=settings.engine_adapter_bytes)
        limits = BatchLimits(
            rows=settings.engine_rows_per_batch,
            tokens=settings.engine_tokens_per_batch,
            queued_rows=settings.engine_queued_rows,
            window_seconds=settings.engine_window_seconds,
        )
        self._batcher = Batcher(encoder.encode, limits)
        self._label_vectors: OrderedDict[tuple[str, ...], torch.Tensor] = OrderedDict()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._batcher.run()

    async def classify(self, model: str, texts: list[str], labels: list[str] | None) -> Classified:
        """Probabilities over the adapter's own labels, or on the bare base over the given ones (zero-shot).

        Raises:
            InvalidRequest: labels are missing, or given to an adapter, or a row is empty.
            ContextLengthExceeded: a row does not fit.
            AdapterNotFound, AdapterRejected: see `fetch`.
            Unavailable, EngineFailed: see `Batcher.encode`.
        """
        adapter = await self._adapter(model)
        if adapter is not None and adapter.manifest.kind != "classification":
            raise InvalidRequest("This model is not a classifier.", param="model")
        if (adapter is None) != bool(labels):
            need = "needs labels" if adapter is None else "has its own labels"
            raise InvalidRequest(f"This model {need}.", param="labels")
        rows = await self.rows_of(texts)
        tokens = sum(map(len, rows))
        if adapter is not None:
            vectors = await self._batcher.encode(rows, adapter)  # (B, H)
            probabilities = await asyncio.to_thread(classify, vectors, adapter)
            return Classified(labels=adapter.manifest.labels, probabilities=probabilities, tokens=tokens)
        names = tuple(labels or ())
        vectors, label_vectors = await asyncio.gather(
            self._batcher.encode(rows, None), self._vectors_of_labels(names)
        )
        return Classified(
            labels=names, probabilities=classify_by_words(vectors, label_vectors), tokens=tokens
        )

    async def embed(self, model: str, texts: list[str], rows: list[list[int]]) -> tuple[torch.Tensor, int]:
        """Unit vectors (B, H) of texts or of token ids, and the number of tokens. Raises as `classify`."""
        adapter = await self._adapter(model)
        if texts:
            rows = await self.rows_of(texts)
        else:
            self._check_ids(rows)
        return unit(await self._batcher.encode(rows, adapter)), sum(map(len, rows))

    async def rows_of(self, texts: list[str], *, param: str = "input") -> list[list[int]]:
        """Token ids of each text, whole.

        Raises:
            InvalidRequest: no text, too many, or an empty one.
            ContextLengthExceeded: the first text that does not fit is named.
        """
        self._check_count(len(texts))
        max_characters = _CHARACTERS_PER_TOKEN * self._encoder.max_length
        for i, text in enumerate(texts):
            if not text.strip():
                raise InvalidRequest("A text cannot be empty.", param=f"{param}[{i}]")
            if len(text) > max_characters:
                raise self._too_long(f"{param}[{i}]", f"{len(text)} characters")
        rows = await asyncio.to_thread(self._encoder.tokenize, texts)
        for i, row in enumerate(rows):
            if len(row) > self._encoder.max_length:
                raise self._too_long(f"{param}[{i}]", f"{len(row)} tokens")
        return rows

    async def erase(self, name: str) -> bool:
        """Forget an adapter, in the cache and in memory, for good. Returns whether it was loaded.

        A batch under way keeps its own reference until it is done. What was remembered of labels, the
        words of some caller, goes too.
        """
        await asyncio.to_thread(evict, name, self._settings.adapter_cache)
        self._label_vectors.clear()
        return await self._residents.drop(name)

    @property
    def loaded(self) -> list[str]:
        """Names of the adapters in memory."""
        return self._residents.names

    @property
    def hidden(self) -> int:
        return self._encoder.hidden

    async def _adapter(self, model: str) -> Resident | None:
        return None if model == self._settings.engine_base else await self._residents.get(model)

    def _load(self, name: str) -> Resident:
        settings = self._settings
        local = fetch(
            name,
            settings.store,
            settings.adapter_cache,
            base=settings.engine_base,
            max_rank=settings.engine_max_rank,
        )
        return self._encoder.load_adapter(local)

    async def _vectors_of_labels(self, labels: tuple[str, ...]) -> torch.Tensor:
        vectors = self._label_vectors.get(labels)
        if vectors is None:
            rows = await self.rows_of([label_words(label) for label in labels], param="labels")
            vectors = self._label_vectors[labels] = await self._batcher.encode(rows, None)  # (C, H)
            if len(self._label_vectors) > _LABEL_SETS_KEPT:
                self._label_vectors.popitem(last=False)
        return vectors

    def _check_ids(self, rows: list[list[int]]) -> None:
        self._check_count(len(rows))
        for i, row in enumerate(rows):
            if not row or min(row) < 0 or max(row) >= self._encoder.vocabulary:
                raise InvalidRequest("A row has no token, or one that this base lacks.", param=f"input[{i}]")
            if len(row) > self._encoder.max_length:
                raise self._too_long(f"input[{i}]", f"{len(row)} tokens")

    def _check_count(self, rows: int) -> None:
        if not 1 <= rows <= self._settings.engine_rows_per_call:
            raise InvalidRequest(f"Give 1 to {self._settings.engine_rows_per_call} rows.", param="input")

    def _too_long(self, param: str, found: str) -> ContextLengthExceeded:
        return ContextLengthExceeded(
            f"This model's maximum context length is {self._encoder.max_length} tokens, "
            f"however {param} has {found}. Please reduce the length of the input.",
            param=param,
        )
