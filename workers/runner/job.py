"""One job from claim to the last word: download, train, publish, prove, report."""

import logging
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kernel.contracts import Directive, Lease, Progress, TrainFailure, TrainReport
from kernel.wire import convert, encode
from workers.runner.control_plane import ControlPlane, ControlPlaneUnavailable, LeaseLost
from workers.runner.parity import EngineUnavailable, ParityMismatch, certify, engine_client
from workers.runner.publish import publish_adapter, publish_results, publish_resume, unpack_resume
from workers.runner.recipe import Recipe
from workers.runner.settings import RunnerSettings
from workers.runner.workdirs import work_folder

log = logging.getLogger(__name__)

_EXTENSIONS = frozenset({".jsonl", ".csv", ".json"})
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PROGRESS_SECONDS = 0.5  # at most two progress calls a second
_POLL_SECONDS = 0.1


class CancelRequested(Exception):
    """The customer wants the job to stop."""


class ShuttingDown(Exception):
    """This runner must go. The lease will run out and the job goes on elsewhere."""


@dataclass(slots=True)
class Attempt:
    """What one attempt at a job needs to know. `stop` is the control plane's latest wish."""

    settings: RunnerSettings
    control: ControlPlane
    lease: Lease
    workdir: Path
    shutting_down: threading.Event
    stop: Literal["", "cancel", "lost"] = ""
    trained_tokens: int = 0
    pending: list[Progress] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def heed(self, directive: Directive) -> None:
        """Remember a wish to stop; it is never taken back."""
        self.stop = self.stop or directive.stop

    def check(self) -> None:
        """Raises:
        LeaseLost, CancelRequested, ShuttingDown: the attempt must end.
        """
        if self.stop == "lost":
            raise LeaseLost
        if self.stop == "cancel":
            raise CancelRequested
        if self.shutting_down.is_set():
            raise ShuttingDown


def run_job(
    settings: RunnerSettings, control: ControlPlane, lease: Lease, shutting_down: threading.Event
) -> None:
    """Run a claimed job and report how it ended. Leaves no file behind.

    When the lease is lost, the control plane is gone or this runner must go, nothing is reported: the job
    belongs to whoever claims it next.
    """
    if _JOB_ID.fullmatch(lease.spec.job_id) is None:
        raise ValueError("the job id is no plain name")
    with work_folder(settings.jobs_folder / lease.spec.job_id) as workdir:
        attempt = Attempt(settings, control, lease, workdir, shutting_down)
        heart = threading.Thread(target=_beat, args=(attempt,), daemon=True)
        heart.start()
        try:
            _run_reported(attempt)
        except (LeaseLost, ControlPlaneUnavailable, ShuttingDown) as reason:
            log.warning("job %s dropped: %s", lease.spec.job_id, type(reason).__name__)
        finally:
            attempt.over.set()
            heart.join()


def _beat(attempt: Attempt) -> None:
    """Renew the lease while the attempt lives, whether the recipe speaks or not."""
    while not attempt.over.wait(attempt.settings.runner_heartbeat_seconds):
        try:
            attempt.heed(attempt.control.heartbeat(attempt.lease))
        except LeaseLost:
            attempt.stop = "lost"
            return
        except ControlPlaneUnavailable as error:
            log.warning("no heartbeat: %s", error)


def _run_reported(attempt: Attempt) -> None:
    control, lease = attempt.control, attempt.lease
    try:
        failure = _run(attempt)
    except CancelRequested:
        control.cancelled(lease, attempt.trained_tokens)
        return
    except ParityMismatch as error:
        failure = _platform_failure("parity_mismatch", str(error))
    except EngineUnavailable as error:
        log.warning("job %s has no certificate", lease.spec.job_id, exc_info=True)
        failure = _platform_failure("engine_unavailable", str(error))
    except (LeaseLost, ControlPlaneUnavailable, ShuttingDown):
        raise
    except Exception as error:  # the task's door: whatever is left is a bug of ours
        log.exception("job %s failed in the runner", lease.spec.job_id)
        failure = _platform_failure("runner_crashed", f"The runner failed ({type(error).__name__}).")
    if failure is not None:
        control.failed(lease, failure)


def _platform_failure(code: str, message: str) -> TrainFailure:
    return TrainFailure(blame="platform", code=code, message=message)


