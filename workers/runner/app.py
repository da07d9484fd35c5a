"""The runner's Celery app: `celery -A workers.runner.app worker -Q training.cpu -P solo --concurrency 1`.

Celery only rings the bell. What there is to do, the control plane says; so a lost or doubled bell is
harmless, and a runner whose broker is gone still asks every few seconds.
"""

import logging
import threading
from functools import cache
from typing import Any

from celery import Celery, signals

from kernel import redis_names
from workers.runner.control_plane import ControlPlane, ControlPlaneUnavailable
from workers.runner.job import run_job
from workers.runner.settings import RunnerSettings
from workers.runner.workdirs import remove_abandoned

log = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log signed links

_busy = threading.Lock()  # one job at a time, whether the bell or the clock asked
_shutting_down = threading.Event()

app = Celery("workers.runner")
app.conf.update(
    broker_url=RunnerSettings.from_environment().broker_url,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_default_queue="training.cpu",
    # A bell is used up when it is heard: the job's lease, not the message, outlives a crash.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 15,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "health_check_interval": 25,
        "global_keyprefix": redis_names.CELERY_PREFIX,
    },
)


@cache
def _settings() -> RunnerSettings:
    return RunnerSettings.from_environment()


@cache
def _control_plane() -> ControlPlane:
    return ControlPlane(_settings().internal_url, _settings().runner_token.get_secret_value())


@app.task(name="runner.run_training", max_retries=0)
def run_training() -> None:
    """The bell: claim and run jobs until there is none. Waits for a job that the clock has begun."""
    with _busy:
        claim_until_idle(_settings(), _control_plane(), _shutting_down)


def claim_until_idle(settings: RunnerSettings, control: ControlPlane, shutting_down: threading.Event) -> None:
    """Run job after job until the control plane has none for this pool, or is not to be reached."""
    while not shutting_down.is_set():
        try:
            lease = control.claim(settings.runner_name, settings.runner_pool)
        except ControlPlaneUnavailable as error:
            log.warning("cannot claim: %s", error)
            return
        if lease is None:
            return
        run_job(settings, control, lease, shutting_down)


def _ask_regularly() -> None:
    """Ring ourselves: at once, and then every few seconds. A lost bell costs no more than that."""
    while not _shutting_down.is_set():
        if _busy.acquire(blocking=False):
            try:
                claim_until_idle(_settings(), _control_plane(), _shutting_down)
            except Exception:
                log.exception("asking for a job failed")  # and must not end the asking
            finally:
                _busy.release()
        _shutting_down.wait(_settings().runner_poll_seconds)


def _on_ready(**_: Any) -> None:
    remove_abandoned(_settings().jobs_folder)
    threading.Thread(target=_ask_regularly, name="ask-regularly", daemon=True).start()


def _on_shutting_down(**_: Any) -> None:
    _shutting_down.set()


signals.worker_ready.connect(_on_ready, weak=False)
signals.worker_shutting_down.connect(_on_shutting_down, weak=False)
