"""Fixtures for every test: the database as the application sees it, a tenant, a caller."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from rest_framework.test import APIClient

from tests.factories.tenants import Owner, make_owner
from tests.known_reports import remembering


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Migrate as the owner, then test as the application's role: an owner would hide isolation bugs."""
    from django.test.utils import setup_databases, teardown_databases

    app_options = str(connection.settings_dict["OPTIONS"]["options"])
    with django_db_blocker.unblock():
        _use_options(app_options.replace("finery_app", "finery_owner"))
        made = setup_databases(verbosity=0, interactive=False, keepdb=False)
        _use_options(app_options)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("finery_app",)
    yield
    with django_db_blocker.unblock():
        _use_options(app_options.replace("finery_app", "finery_owner"))
        teardown_databases(made, verbosity=0)


def _use_options(options: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["OPTIONS"]["options"] = options


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Transactional tests empty the tables afterwards, which the application's role may not do."""
    with self.connection.cursor() as cursor:
        cursor.execute("SET ROLE finery_owner")
        for sql in sql_list:
            cursor.execute(sql)
        cursor.execute("SET ROLE finery_app")


DatabaseOperations.execute_sql_flush = _flush_as_owner  # type: ignore[assignment,method-assign]  # for the whole run


@pytest.fixture
def owner(db: None) -> Owner:
    """An organization with a default project, its owner, an API key and 5 dollars."""
    return make_owner()


@pytest.fixture
def stranger(db: None) -> Owner:
    """The owner of another organization."""
    return make_owner()


@pytest.fixture
def client_of() -> Callable[[Owner], APIClient]:
    """An HTTP client that carries an owner's API key."""

    def client(who: Owner) -> APIClient:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {who.key}")
        return api

    return client


@pytest.fixture(autouse=True)
def _clean_stores(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that may write to Redis or to the object store starts with empty ones."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        from django.conf import settings

        from apps.core.redis import client

        client().flushdb()
        for folder in settings.OBJECTS_FOLDER.iterdir():
            shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _known_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor's process is the real one, once for each content."""
    from apps.datasets.services import doctor

    monkeypatch.setattr(doctor, "run", remembering(doctor.run))


@pytest.fixture
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What was sent to Celery, instead of sending it."""
    from celery import current_app

    sent: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, kwargs=None, **_: sent.append((str(name), kwargs or {}))
    )
    return sent