def _run(attempt: Attempt) -> TrainFailure | None:
    """Download, train, publish, prove, finish; returns the failure that the recipe told of, if it did."""
    spec_file = _download(attempt)
    attempt.check()
    attempt.control.engine(attempt.lease.spec.base_model)  # the certificate needs it: let it start meanwhile
    environment = attempt.settings.recipe_environment(attempt.workdir)
    recipe = Recipe(spec_file, attempt.workdir, environment)
    try:
        last = _follow(attempt, recipe)
    except CancelRequested:
        _stop(attempt, recipe)
        raise
    finally:
        status = recipe.kill()
    _post_progress(attempt)
    if last is None:
        log.error("the recipe ended with status %s:\n%s", status, recipe.log_tail())
        return _platform_failure("training_crashed", f"The training process ended with status {status}.")
    if last["event"] == "failure":
        failure = convert({k: v for k, v in last.items() if k != "event"}, TrainFailure)
        if failure.blame == "platform":
            log.error("the recipe failed:\n%s", recipe.log_tail())
        return failure
    report = convert(last["report"], TrainReport)
    _finish(attempt, Path(last["adapter_folder"]), Path(last["results_folder"]), report)
    return None


def _download(attempt: Attempt) -> Path:
    """Fill the work folder as recipes expect it; returns the spec's file."""
    control, lease, workdir = attempt.control, attempt.lease, attempt.workdir
    control.download(lease.training_file_url, workdir / f"train{_extension(lease.training_file_name)}")
    if lease.validation_file_url is not None:
        extension = _extension(lease.validation_file_name or "")
        control.download(lease.validation_file_url, workdir / f"valid{extension}")
    if lease.resume_url is not None:
        control.download(lease.resume_url, workdir / "resume.tar")
        unpack_resume(workdir / "resume.tar", workdir / "resume")
    spec_file = workdir / "spec.json"
    spec_file.write_bytes(encode(lease.spec))
    return spec_file


def _extension(name: str) -> str:
    """Of a customer's file name only a known extension is used."""
    extension = Path(name).suffix.lower()
    return extension if extension in _EXTENSIONS else ".jsonl"


def _follow(attempt: Attempt, recipe: Recipe) -> dict[str, Any] | None:
    """Forward progress and checkpoints until the last event, which is returned; None: it died without one."""
    sent_at = 0.0
    while True:
        attempt.check()
        event, is_over = recipe.next_event(_POLL_SECONDS)
        if is_over:
            return None
        if event is not None:
            if event["event"] in ("report", "failure"):
                return event
            _take(attempt, event)
        if attempt.pending and time.monotonic() - sent_at >= _PROGRESS_SECONDS:
            _post_progress(attempt)
            sent_at = time.monotonic()


def _take(attempt: Attempt, event: dict[str, Any]) -> None:
    if event["event"] == "progress":
        progress = convert({k: v for k, v in event.items() if k != "event"}, Progress)
        attempt.trained_tokens = progress.trained_tokens
        attempt.pending.append(progress)
    elif event["event"] == "checkpoint":
        _post_progress(attempt)
        _publish_checkpoint(attempt, event)
    else:
        raise ValueError(f"unknown event {event['event']!r}")


def _post_progress(attempt: Attempt) -> None:
    if attempt.pending:
        attempt.heed(attempt.control.progress(attempt.lease, attempt.pending))
        attempt.pending = []


def _publish_checkpoint(attempt: Attempt, event: dict[str, Any]) -> None:
    control, lease, step = attempt.control, attempt.lease, int(event["step"])
    folder, adapter_folder = Path(event["folder"]), Path(event["adapter_folder"])
    adapter = publish_adapter(control, lease, adapter_folder, step)
    publish_resume(control, lease, folder, step)
    attempt.heed(control.checkpoint(lease, convert(event["progress"], Progress), adapter))
    shutil.rmtree(folder, ignore_errors=True)  # a long job would fill the disk


def _stop(attempt: Attempt, recipe: Recipe) -> None:
    """Ask the recipe to stop, and hear how far it came, for as long as it may take."""
    recipe.ask_to_stop()
    until = time.monotonic() + attempt.settings.runner_stop_seconds
    while time.monotonic() < until:
        event, is_over = recipe.next_event(_POLL_SECONDS)
        if is_over:
            return
        if event is not None and event["event"] in ("progress", "stopped"):
            # A recipe that stops before its first step knows nothing of earlier attempts.
            attempt.trained_tokens = max(attempt.trained_tokens, int(event["trained_tokens"]))


def _finish(attempt: Attempt, adapter_folder: Path, results_folder: Path, report: TrainReport) -> None:
    control, lease, settings = attempt.control, attempt.lease, attempt.settings
    attempt.trained_tokens = report.trained_tokens
    adapter = publish_adapter(control, lease, adapter_folder, report.steps)
    publish_results(control, lease, results_folder, report.result_files)
    spec, token = lease.spec, settings.engine_token.get_secret_value()
    attempt.check()
    with engine_client(
        control, spec.base_model, token, settings.runner_engine_wait_seconds, attempt.check
    ) as engine:
        certificate = certify(engine, spec.method, spec.base_model, adapter, adapter_folder / "parity.json")
    attempt.check()
    control.succeeded(lease, report, adapter, certificate)
