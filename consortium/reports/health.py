"""Whether the installation is alive."""

from datetime import datetime
from typing import Any

from django.db.models import Min

from consortium.models import Consortium


def tick_age(at: datetime) -> float | None:
    """Return the seconds since the consortium longest without a tick had its last one.

    None when no living consortium has been ticked yet. A worker can stay silent
    after its broker returns, so this number is what to watch.
    """
    oldest: dict[str, Any] = Consortium.objects.living().aggregate(at=Min("ticked_at"))
    return (at - oldest["at"]).total_seconds() if oldest["at"] else None
