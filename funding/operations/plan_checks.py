"""What keeps a payment plan from being agreed to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from consortium.errors import DomainError
from consortium.models import Member
from consortium.money import quantum
from consortium.periods import add_months
from funding.models import Charge, PlannedCharge
from funding.operations.concession_checks import ForeignCharge, NothingOpen, NotPositive, WrongUnit
from funding.operations.ledger import FinerThanUnit
from funding.reports.open_items import open_amounts
from funding.reports.plans import limits_of
from funding.rules.plans import Instalment, total


class NothingPlanned(DomainError):
    """A plan is for at least one charge and has at least two instalments."""

    code = "nothing_planned"


class ChargePlanned(DomainError):
    """The charge is paid off by another plan that runs."""

    code = "already_planned"


class InstalmentsDiffer(DomainError):
    """The instalments do not add up to what is open of the charges."""

    code = "instalments_differ"


class InstalmentPast(DomainError):
    """An instalment is due before the plan is agreed."""

    code = "instalment_past"


class SameDayTwice(DomainError):
    code = "same_day_twice"


class TooManyInstalments(DomainError):
    """The charter allows fewer instalments."""

    code = "too_many_instalments"


class PlanTooLong(DomainError):
    """The last instalment comes later than the charter allows."""

    code = "plan_too_long"


def refuse_charges(member: Member, charges: Sequence[Charge]) -> Decimal:
    """Return what is open of a locked member's charges.

    Raises NothingPlanned, ForeignCharge, WrongUnit, NothingOpen, ChargePlanned.
    """
    if not charges:
        raise NothingPlanned
    open_ = open_amounts(each.pk for each in charges)
    for each in charges:
        if each.member_id != member.pk:
            raise ForeignCharge(number=each.number)
        if each.unit != charges[0].unit:
            raise WrongUnit(unit=each.unit, expected=charges[0].unit)
        if open_.get(each.pk, Decimal(0)) <= 0:
            raise NothingOpen(number=each.number)
    running = PlannedCharge.objects.filter(
        charge__in=charges, plan__granted=True, plan__ended_on=None
    )
    planned = running.select_related("charge").first()
    if planned is not None:
        raise ChargePlanned(number=planned.charge.number)
    return sum(open_.values(), Decimal(0))


def refuse_schedule(
    instalments: Sequence[Instalment], charges: Sequence[Charge], open_: Decimal, on: date
) -> None:
    """Raise what is wrong with the instalments of what is open of charges.

    Raises NothingPlanned, NotPositive, FinerThanUnit, SameDayTwice, InstalmentPast,
    TooManyInstalments, PlanTooLong, InstalmentsDiffer.
    """
    unit, most = charges[0].unit, limits_of(charges)
    if len(instalments) < 2:
        raise NothingPlanned
    for each in instalments:
        if each.amount <= 0:
            raise NotPositive(amount=each.amount)
        if each.amount != each.amount.quantize(quantum(unit)):
            raise FinerThanUnit(value=each.amount, smallest=quantum(unit))
    days = sorted(each.due_on for each in instalments)
    for day, following in pairwise(days):
        if day == following:
            raise SameDayTwice(due_on=day)
    if days[0] < on:
        raise InstalmentPast(due_on=days[0])
    if len(days) > most.instalments:
        raise TooManyInstalments(count=len(days), most=most.instalments)
    if days[-1] > (last := add_months(on, most.months)):
        raise PlanTooLong(due_on=days[-1], last_on=last, months=most.months)
    if (asked := total(instalments)) != open_:
        raise InstalmentsDiffer(sum=asked, open=open_, unit=unit)
