"""Who works where on a day, and which share of the staff each member sends."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from consortium.models import Consortium, Member
from projects.models import Secondment


def present(rows: QuerySet[Secondment], on: date) -> QuerySet[Secondment]:
    """Return the secondments whose person is there on a day; one not handed back still is."""
    return rows.filter(Q(handed_back_on=None) | Q(handed_back_on__gt=on), starts_on__lte=on)


def who_is_where(*, consortium: Consortium, user: Any, on: date) -> QuerySet[Secondment]:
    """Return the people a reader may know of who are away on a day, by facility."""
    rows = Secondment.objects.visible_to(user, on).filter(consortium=consortium)
    found = present(rows, on).select_related("facility", "home__organization", "project")
    return found.order_by("facility", "person", "pk")


@dataclass(frozen=True)
class Sent:
    """How many people a member has sent, and which part of all that is."""

    member: Member
    people: int
    share: Decimal


def staff_shares(*, consortium: Consortium, on: date) -> list[Sent]:
    """Return each member's part of the people sent on a day, the largest first."""
    rows = present(Secondment.objects.filter(consortium=consortium), on)
    counts = Counter(each.home for each in rows.select_related("home__organization"))
    total = Decimal(counts.total() or 1)
    return [
        Sent(member, people, people / total)
        for member, people in sorted(counts.items(), key=lambda each: (-each[1], each[0].pk))
    ]
