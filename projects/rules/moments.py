"""Moments as people of a consortium read them: in its own time zone, which is written too."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment(at: datetime, time_zone: str) -> str:
    """Return a moment as `2026-03-02 17:00:00+08:00`; milliseconds only where there are any."""
    local = at.astimezone(ZoneInfo(time_zone))
    return local.isoformat(sep=" ", timespec="milliseconds" if local.microsecond else "seconds")
