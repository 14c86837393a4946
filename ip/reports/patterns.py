"""How results are owned across a consortium: jointly across firms, within one firm, by one."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q

from consortium.models import Consortium
from ip.models import Result
from ip.rules.ownership import Pattern


@dataclass(frozen=True)
class Counted:
    """How many results are of a pattern, and which part of all that name inventors."""

    pattern: Pattern
    count: int
    share: Fraction


def patterns(
    *,
    consortium: Consortium,
    starts_on: date | None = None,
    ends_on: date | None = None,
    on: date = date.max,
) -> list[Counted]:
    """Return the results of each pattern complete in a period (end exclusive), in one query.

    Those disclosed by a day. By inventors and their employers, as
    `ip.rules.ownership.pattern` tells them apart; results that name no inventor are left
    out. Source: Zhang & Li 2012, table 1.
    """
    within = Q(disclosed_on__lte=on)
    if starts_on is not None:
        within &= Q(completed_on__gte=starts_on)
    if ends_on is not None:
        within &= Q(completed_on__lt=ends_on)
    several, joint = Q(people__gt=1), Q(employers__gt=1)
    counts = (
        Result.objects.filter(within, consortium=consortium, inventors__isnull=False)
        .annotate(people=Count("inventors"), employers=Count("inventors__employer", distinct=True))
        .aggregate(
            **{
                Pattern.JOINT_ACROSS: Count("pk", filter=joint),
                Pattern.JOINT_WITHIN: Count("pk", filter=several & ~joint),
                Pattern.SINGLE: Count("pk", filter=~several),
            }
        )
    )
    total = sum(counts.values())
    return [Counted(each, counts[each], Fraction(counts[each], total or 1)) for each in Pattern]
