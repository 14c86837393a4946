"""What tests of projects stand on."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.factories.portfolios import NOW, Portfolio, portfolio


@pytest.fixture
def here(kept: Any) -> Iterator[Portfolio]:
    """A consortium with an open call, on 2 March 2026."""
    with time_machine.travel(NOW, tick=True):
        yield kept(portfolio)
