"""The only place that reads the clock; only tasks, views and commands call it."""

from datetime import date, datetime
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
