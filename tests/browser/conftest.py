"""A real browser: the system's chromium, driven by playwright, beside Django's live server."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.cast import Cast, build

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """Everybody, committed, so that the live server's own connection sees them."""
    return build()


@pytest.fixture
def browse(live_server: Any) -> Callable[..., Any]:
    """Open a page of the live server.

    Rows are read and written outside the `with` block only: playwright runs an event
    loop in which Django refuses queries.
    """
    if CHROMIUM is None:
        pytest.fail(
            "Install chromium: the browser walk needs it (Debian: apt-get install chromium)."
        )

    @contextmanager
    def open_page(*, timezone: str = "Asia/Shanghai") -> Iterator[Page]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": 1366, "height": 800},
                locale="en-US",
                timezone_id=timezone,
            )
            page = context.new_page()
            page.set_default_timeout(20_000)
            yield page
            browser.close()

    return open_page


@pytest.fixture
def shots() -> Path | None:
    """Return the folder for screenshots when `SCREENSHOTS` names one."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
