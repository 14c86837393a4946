"""Who owes a levy for a period: the same as `funding.rules.supplied.owes`, set-based."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from consortium.models import Consortium, Member, MembershipTerm
from consortium.periods import Period
from funding.models import Declaration
from funding.reports.rounds import Due
from funding.rules.inputs import MEMBER_MONTHS
from funding.rules.triggers import PeriodTrigger


def liable(*, consortium: Consortium, due: Due) -> QuerySet[Member]:
    """Return the members that owe a levy for a period, whether they joined by now or not."""
    members = Member.objects.filter(owing(due), consortium=consortium)
    return members.select_related("organization", "consortium").order_by("pk")


def without_figures(*, consortium: Consortium, due: Due) -> QuerySet[Member]:
    """Return the members that owe the levy and have not declared for the period."""
    declared = Declaration.objects.filter(
        member=OuterRef("pk"), levy=due.levy.code, period_starts_on=due.period.starts_on
    )
    return liable(consortium=consortium, due=due).exclude(Exists(declared))


def owing(due: Due, *categories: str, member: str = "pk") -> Q:
    """Return the condition under which a row's member owes a levy for a period.

    In one of these categories; in any of the levy's where none is named. `member`: the
    path from the row to the member's key.
    """
    levy, period = due.levy, due.period
    within = categories or levy.categories
    if not isinstance(levy.trigger, PeriodTrigger):
        before = MembershipTerm.objects.filter(
            member=OuterRef(member), starts_on__lt=period.starts_on
        )
        return Q(first_category(within, period, member)) & ~Q(Exists(before))
    if MEMBER_MONTHS in levy.used:
        months = levy.trigger.months_of(period)
        return reduce(or_, (Q(first_category(within, each, member)) for each in months))
    return Q(first_category(within, period, member))


def first_category(categories: Collection[str], period: Period, member: str) -> Exists:
    """Say whether the category of a member's first day in a period is one of these."""
    reaches = Q(ends_on=None) | Q(ends_on__gt=period.starts_on)
    earlier = MembershipTerm.objects.filter(
        reaches, member=OuterRef("member"), starts_on__lt=OuterRef("starts_on")
    )
    return Exists(
        MembershipTerm.objects.filter(
            reaches,
            ~Exists(earlier),
            member=OuterRef(member),
            starts_on__lt=period.end,
            category__in=categories,
        )
    )
