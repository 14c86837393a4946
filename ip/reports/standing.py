"""What an organization is to a consortium: its memberships, suspensions and controllers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from consortium.models import Consortium, Control, Member, Organization, Suspension
from consortium.periods import Period, merged
from consortium.rules.choices import SuspendedRight
from ip.rules.facts import Affiliation, Standing, Stay

MAJORITY = Decimal("0.5")
"""Who holds more than this of an organization controls it."""


def standing_of(organization: Organization, consortium: Consortium) -> Standing:
    """Return an organization's dated facts; `domestic` depends on a charter and is left open."""
    held = controllers(organization)
    here = (
        Member.objects.filter(consortium=consortium, organization__in=[organization.pk, *held])
        .prefetch_related(
            "terms",
            Prefetch("suspensions", Suspension.objects.filter(right=SuspendedRight.ACCESS)),
        )
        .order_by("pk")
    )
    members = {each.organization_id: each for each in here}
    own = members.pop(organization.pk, None)
    return Standing(
        stays=stays_of(own) if own is not None else (),
        suspended=suspended_of(own) if own is not None else (),
        affiliated=tuple(
            affiliation
            for key, member in members.items()
            for affiliation in affiliations(held[key], member)
        ),
        association=organization.pk in (consortium.liable_unit_id, consortium.host_unit_id),
    )


def stays_of(member: Member) -> tuple[Stay, ...]:
    terms = sorted(member.terms.all(), key=lambda term: term.starts_on)
    return tuple(Stay(term.period, term.breach) for term in terms)


def suspended_of(member: Member) -> tuple[Period, ...]:
    return tuple(each.period for each in member.suspensions.all())


def affiliations(controlled: Iterable[Period], member: Member) -> Iterator[Affiliation]:
    """Yield the times under the control of an organization while that was a member."""
    suspended = suspended_of(member)
    for spell in Standing(stays=stays_of(member)).spells:
        for period in merged(controlled):
            if period.overlaps(spell.period):
                common = period.common(spell.period)
                yield Affiliation(common, spell.period.starts_on, suspended)


def controllers(organization: Organization) -> dict[int, list[Period]]:
    """Return who controls an organization by majorities, directly or through others, and when.

    One query for each level of control.
    """
    found: dict[int, list[Period]] = defaultdict(list)
    level: dict[int, list[Period]] = {organization.pk: [Period(date.min)]}
    while level:
        rows = Control.objects.filter(organization__in=level, share__gt=MAJORITY)
        above: dict[int, list[Period]] = defaultdict(list)
        for row in rows.order_by("starts_on", "pk"):
            common = [
                each.common(row.period)
                for each in level[row.organization_id]
                if each.overlaps(row.period)
            ]
            if row.controller_id not in found and row.controller_id != organization.pk:
                above[row.controller_id] += common
        for key, periods in above.items():
            found[key] += periods
        level = {key: periods for key, periods in above.items() if periods}
    return found
