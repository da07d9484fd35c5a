"""The processes of one machine: what each is started with, in the order of the start."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.supervisor.ports import HOST, free_port
from workers.supervisor.processes import Spec
from workers.supervisor.settings import (
    ROOT,
    State,
    inherited_environment,
    load_secrets,
    write_environment_file,
)

_PYTHON = sys.executable
_DRAIN_SECONDS = 30.0  # of the gateway: streams under way finish


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreUrls:
    """Where the stores are, embedded or your own."""

    database: str
    owner_database: str
    redis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything that the supervisor starts, beside stores and engines."""

    url: str
    web_url: str
    internal_url: str
    environment: Mapping[str, str]  # of engines too
    preparations: tuple[Spec, ...]  # run once, one after the other
    processes: tuple[Spec, ...]


def describe(state: State, stores: StoreUrls, port: int) -> Platform:
    """Lay out the platform with its public address on `port` of this machine."""
    url = f"http://{HOST}:{port}"
    web_url, internal_url = (f"http://{HOST}:{free_port()}" for _ in range(2))
    secrets = {f"FINERY_{name.upper()}": value for name, value in load_secrets(state).items()}
    environment = inherited_environment(state) | secrets
    environment |= {
        "FINERY_DATABASE_URL": stores.database,
        "FINERY_REDIS_URL": stores.redis,
        "FINERY_OBJECTS": str(state.objects),
        "FINERY_MAIL_DIR": str(state.mails),
        "FINERY_STATE_DIR": str(state.folder),
        "FINERY_PUBLIC_URL": url,
        "FINERY_WEB_URL": web_url,
        "FINERY_INTERNAL_URL": internal_url,
        "FINERY_GATEWAY_HOST": HOST,
        "FINERY_GATEWAY_PORT": str(port),
        "FINERY_GATEWAY_SHUTDOWN_SECONDS": str(int(_DRAIN_SECONDS) - 5),
    }
    environment.pop("FINERY_OWNER_DATABASE_URL", None)
    write_environment_file(state, environment)
    workers_environment = _without_database(environment)
    return Platform(
        url=url,
        web_url=web_url,
        internal_url=internal_url,
        environment=workers_environment,
        preparations=_preparations(state.logs, environment, stores),
        processes=(
            *_control_plane(state, environment, web_url, internal_url),
            *_workers(state.logs, _without_bucket(workers_environment)),
        ),
    )


def _without_database(environment: Mapping[str, str]) -> dict[str, str]:
    # Customers' data meet these processes: what they do not need, they do not get.
    return {
        name: value
        for name, value in environment.items()
        if name not in ("FINERY_DATABASE_URL", "FINERY_SECRET_KEY")
    }


def _without_bucket(environment: Mapping[str, str]) -> dict[str, str]:
    # Runners and the gateway reach single objects by links.
    return {name: value for name, value in environment.items() if not name.startswith("FINERY_S3_")}


def _preparations(logs: Path, environment: Mapping[str, str], stores: StoreUrls) -> tuple[Spec, ...]:
    owner = {
        **environment,
        "FINERY_DATABASE_URL": stores.owner_database,
        "FINERY_OWNER_DATABASE_URL": stores.owner_database,
        "FINERY_DATABASE_ROLE": "finery_owner",
    }
    return (
        _spec("migrate", logs, owner, "manage.py", "migrate", "--noinput"),
        _spec("sync_catalog", logs, environment, "manage.py", "sync_catalog"),
    )


def _control_plane(
    state: State, environment: Mapping[str, str], web_url: str, internal_url: str
) -> tuple[Spec, ...]:
    tasks = ["-m", "celery", "-A", "finery.celery", "worker", "-Q", "control", "--beat"]
    tasks += ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    tasks += ["--hostname", "tasks@%h", "--schedule", str(state.folder / "celerybeat-schedule")]
    return (
        _spec("web", state.logs, environment, *_gunicorn(web_url, processes=2, threads=4)),
        # Its own, so that a runner's heartbeat does not wait for customers and loses no lease.
        _spec("internal", state.logs, environment, *_gunicorn(internal_url, processes=1, threads=8)),
        _spec("tasks", state.logs, environment, *tasks),
    )


def _gunicorn(url: str, *, processes: int, threads: int) -> list[str]:
    web = ["-m", "gunicorn", "finery.wsgi:application", "--bind", url.removeprefix("http://")]
    web += ["--worker-class", "gthread", "--workers", str(processes), "--threads", str(threads)]
    web += ["--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
    # The gateway bounds heads; gunicorn's own, smaller bounds would answer with its own pages.
    return [*web, "--limit-request-line", "0", "--limit-request-field_size", str(64 * 1024)]


def _workers(logs: Path, environment: Mapping[str, str]) -> tuple[Spec, ...]:
    runner = ["-m", "celery", "-A", "workers.runner.app", "worker", "-Q", "training.cpu"]
    runner += ["-P", "solo", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    runner += ["--hostname", "runner@%h"]
    gateway = _spec("gateway", logs, environment, "-m", "workers.gateway", grace_seconds=_DRAIN_SECONDS)
    return _spec("runner", logs, environment, *runner, grace_seconds=25.0), gateway


def _spec(
    name: str, logs: Path, environment: Mapping[str, str], *arguments: str, grace_seconds: float = 15.0
) -> Spec:
    return Spec(
        name=name,
        command=[_PYTHON, *arguments],
        environment=environment,
        folder=ROOT,
        log=logs / f"{name}.log",
        grace_seconds=grace_seconds,
    )
