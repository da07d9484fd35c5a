"""The bases, one TOML file each, read and checked once."""

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from apps.catalog.errors import BaseFileError
from kernel.contracts import Engine, Method

FOLDER = Path(__file__).parent / "bases"
_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # the only values that vLLM takes for --max-lora-rank
_METHODS: dict[Engine, set[Method]] = {"vllm": {"supervised"}, "encoder": {"classification"}}

Count = Annotated[int, Meta(ge=1)]
MicroUsd = Annotated[int, Meta(ge=0)]
BaseId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$")]  # no colon, no slash: part of ft: names
Text = Annotated[str, Meta(min_length=1)]


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    en: Text
    zh: Text


class Rates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Micro-dollars per million tokens."""

    training: MicroUsd
    input: MicroUsd
    cached_input: MicroUsd
    output: MicroUsd


class Defaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What "auto" means for a method. `max_length` in tokens."""

    n_epochs: Annotated[int, Meta(ge=1, le=50)]
    batch_size: Annotated[int, Meta(ge=1, le=256)]
    learning_rate: Annotated[float, Meta(gt=0, lt=1)]  # the peak, at a multiplier of 1
    lora_rank: Count
    lora_alpha: Count
    max_length: Count


class Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A base model that tenants tune and call."""

    id: BaseId
    source: Annotated[str, Meta(pattern=r"^(folder|package|hub):\S+$")]  # see kernel.bases
    engine: Engine
    owned_by: Text
    licence: Text
    parameters: Count
    context_length: Count  # tokens
    max_lora_rank: Count
    memory_bytes: Count  # of one engine replica, adapters included
    methods: Annotated[tuple[Method, ...], Meta(min_length=1)]
    languages: Annotated[tuple[Text, ...], Meta(min_length=1)]
    released_on: date
    shutdown_date: date | None = None  # from this day on the base is neither tuned nor served
    available: Literal["always", "hub"] = "always"  # hub: offered only where FINERY_HUB_BASES is set
    description: Description
    price: Rates
    defaults: dict[Method, Defaults]

    @property
    def created_at(self) -> int:
        """The day of release in Unix seconds."""
        return int(datetime.combine(self.released_on, time(), UTC).timestamp())


@cache
def all_bases() -> dict[str, Base]:
    """Every base of the catalogue by id, offered here or not.

    Raises:
        BaseFileError: naming the file and the field.
    """
    return read_folder(FOLDER)


def read_folder(folder: Path) -> dict[str, Base]:
    """Read `*.toml` of a folder. Raises BaseFileError."""
    bases = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    if not bases:
        raise BaseFileError(f"{folder}: no base is described here")
    return bases


def _read(path: Path) -> Base:
    try:
        base = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Base, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BaseFileError(f"{path.name}: {error}") from error
    for field, problem in _contradictions(base, path.stem):
        raise BaseFileError(f"{path.name}: {problem} - at `$.{field}`")
    return base


def _contradictions(base: Base, stem: str) -> list[tuple[str, str]]:
    """Fields that are well formed and still cannot be."""
    unfit = sorted(set(base.methods) - _METHODS[base.engine])
    is_hub = base.source.startswith("hub:")
    checks = [
        (base.id == stem, "id", f"expected the file's name, {stem!r}"),
        (base.max_lora_rank in _RANKS, "max_lora_rank", f"expected one of {_RANKS}"),
        (not unfit, "methods", f"{unfit} cannot be served by the engine {base.engine!r}"),
        (set(base.defaults) == set(base.methods), "defaults", "expected one table for each method"),
        (
            is_hub == (base.available == "hub"),
            "available",
            "expected 'hub' exactly when the source is a hub's",
        ),
        (
            base.price.cached_input <= base.price.input,
            "price.cached_input",
            "expected no more than price.input",
        ),
    ]
    for method, auto in base.defaults.items():
        field = f"defaults.{method}"
        fits = auto.lora_rank <= base.max_lora_rank
        checks.append((fits, f"{field}.lora_rank", "expected no more than max_lora_rank"))
        fits = auto.max_length <= base.context_length
        checks.append((fits, f"{field}.max_length", "expected no more than context_length"))
    return [(field, problem) for holds, field, problem in checks if not holds]
