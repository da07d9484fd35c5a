"""Everything that crosses a process, as frozen dataclasses. JSON on the wire (kernel.wire).

Times are Unix seconds. Each top-level message has a `version`; a reader refuses one it does not know.
"""

from dataclasses import dataclass, field
from typing import Literal

from kernel.money import Price

Method = Literal["supervised", "classification"]
Engine = Literal["vllm", "encoder"]
AdapterKind = Literal["causal_lora", "classification"]
LongRows = Literal["refuse", "cut_end", "keep_ends", "split", "leave_out"]  # see kernel.lengths
ResultMetric = Literal["accuracy", "loss"]
Verdict = Literal["better", "no_better", "worse"]
BaselineName = Literal["base", "majority", "ngrams", "frozen_features"]
WarningCode = Literal[
    "unknown_tokens",
    "language_not_of_base",
    "few_rows",
    "few_rows_per_label",
    "single_row_labels",
    "no_held_out_rows",
    "few_held_out_rows",
    "repeated_validation_rows",
    "no_better_than_baseline",
    "worse_than_baseline",
    "long_training_rows",
    "long_validation_rows",
]
# What a recipe may leave beside the adapter, for the customer.
MOST_ANSWERS = 128  # of one call, over all its prompts: no engine's queue is shorter
RESULT_FILES = ("classification_report.csv", "confusion_matrix.csv", "predictions.csv")


# --- training: control plane <-> runner <-> recipe -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSpec:
    """All a recipe needs for one job. Lengths in tokens."""

    job_id: str
    method: Method
    base_model: str
    base_source: str  # see kernel.bases
    n_epochs: int
    batch_size: int
    learning_rate: float  # peak
    lora_rank: int
    lora_alpha: int
    max_length: int
    long_rows: LongRows = "refuse"  # what becomes of rows with more tokens than that
    seed: int
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claimed job: every later write must carry the fencing token."""

    spec: TrainSpec
    fencing_token: int
    lease_seconds: int
    training_file_url: str
    training_file_name: str
    validation_file_url: str | None = None
    validation_file_name: str | None = None
    resume_url: str | None = None  # a tar of the last complete checkpoint
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One optimizer step. Losses in nats per token (or per row for a classifier)."""

    step: int
    total_steps: int
    epoch: float
    train_loss: float
    train_accuracy: float | None = None  # mean token accuracy, or row accuracy for a classifier
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    learning_rate: float
    trained_tokens: int  # so far, over all attempts of the job
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWarning:
    """What a customer should know about a job. `message` is whole; `values` are what a translation needs."""

    code: WarningCode
    message: str
    param: str | None = None
    values: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a cheap model reaches on the same held-out rows."""

    name: BaselineName
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """How good the model is on rows whose like, equal or nearly equal, was never trained on.

    Accuracy is a share of rows, where more is better; loss is in nats per token of the answers, where less
    is. `verdict` compares with the best baseline, row by row: `better` and `worse` are beyond chance (95 %).
    """

    metric: ResultMetric
    value: float
    interval: tuple[float, float]  # 95 %
    rows: int
    baselines: tuple[Baseline, ...]
    best_baseline: BaselineName
    verdict: Verdict
    source: Literal["training_file", "validation_file"]  # where the held-out rows come from
    repeated_rows: int  # validation file: left out, as their like was trained on; else: kept together
    value_with_repeats: float | None = None  # validation file: the value if they counted


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """How a finished run went. `metrics` may hold heldout_accuracy, base_accuracy, valid_loss ..."""

    steps: int
    trained_tokens: int
    train_loss: float
    metrics: dict[str, float] = field(default_factory=dict)
    result: TrainResult | None = None  # None: no row could be held out
    result_files: tuple[str, ...] = ()  # names, of RESULT_FILES
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainFailure:
    """Why a run ended without a model. blame=customer is not retried; blame=platform is."""

    blame: Literal["customer", "platform"]
    code: str
    message: str
    param: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """The control plane's answer to a heartbeat or a progress report."""

    stop: Literal["", "cancel", "lost"] = ""  # lost: the lease is somebody else's now


# --- adapters ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """What the trainer computed for tokens that an engine is asked about again and again."""

    token_ids: tuple[int, ...]
    logprobs: tuple[float, ...]  # with the adapter, of each token but the first, in nats
    base_logprobs: tuple[float, ...]  # the same without it


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterManifest:
    """What an adapter is. Its sha256 names the adapter: `adp_<id>@<first 12 hex>`."""

    adapter_id: str
    lora_int_id: int  # > 0, unique, from a database sequence
    kind: AdapterKind
    base_model: str
    rank: int
    alpha: int
    target_modules: tuple[str, ...]
    labels: tuple[str, ...] = ()
    template_sha256: str | None = None
    canary: Canary | None = None  # causal adapters
    max_length: int = 0  # of a classifier: how its texts were read; 0 where it is not known
    long_rows: LongRows = "refuse"
    files: dict[str, FileDigest] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterUpload:
    """Where the runner puts an adapter it was given an id for. The manifest goes up last."""

    adapter_id: str
    lora_int_id: int
    urls: dict[str, str]  # file name -> signed PUT URL


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityCertificate:
    """Proof that what serves is what was trained, made before a job may succeed."""

    rows: int
    tokens_compared: int
    mismatched_tokens: int
    max_logprob_difference: float
    mean_logprob_difference: float
    base_logprob_difference: float  # mean |adapter - base|: 0 means that the adapter does nothing
    version: int = 1


# --- serving: control plane -> gateway --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """A working API key as gateways know it; the table's field is the key's HMAC (kernel.keys).

    Only keys that work are published: not revoked, their owner still in, their project not archived.
    """

    key_id: str
    tenant_id: str
    project_id: str
    user_id: str | None = None
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()  # kernel.policy.Action; empty: all that a project's key may do
    models: tuple[str, ...] = ()  # public names that may be called; empty: every one
    networks: tuple[str, ...] = ()  # CIDR that may call; empty: from anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEntry:
    """A base of the catalogue. Gateways, engines' supervisor and the dashboard read the same one."""

    id: str
    engine: Engine
    source: str
    context_length: int
    max_lora_rank: int
    price: Price
    created_at: int
    owned_by: str
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEntry:
    """A project's public model name; the table's field is `{project_id}/{model}`."""

    base_model: str
    adapter: str  # the engine's name for it: adp_<id>@<12 hex>
    kind: AdapterKind
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEntry:
    """Limits of a tenant (field: its id), or of a project on one base (field: `{project_id}/{base id}`)."""

    requests_per_minute: int
    tokens_per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotChange:
    """Pushed to gateways on every write to the snapshot. `value` is the entry's JSON, None when removed."""

    snapshot_version: int
    table: Literal["keys", "bases", "routes", "limits"]
    field: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineEntry:
    """An engine pool's replica, as the supervisor reports it."""

    base_model: str
    url: str
    state: Literal["starting", "ready", "down"]


# --- metering: gateway -> ledger ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEvent:
    """One finished call, billed once by `request_id`. `input_tokens` include `cached_tokens`."""

    request_id: str
    tenant_id: str
    project_id: str
    key_id: str
    user_id: str | None
    operation: str  # chat.completions, completions, embeddings, classify
    model: str  # the public name that was called
    base_model: str
    adapter: str
    price_version: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    status: Literal["completed", "cancelled", "failed"]
    started_at: float
    ended_at: float
    version: int = 1
