"""Whom a round's notices went to: how many people and when, without what they are told."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from consortium.models import Consortium, Notice
from consortium.states import NoticeState
from funding.models import Round

ASKING = ("figures_requested", "figures_reminder", "figures_estimated")
SENT = Count("pk", filter=Q(state=NoticeState.SENT))


class Told(NamedTuple):
    """People told of one thing on a day, and to how many of them it has been sent."""

    code: str
    on: date
    people: int
    sent: int


class Request(NamedTuple):
    """People told of a charge, and to how many of them it has been sent."""

    people: int
    sent: int


def asked(round: Round) -> list[Told]:
    """Return how many people were asked for a round's figures, day by day."""
    own = Q()
    for code in ASKING:
        own |= Q(dedupe_key__startswith=f"{code}:{round.levy}:{round.starts_on.isoformat()}:")
    notices = Notice.objects.filter(own, consortium=round.consortium_id)
    days = notices.values_list("code", "on").annotate(people=Count("pk"), sent=SENT)
    days = days.order_by("on", "code")
    return [Told(*each) for each in days]


def requested(consortium: Consortium, numbers: Iterable[str]) -> dict[str, Request]:
    """Return how many people were told of each of these charges; none where nobody was."""
    number = KeyTextTransform("number", "values")
    notices = Notice.objects.annotate(number=number).filter(
        consortium=consortium, code="payment_requested", number__in=list(numbers)
    )
    found = notices.order_by().values_list("number").annotate(people=Count("pk"), sent=SENT)
    return {each: Request(people, sent) for each, people, sent in found}
