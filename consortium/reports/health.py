"""Whether the installation is alive."""

from datetime import datetime
from typing import Any

from django.db.models import Min

from consortium.models import Consortium, Notice, ParkedItem
from consortium.states import NoticeState


def tick_age(at: datetime) -> float | None:
    """Return the seconds since the consortium longest without a tick had its last one.

    None when no living consortium has been ticked yet. A worker can stay silent
    after its broker returns, so this number is what to watch.
    """
    oldest: dict[str, Any] = Consortium.objects.living().aggregate(at=Min("ticked_at"))
    return (at - oldest["at"]).total_seconds() if oldest["at"] else None


def backlog() -> dict[str, int]:
    """Return how much is left lying in all living consortia, by kind.

    Notices that nobody means to send are not counted: while outbound is held, or to
    someone without an address or an account in use.
    """
    living = Consortium.objects.living()
    unsent = Notice.objects.filter(
        consortium__in=living,
        consortium__outbound_released_at__isnull=False,
        recipient__is_active=True,
    ).exclude(recipient__email="")
    return {
        "notices_waiting": unsent.filter(state=NoticeState.WAITING).count(),
        "notices_failed": unsent.filter(state=NoticeState.FAILED).count(),
        "parked_items": ParkedItem.objects.parked().filter(consortium__in=living).count(),
        "withheld_consortia": living.filter(withheld_since__isnull=False).count(),
    }
