"""Figures of members that declared none, found as the charter says."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, MembershipTerm, User
from consortium.money import rounded
from consortium.operations.audit import record
from funding.models import Declaration, Round
from funding.operations.asking import announce_estimates
from funding.operations.declarations import Figures, write
from funding.reports.liability import without_figures
from funding.reports.rounds import Due, governed
from funding.rules.bases import Estimate
from funding.rules.choices import Grade
from funding.rules.dues import Levy
from funding.rules.figures import PLACES, Figure, Foreign
from funding.rules.inputs import input_errors
from funding.states import Channel


class CannotEstimate(DomainError):
    """None of the charter's ways leads to figures for this member."""

    code = "cannot_estimate"


@operation(allow=set(), subject="member")
def estimate_figures(*, member: Member, due: Due, by: User | None, on: date) -> Declaration:
    """Estimate a member's figures for a period by the first way of the charter that works.

    The member is told; its own figures will replace them. Raises CannotEstimate.
    """
    values = next(estimated(member, due), None)
    if values is None:
        raise CannotEstimate(member=str(member), levy=due.levy.code)
    figures = Figures(
        levy=due.levy.code,
        period_starts_on=due.period.starts_on,
        values=values,
        grade=Grade.ESTIMATED,
    )
    declaration = write(member, figures, Declaration(channel=Channel.ESTIMATED), on)
    announce_estimates(consortium=member.consortium, due=due, members=[member.pk], on=on)
    record(
        consortium=member.consortium, action="estimate_figures", by=by, on=on, subject=declaration
    )
    return declaration


def estimated(member: Member, due: Due) -> Iterator[dict[str, Figure]]:
    """Yield the figures each way of the charter leads to, as long as the rule takes them."""
    for way in due.levy.missing:
        values = assumed(member, due, way)
        if values and not list(input_errors(due.levy.inputs, values)):
            yield values


def assumed(member: Member, due: Due, way: Estimate) -> dict[str, Figure]:
    """Return the figures of one way; none where it starts from earlier ones and there are none."""
    if way.previous is None:
        return due.levy.assumed(way)
    earlier = Declaration.objects.filter(
        member=member, levy=due.levy.code, period_starts_on__lt=due.period.starts_on
    )
    last = earlier.order_by("-period_starts_on", "-version").prefetch_related("figures").first()
    found = last.inputs() if last else {}
    return {
        name: raised(due.levy, name, value, way.previous)
        for name, value in found.items()
        if name in due.levy.inputs
    }


def raised(levy: Levy, name: str, value: Figure, factor: Decimal) -> Figure:
    """Return a figure times a factor, half up: counts to whole numbers, others to three places."""
    if isinstance(value, Foreign):
        return Foreign(rounded(value.amount * factor, Decimal(1).scaleb(-PLACES)), value.unit)
    if isinstance(value, Decimal):
        whole = levy.inputs[name].domain.whole
        return rounded(value * factor, Decimal(1) if whole else Decimal(1).scaleb(-PLACES))
    return value


def unestimated(*, consortium: Consortium, on: date) -> Iterator[tuple[Member, Due]]:
    """Yield the members whose figures are missing on the day of assessment, with the period.

    Who joined after the round had closed is waited for.
    """
    for _round, due in governed(Round.objects.filter(ends_on__gt=on), consortium):
        if due.levy.missing and due.schedule.assess_on <= on and not due.final(on):
            for member in joined_before_closing(consortium, due):
                yield member, due


def joined_before_closing(consortium: Consortium, due: Due) -> QuerySet[Member]:
    by = max(due.schedule.closes_on, due.period.starts_on)
    joined = MembershipTerm.objects.filter(member=OuterRef("pk"), starts_on__lte=by)
    return without_figures(consortium=consortium, due=due).filter(Exists(joined))
