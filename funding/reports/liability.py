"""Who owes a levy for a period: the same as `funding.rules.supplied.owes`, set-based."""

from collections.abc import Collection, Sequence

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

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


def owing(due: Due, *categories: str | OuterRef, member: str = "pk") -> Q:
    """Return the condition under which a row's member owes a levy for a period.

    In one of these categories (or columns of the row); in any of the levy's where none is
    named. `member`: the path from the row to the member's key.
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
        return Q(first_of_a_month(within, period, months, member))
    return owing_at_first(due, *within, member=member)


def owing_at_first(due: Due, *categories: str | OuterRef, member: str = "pk") -> Q:
    """Return the condition that the category of a member's first day in the period owes it."""
    return Q(first_category(categories or due.levy.categories, due.period, member))


def first_category(categories: Collection[str | OuterRef], period: Period, member: str) -> Exists:
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


def first_of_a_month(
    categories: Collection[str | OuterRef], period: Period, months: Sequence[Period], member: str
) -> Exists:
    """Say whether a member's first category in some month of a period is one of these.

    A stay is the first in each month it reaches, save that in which it begins, if an
    earlier one reaches into it.
    """
    begun = [When(starts_on__lt=each.end, then=Value(each.starts_on)) for each in months]
    ended = [When(starts_on__lt=each.end, then=Value(each.end)) for each in months]
    earlier = MembershipTerm.objects.filter(
        member=OuterRef("member"),
        starts_on__lt=OuterRef("starts_on"),
        ends_on__gt=OuterRef("month_starts_on"),
    )
    goes_on = Q(ends_on=None) | Q(ends_on__gt=F("month_ends_on"))
    return Exists(
        MembershipTerm.objects.annotate(month_starts_on=Case(*begun), month_ends_on=Case(*ended))
        .filter(Q(ends_on=None) | Q(ends_on__gt=period.starts_on), member=OuterRef(member))
        .filter(starts_on__lt=period.end, category__in=categories)
        .filter(~Exists(earlier) | Q(goes_on, month_ends_on__lt=period.end))
    )
