"""What every test stands on: real servers, databases of their own, nothing left behind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from rest_framework.test import APIClient

from config import embedded
from config.celery import app as celery_app
from config.errors import Trouble
from consortium.models import User
from consortium.papers import sheets
from tests.cast import NOW, Cast, build
from tests.snapshot import filled

BY_MIGRATING = {"auth_permission", "django_content_type"}
"""Tables that hold something before the first test."""


def pytest_configure(config: pytest.Config) -> None:
    try:
        embedded.hold()
    except Trouble as trouble:
        pytest.exit(str(trouble), returncode=1)
    celery_app.set_default()
    # Signing in is not what tests wait for.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def files_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep uploads out of `var/`."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    return Path(settings.MEDIA_ROOT)


@pytest.fixture(autouse=True, scope="session")
def committed_rows_go() -> Iterator[None]:
    """Delete what `transactional_db` leaves, instead of emptying every table.

    Meanwhile the triggers of sealed tables are off, which refuse even TRUNCATE.
    """

    def emptied(case: Any) -> None:
        names = connection.introspection.django_table_names(only_existing=True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in filled(set(names) - BY_MIGRATING):
                cursor.execute(f"DELETE FROM {table}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(autouse=True)
def forgetful_cache() -> None:
    """Start each test with no throttle and no rate limit used up."""
    cache.clear()


@pytest.fixture(autouse=True)
def downloads_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the files that a test asked for and did not read, as the end of a connection does."""
    with ExitStack() as files:
        monkeypatch.setattr(sheets, "TemporaryFile", lambda: files.enter_context(TemporaryFile()))
        yield


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """Everybody, on the cast's own day."""
    with time_machine.travel(NOW, tick=True):
        yield build()


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """Return a client of the interface, logged in as somebody."""

    def login(user: User | None = None, **headers: str) -> APIClient:
        client = APIClient(headers=headers)
        if user is not None:
            client.force_login(user)
        return client

    return login
