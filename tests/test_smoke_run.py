"""`make run` as a user sees it: the first page, the pulse, the end, and nothing left behind."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DEBUG", "HOST")


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """Return a data folder for all starts, so that the later ones are second starts."""
    folder = Path(tempfile.mkdtemp(prefix="consortium-test-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


@contextlib.contextmanager
def make_run(var: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run the product; yield its process and its address once it says where it is."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in SETTINGS and not name.startswith(("PYTEST_", "CONSORTIUM_", "MAKE", "COV_"))
    }
    process = subprocess.Popen(
        ["make", "--no-print-directory", "run"],
        cwd=ROOT,
        env=kept | {"CONSORTIUM_VAR": str(var), "PORT": "18000"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if found := re.search(r"running at (http://\S+/)", line):
                yield process, found.group(1)
                break
        else:
            pytest.fail(said)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def page(address: str) -> tuple[int, str, str]:
    # No proxy: the address is this machine's.
    opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
    with opener.open(address, timeout=10) as answer:
        return answer.status, answer.url, answer.read().decode()


def of_this_run(var: Path) -> list[str]:
    """Return the processes that have to do with a data folder, by environment or arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if str(var).encode() in words + (process / "environ").read_bytes():
                found.append(f"{process.name} {words.replace(b'\0', b' ').decode()[:100]}")
    return found


def gone(var: Path, seconds: float) -> list[str]:
    """Return what is left of a run when nothing is, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while (left := of_this_run(var)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def test_first_page_pulse_and_end(var: Path) -> None:
    with make_run(var) as (process, address):
        status, url, text = page(address)
        assert (status, url) == (200, f"{address}accounts/login/?next=%2Fadmin%2F")
        assert 'type="password"' in text
        status, _, text = page(f"{address}healthz")
        assert status == 200
        assert '"database": "up", "broker": "up"' in text
        assert len(of_this_run(var)) > 5
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert gone(var, 5) == []


def test_a_killed_launcher_takes_everything_along_and_the_next_start_heals(var: Path) -> None:
    with make_run(var) as (process, _):
        process.kill()
        assert gone(var, 20) == []
    with make_run(var) as (process, address):
        assert page(f"{address}healthz")[0] == 200
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=20)
        assert gone(var, 5) == []


def test_a_taken_port_is_said_and_passed_over(var: Path) -> None:
    with make_run(var) as (_, first), make_run(var) as (_, second):
        assert first != second
        assert page(f"{second}healthz")[0] == 200
