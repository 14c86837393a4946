"""The only place that reads the clock; only tasks, views and commands call it."""

from collections.abc import Callable
from datetime import date, datetime
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return the present moment, aware."""
    return timezone.now()


def today(consortium: Any = None) -> date:
    """Return today in the consortium's time zone, or in the installation's."""
    zone = ZoneInfo(consortium.time_zone) if consortium else timezone.get_default_timezone()
    return timezone.localtime(timezone.now(), zone).date()


def after(seconds: float) -> Callable[[], bool]:
    """Return what says whether so many seconds have passed since now."""
    until = monotonic() + seconds
    return lambda: monotonic() >= until
