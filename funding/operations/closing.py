"""Closing a fiscal year of the books: proposed by one person, confirmed by another."""

from datetime import date

from consortium.access import holds, operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.states import SECOND_ROLES, Role
from funding.models import DuesRun, YearClose
from funding.operations.ledger import Leg, transfer
from funding.operations.runs import SamePersonConfirms, WrongConfirmer
from funding.reports.books import DAY
from funding.reports.closing import Closing, closing_of, to_close
from funding.reports.seconds import approvers
from funding.states import AccountKind


class YearNotOver(DomainError):
    """The year has not ended yet."""

    code = "year_not_over"


class YearNotSwept(DomainError):
    """Days of the year are still to be worked through; what they bring is not booked yet."""

    code = "year_not_swept"


class OtherYear(DomainError):
    """Years are closed one after the other, each at its end."""

    code = "other_year"


class AlreadyClosed(DomainError):
    code = "already_closed"


class RunUnfinished(DomainError):
    """A dues run that was confirmed in the year is not carried out to the end."""

    code = "run_unfinished"


class BooksChanged(DomainError):
    """Something was booked in the year since its close was proposed."""

    code = "books_changed"


@operation(allow={Role.FINANCE})
def propose_close(
    *, consortium: Consortium, unit: str, ends_on: date, by: User | None, on: date
) -> YearClose:
    """Propose to close the year that ends on a day (exclusive), for a second person to confirm.

    An earlier proposal that nobody confirmed is replaced. Raises NothingBooked,
    AlreadyClosed, OtherYear, and what `refuse_unfinished` raises.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    found = to_close(consortium, unit)
    if ends_on <= found.period.starts_on:
        raise AlreadyClosed(ends_on=ends_on - DAY, open_from=found.period.starts_on)
    if ends_on != found.period.end:
        raise OtherYear(ends_on=found.last_day)
    refuse_unfinished(found, on)
    own = {"consortium": consortium, "unit": unit, "ends_on": ends_on}
    YearClose.objects.filter(**own, closed_on=None).delete()
    close = YearClose(
        **own,
        starts_on=found.period.starts_on,
        surplus=found.surplus,
        proposed_on=on,
        proposed_by=by,
    )
    close.digest = found.digest(close.uid)
    close.save(force_insert=True)
    record(
        consortium=consortium,
        action="propose_close",
        by=by,
        on=on,
        subject=close,
        trial_balance=close.digest,
    )
    return close


def refuse_unfinished(found: Closing, on: date) -> None:
    """Raise where something is still to be booked in the year.

    Raises YearNotOver, YearNotSwept, RunUnfinished.
    """
    consortium, ends_on = found.consortium, found.period.end
    if on < ends_on:
        raise YearNotOver(ends_on=found.last_day)
    consortium.refresh_from_db(fields=["advanced_to"])
    if consortium.advanced_to < found.last_day:
        raise YearNotSwept(ends_on=found.last_day, advanced_to=consortium.advanced_to)
    runs = DuesRun.objects.filter(consortium=consortium, confirmed_on__lt=ends_on, done_on=None)
    if runs.exists():
        raise RunUnfinished(ends_on=found.last_day)


@operation(allow=set(SECOND_ROLES), subject="close")
def confirm_close(*, close: YearClose, by: User | None, on: date) -> YearClose:
    """Close a year as the second person: its income and expense become surplus.

    From then on nothing is booked in it. Raises AlreadyClosed, SamePersonConfirms,
    WrongConfirmer, BooksChanged, and what `refuse_unfinished` raises.
    """
    # Whoever posts holds the consortium's key till the end, so nobody is posting now.
    Consortium.objects.select_for_update().get(pk=close.consortium_id)
    close = YearClose.objects.select_for_update().select_related("consortium").get(pk=close.pk)
    found = closing_of(close)
    if close.closed_on is not None:
        raise AlreadyClosed(ends_on=found.last_day, open_from=close.ends_on)
    refuse_wrong_person(close.consortium, close.proposed_by_id, by, on)
    refuse_unfinished(found, on)
    if found.digest(close.uid) != close.digest:
        raise BooksChanged(unit=close.unit, ends_on=found.last_day)
    carry_over(found)
    close.closed_on, close.closed_by = on, by
    close.save(update_fields=["closed_on", "closed_by"])
    record(
        consortium=close.consortium,
        action="confirm_close",
        by=by,
        on=on,
        subject=close,
        trial_balance=close.digest,
    )
    return close


def carry_over(found: Closing) -> None:
    """Move each income and expense account's balance to the surplus, on the last day."""
    surplus = AccountKind.SURPLUS
    legs = [
        Leg(surplus, kind, balance) if balance > 0 else Leg(kind, surplus, -balance)
        for kind, balance in sorted(found.results.items())
    ]
    if legs:
        transfer(
            consortium=found.consortium,
            unit=found.unit,
            key=f"close:{found.unit}:{found.period.end.isoformat()}",
            on=found.last_day,
            legs=legs,
        )


def refuse_wrong_person(
    consortium: Consortium, proposer: int | None, by: User | None, on: date
) -> None:
    """Raise where somebody is not a second person of a role the charter names."""
    if by is None:
        return
    if proposer == by.pk:
        raise SamePersonConfirms(person=str(by))
    wanted = approvers(consortium=consortium, on=on)
    if not holds(by, consortium=consortium, on=on, roles=wanted, organization=None):
        raise WrongConfirmer(roles=sorted(wanted))
