"""Giving an unused surplus back: credit notes, agreed by two people."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User, digest
from consortium.models.base import among
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.states import SECOND_ROLES, Role
from funding.models import Account, Charge, CreditNote, SurplusReturn, YearClose
from funding.operations.charges import issuers, party_of
from funding.operations.closing import BooksChanged, refuse_wrong_person
from funding.operations.ledger import FinerThanUnit, Leg, transfer
from funding.reports.books import DAY
from funding.reports.closing import Share, shares, shares_digest, surplus_levy
from funding.reports.open_items import NONE, balances, open_amounts
from funding.states import AccountKind, CreditReason


class YearStillOpen(DomainError):
    """Only the surplus of a closed year goes back."""

    code = "year_still_open"


class NoSurplusRule(DomainError):
    """The charter does not say by which levy a surplus goes back."""

    code = "no_surplus_rule"


class ExceedsSurplus(DomainError):
    """There is less to give back."""

    code = "exceeds_surplus"


class AlreadyReturned(DomainError):
    """A surplus goes back once."""

    code = "already_returned"


class NobodyPaid(DomainError):
    """Nobody paid of the levy in that year, so there is nobody to give it back to."""

    code = "nobody_paid"


@operation(allow={Role.FINANCE}, subject="close")
def propose_return(
    *, close: YearClose, amount: Decimal, by: User | None, on: date
) -> SurplusReturn:
    """Propose to give a part of a closed year's surplus back, by what members paid in it.

    `amount`: in the close's unit. An earlier proposal that nobody confirmed is replaced.
    Raises AlreadyReturned, and what `divided` raises.
    """
    close = YearClose.objects.select_for_update().select_related("consortium").get(pk=close.pk)
    if SurplusReturn.objects.filter(close=close, confirmed_on__isnull=False).exists():
        raise AlreadyReturned(starts_on=close.starts_on, ends_on=close.ends_on - DAY)
    levy, rows = divided(close, amount)
    SurplusReturn.objects.filter(close=close).delete()
    back = SurplusReturn(
        consortium=close.consortium,
        close=close,
        levy=levy,
        amount=amount,
        count=len(rows),
        proposed_on=on,
        proposed_by=by,
    )
    back.digest = shares_digest(rows, back.uid)
    back.save(force_insert=True)
    record(
        consortium=close.consortium,
        action="propose_return",
        by=by,
        on=on,
        subject=back,
        count=back.count,
        parts=back.digest,
    )
    return back


def divided(close: YearClose, amount: Decimal) -> tuple[str, list[Share]]:
    """Return the levy, and each member's part of an amount.

    Raises YearStillOpen, NoSurplusRule, FinerThanUnit, ExceedsSurplus, NobodyPaid.
    """
    if close.closed_on is None:
        raise YearStillOpen(ends_on=close.ends_on - DAY)
    levy = surplus_levy(close)
    if levy is None:
        raise NoSurplusRule(on=close.ends_on - DAY)
    if amount != amount.quantize(quantum(close.unit)):
        raise FinerThanUnit(value=amount, smallest=quantum(close.unit))
    most = returnable(close)
    if not 0 < amount <= most:
        raise ExceedsSurplus(amount=amount, most=most, unit=close.unit)
    rows = shares(close, levy, amount)
    if not rows:
        raise NobodyPaid(levy=levy, starts_on=close.starts_on, ends_on=close.ends_on - DAY)
    return levy, rows


def returnable(close: YearClose) -> Decimal:
    """Return how much of a year's surplus is still there, if any."""
    accounts = Account.objects.filter(
        consortium=close.consortium, kind=AccountKind.SURPLUS, unit=close.unit
    )
    return max(NONE, min(close.surplus, -sum(balances(accounts).values(), NONE)))


@operation(allow=set(SECOND_ROLES), subject="back")
def confirm_return(*, back: SurplusReturn, by: User | None, on: date) -> SurplusReturn:
    """Issue a credit note to each member as proposed: to open charges first, then on account.

    Raises AlreadyReturned, SamePersonConfirms, WrongConfirmer, BooksChanged, and what
    `divided` raises.
    """
    back = (
        SurplusReturn.objects.select_for_update()
        .select_related("close__consortium")
        .get(pk=back.pk)
    )
    close, consortium = back.close, back.close.consortium
    if back.confirmed_on is not None:
        raise AlreadyReturned(starts_on=close.starts_on, ends_on=close.ends_on - DAY)
    refuse_wrong_person(consortium, back.proposed_by_id, by, on)
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    levy, rows = divided(close, back.amount)
    if shares_digest(rows, back.uid) != back.digest:
        raise BooksChanged(unit=close.unit, ends_on=close.ends_on - DAY)
    notes = issue(back, levy, rows, on)
    back.confirmed_on, back.confirmed_by = on, by
    back.save(update_fields=["confirmed_on", "confirmed_by"])
    record(
        consortium=consortium,
        action="confirm_return",
        by=by,
        on=on,
        subject=back,
        count=len(notes),
        notes=digest([each.digest for each in notes]),
    )
    return back


def issue(back: SurplusReturn, levy: str, rows: Sequence[Share], on: date) -> list[CreditNote]:
    """Write the credit notes in one go, and post each."""
    consortium, unit = back.consortium, back.close.unit
    members = [each.member.pk for each in rows]
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=members).order_by("pk"))
    numbers = take_numbers(consortium=consortium, kind="credit_note", on=on, count=len(rows))
    year, ours = fiscal_year(consortium, on), issuers(consortium)
    notes = []
    for share, number in zip(rows, numbers, strict=True):
        note = CreditNote(
            consortium=consortium,
            member=share.member,
            close=back.close,
            reason=CreditReason.SURPLUS,
            number=f"CN-{year}-{number:05d}",
            levy=levy,
            amount=share.amount,
            unit=unit,
            secret=share.secret,
            issued_on=on,
            parties={**ours, "payer": party_of(share.member.organization)},
        )
        note.digest = digest(note.content())
        notes.append(note)
    CreditNote.objects.bulk_create(notes)
    owed = open_charges(members, unit)
    for note in notes:
        post(note, owed.get(note.member_id, []))
    return notes


def open_charges(members: Sequence[int], unit: str) -> dict[int, list[tuple[Charge, Decimal]]]:
    """Return what is open of some members' charges, those due first first."""
    rows = Charge.objects.filter(member__in=among(members), unit=unit).order_by("due_on", "pk")
    charges = {each.pk: each for each in rows}
    amounts = open_amounts(charges)
    found: dict[int, list[tuple[Charge, Decimal]]] = {}
    for key, each in charges.items():
        if amounts.get(key, NONE) > 0:
            found.setdefault(each.member_id, []).append((each, amounts[key]))
    return found


def post(note: CreditNote, owed: Sequence[tuple[Charge, Decimal]]) -> None:
    """Take a credit note off the surplus: to open charges first, then on account."""
    surplus, member, rest = AccountKind.SURPLUS, note.member, note.amount
    legs: list[Leg] = []
    for charge, amount in owed:
        if rest:
            taken = min(rest, amount)
            legs.append(Leg(surplus, AccountKind.RECEIVABLE, taken, member, charge))
            rest -= taken
    if rest:
        legs.append(Leg(surplus, AccountKind.ON_ACCOUNT, rest, member))
    transfer(
        consortium=note.consortium,
        unit=note.unit,
        key=f"credit:{note.number}",
        on=note.issued_on,
        legs=legs,
    )
