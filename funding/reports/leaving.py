"""What is owed when a member leaves or the consortium ends: open, or yet to be charged."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from consortium import access
from consortium.models import Consortium, Member
from consortium.models.base import among
from consortium.registry import PreviewLine
from funding.models import (
    FINANCE_READERS,
    MEMBER_READERS,
    STANDING_READERS,
    Account,
    Assessment,
    Charge,
)
from funding.reports.open_items import NONE, balances, open_amounts
from funding.reports.rounds import Due, charters_of, levies_of
from funding.rules.calendar import periods_between
from funding.rules.supplied import Stay, owes, supplied
from funding.rules.triggers import PeriodTrigger
from funding.states import AccountKind

MOST = 100
"""Periods that are named; ten years of months are more than a charter's notice."""


def owed(*, member: Member, user: Any, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield what is open of a member, and each period it owes dues for until it is gone.

    Amounts only for those who may read the member's account; that something is open, for
    everyone who may ask.
    """
    yield from still_open(member, on, figures=may_read(member, user, on))
    yield from islice(periods_owed(member, ends_on, on), MOST)


def may_read(member: Member, user: Any, on: date) -> bool:
    return access.holds(
        user,
        consortium=member.consortium,
        on=on,
        roles={*FINANCE_READERS, *MEMBER_READERS},
        organization=member.organization,
    )


def still_open(member: Member, on: date, *, figures: bool) -> Iterator[PreviewLine]:
    """Yield each open charge and each credit on account; without figures, how many there are."""
    charges = Charge.objects.filter(member=member).order_by("due_on", "pk")
    open_ = open_amounts(charges.values_list("pk", flat=True))
    if not figures:
        if open_:
            yield PreviewLine("leaving_some_open", {"count": len(open_)})
        return
    for each in charges.filter(pk__in=among(open_)):
        said = {"number": each.number, "amount": open_[each.pk], "unit": each.unit}
        yield PreviewLine("leaving_open", {**said, "due_on": each.due_on})
    accounts = Account.objects.filter(member=member, kind=AccountKind.ON_ACCOUNT)
    stands = balances(accounts)
    for account in accounts.order_by("unit"):
        if (credit := -stands[account.pk]) > NONE:
            yield PreviewLine("leaving_credit", {"amount": credit, "unit": account.unit})


def unsettled(
    *, consortium: Consortium, user: Any, ends_on: date, on: date
) -> Iterator[PreviewLine]:
    """Yield what members owe and are owed when the consortium ends.

    Amounts for those who read every account; how many members, for those who read standing.
    """
    here: dict[str, Any] = {"consortium": consortium, "on": on, "organization": None}
    figures = access.holds(user, roles=set(FINANCE_READERS), **here)
    if not figures and not access.holds(user, roles=set(STANDING_READERS), **here):
        return
    kinds = (AccountKind.RECEIVABLE, AccountKind.ON_ACCOUNT)
    accounts = Account.objects.filter(consortium=consortium, kind__in=kinds)
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    stands = balances(accounts)
    for account in accounts:
        if stands[account.pk] != NONE:
            sums[account.kind, account.unit].append(abs(stands[account.pk]))
    for (kind, unit), found in sorted(sums.items()):
        said: dict[str, Any] = {"count": len(found), "unit": unit}
        yield PreviewLine(
            f"ending_{kind}" if figures else f"ending_{kind}_some",
            {**said, "amount": sum(found)} if figures else said,
        )


class Stays(NamedTuple):
    """A member's terms as they are, and as they would be if the last one ended."""

    now: list[Stay]
    then: list[Stay]


def stays_of(member: Member, ends_on: date) -> Stays:
    rows = member.terms.order_by("starts_on").values_list("category", "starts_on", "ends_on")
    now = [Stay(*row) for row in rows]
    then = [
        each._replace(ends_on=ends_on)
        if each.starts_on < ends_on and (each.ends_on is None or each.ends_on > ends_on)
        else each
        for each in now
    ]
    return Stays(now, then)


def periods_owed(member: Member, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield what becomes of each levy's periods from today's up to the end of membership."""
    stays = stays_of(member, ends_on)
    assessed = set(
        Assessment.objects.filter(member=member, subject=None).values_list(
            "levy", "period_starts_on"
        )
    )
    for due in periods(member, ends_on, on):
        category = owes(due.levy, stays.then, due.period)
        known = (due.levy.code, due.period.starts_on) in assessed
        if category is None and not known:
            continue
        values = {
            "levy": due.levy.label,
            "starts_on": due.period.starts_on,
            "ends_on": due.period.end,
        }
        yield PreviewLine(becomes(due, stays, category, known=known, ends_on=ends_on), values)


def becomes(due: Due, stays: Stays, category: str | None, *, known: bool, ends_on: date) -> str:
    """Return the code of what becomes of a period's dues."""
    if category is None:
        return "leaving_credited"
    if not known:
        return "leaving_to_charge"
    before = owes(due.levy, stays.now, due.period)
    if before != category or (
        supplied(due.levy, stays.now, due.period, category)
        != supplied(due.levy, stays.then, due.period, category)
    ):
        return "leaving_assessed_anew"
    return "leaving_charged_in_full" if due.period.end > ends_on else "leaving_charged"


def periods(member: Member, ends_on: date, on: date) -> Iterator[Due]:
    """Yield the periods of each levy that have not ended today and begin before a day."""
    life = member.consortium.period
    for charter in charters_of(member.consortium):
        until = min(filter(None, (charter.ends_on, life.ends_on, ends_on)))
        for levy in levies_of(charter):
            if isinstance(levy.trigger, PeriodTrigger):
                for period in periods_between(levy, charter.starts_on, until):
                    if period.end > on and life.contains(period.starts_on):
                        yield Due(charter, levy, period)
