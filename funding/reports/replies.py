"""What members have answered to a round: their own figures, an estimate, or nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from consortium import access
from consortium.models import Member
from funding.models import MEMBER_READERS, Assessment, Declaration, Round
from funding.reports.liability import liable
from funding.reports.rounds import Due
from funding.rules.choices import ReplyState
from funding.rules.dues import Levy
from funding.rules.supplied import Stay, owes
from funding.states import Channel


@dataclass(frozen=True)
class Reply:
    """What a round has of one member."""

    member: Member
    declaration: Declaration | None

    @property
    def state(self) -> ReplyState:
        return state_of(self.declaration)


def state_of(declaration: Declaration | None) -> ReplyState:
    if declaration is None:
        return ReplyState.MISSING
    estimated = declaration.channel == Channel.ESTIMATED
    return ReplyState.ESTIMATED if estimated else ReplyState.DECLARED


class OwnReplies:
    """The replies of the members a person speaks for, to any round, in three queries."""

    def __init__(self, user: Any, on: date) -> None:
        own = access.own(user, on, *MEMBER_READERS, organization="organization")
        members = Member.objects.filter(own).select_related("organization").order_by("pk")
        self.members = list(members.prefetch_related("terms"))
        last = Declaration.objects.filter(member__in=self.members).current()
        self.declared = {
            (each.member_id, each.levy, each.period_starts_on): each for each in last.iterator()
        }

    def to(self, round: Round, levy: Levy) -> list[Reply]:
        """Return what those members that owe the levy have answered, if it asks for figures."""
        if not levy.inputs:
            return []
        return [
            Reply(each, self.declared.get((each.pk, round.levy, round.starts_on)))
            for each in self.members
            if each.consortium_id == round.consortium_id
            and owes(levy, stays(each), round.period) is not None
        ]


def stays(member: Member) -> list[Stay]:
    """Return a member's terms, oldest first, as the rules take them."""
    terms = sorted(member.terms.all(), key=lambda term: term.starts_on)
    return [Stay(each.category, each.starts_on, each.ends_on) for each in terms]


@dataclass(frozen=True)
class Counts:
    """How many members owe a levy for a period, and what the round has of them."""

    liable: int
    declared: int
    estimated: int
    missing: int
    assessed: int


def counts(*, round: Round, due: Due) -> Counts:
    """Return how many members have answered a round; nobody is missing where it asks nothing."""
    members = liable(consortium=round.consortium, due=due).order_by()
    where = {"levy": round.levy, "period_starts_on": round.starts_on, "member__in": members}
    found = Declaration.objects.filter(**where).current()
    answered: dict[str, int] = found.aggregate(
        all=Count("pk"), estimated=Count("pk", filter=Q(channel=Channel.ESTIMATED))
    )
    assessed = Assessment.objects.filter(**where).aggregate(n=Count("member", distinct=True))
    owing = members.count()
    return Counts(
        liable=owing,
        declared=answered["all"] - answered["estimated"],
        estimated=answered["estimated"],
        missing=owing - answered["all"] if due.levy.inputs else 0,
        assessed=assessed["n"],
    )
