"""Programs started as a user would, with data folders of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.servers import Place

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "DEBUG",
    "PORT",
    "HOST",
)


@pytest.fixture
def login() -> Callable[..., dict[str, str]]:
    """Return an environment as after logging in: none of this test run's settings."""

    def make(**more: object) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in OURS and not name.startswith(("PYTEST_", "CONSORTIUM_", "MAKE"))
        }
        return kept | {"PYTHONPATH": str(ROOT)} | {name: str(value) for name, value in more.items()}

    return make


@pytest.fixture
def python(login: Callable[..., dict[str, str]]) -> Callable[..., subprocess.Popen[str]]:
    """Return how to start a Python program in the tree."""

    def start(program: str, **more: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=login(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def var() -> Iterator[Path]:
    """Return a new data folder that any user may pass through (pytest's own are shut)."""
    folder = Path(tempfile.mkdtemp(prefix="consortium-test-"))
    folder.chmod(0o755)
    yield folder / "var"
    remove(folder)


@pytest.fixture
def shut_var() -> Iterator[Path]:
    """Return a new data folder under one that only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="consortium-test-"))
    yield folder / "var"
    place = Place.of(folder / "var")
    for each in (folder, place.home, place.sockets):
        remove(each)


def remove(folder: Path) -> None:
    assert "consortium-" in str(folder)
    shutil.rmtree(folder, ignore_errors=True)
