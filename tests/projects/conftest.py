"""What tests of projects stand on."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.portfolios import NOW, Portfolio, portfolio


@pytest.fixture
def here(db: None) -> Iterator[Portfolio]:
    """A consortium with an open call, on 2 March 2026."""
    with time_machine.travel(NOW, tick=True):
        yield portfolio()
