"""Forgiving, crediting and paying back: proposed with a reason, granted, posted, taken back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Member, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.states import SECOND_ROLES, Role
from funding.models import MEMBER_READERS, Charge, Concession
from funding.operations.charges import issue_note, party_of, post_credit
from funding.operations.concession_checks import refuse_impossible
from funding.operations.deciding import (
    AlreadyDecided,
    given,
    locked,
    refuse_wrong_person,
)
from funding.operations.enforcement import reinstate_settled
from funding.operations.ledger import Leg, reverse, transfer
from funding.reports.concessions import (
    above_limit,
    deciders,
    income_of,
    key_of,
    speaks_for,
)
from funding.reports.entries import Party
from funding.reports.open_items import on_account
from funding.states import AccountKind, ConcessionKind, CreditReason

FORGIVEN = {
    ConcessionKind.WAIVER: AccountKind.WAIVED,
    ConcessionKind.WRITE_OFF: AccountKind.WRITTEN_OFF,
}


class NotGranted(DomainError):
    """Only what was granted can be taken back."""

    code = "not_granted"


class CreditUsed(DomainError):
    """What was credited has been used since; it stands."""

    code = "credit_used"


@dataclass(frozen=True)
class Ask:
    """What is asked for: `charge`, or `levy` and `unit` where it is for no charge."""

    kind: ConcessionKind
    amount: Decimal
    reason: str
    charge: Charge | None = None
    unit: str = ""
    levy: str = ""
    paper: Document | None = None
    bank_reference: str = ""


@operation(allow={Role.FINANCE}, subject="member", on_behalf=True)
def propose_concession(*, member: Member, ask: Ask, by: User | None, on: date) -> Concession:
    """Propose to forgive, credit or pay back; within the charter's limit it is granted at once.

    Raises what `refuse_impossible` does.
    """
    member = locked(member)
    row = written(member, ask, by=by, on=on)
    row.needs_second = above_limit(row, on) or (by is not None and speaks_for(member, by, on))
    row.save(force_insert=True)
    if row.needs_second:
        note(row, "propose_concession", by, on)
    else:
        carry_out(row, by=by, on=on)
    return row


@operation(allow=set(MEMBER_READERS), subject="charge")
def request_waiver(
    *,
    charge: Charge,
    amount: Decimal,
    reason: str,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> Concession:
    """Ask, as a member, to have a charge waived; somebody of the secretariat decides.

    Raises what `refuse_impossible` does.
    """
    member = locked(charge.member)
    ask = Ask(ConcessionKind.WAIVER, amount, reason, charge, paper=paper)
    row = written(member, ask, by=by, on=on)
    row.needs_second = True
    row.save(force_insert=True)
    note(row, "request_waiver", by, on)
    return row


@operation(allow={Role.FINANCE, *SECOND_ROLES}, subject="concession")
def grant_concession(*, concession: Concession, by: User | None, on: date) -> Concession:
    """Grant what was proposed and post it, as far as the facts of now allow it.

    Raises AlreadyDecided, SamePersonDecides, WrongDecider, and what `refuse_impossible` does.
    """
    row = undecided(concession)
    refuse_wrong_person(row, by, on, deciders(row, on))
    refuse_impossible(row)
    return carry_out(row, by=by, on=on)


@operation(allow={Role.FINANCE, *SECOND_ROLES}, subject="concession")
def refuse_concession(
    *, concession: Concession, refusal: str, by: User | None, on: date
) -> Concession:
    """Refuse what was proposed, with the reason. Raises what `grant_concession` does."""
    row = undecided(concession)
    refuse_wrong_person(row, by, on, deciders(row, on) | {Role.FINANCE})
    row.granted, row.refusal, row.decided_on, row.decided_by = False, given(refusal), on, by
    row.save(update_fields=["granted", "refusal", "decided_on", "decided_by"])
    inform(row, "concession_refused", on)
    note(row, "refuse_concession", by, on)
    return row


@operation(allow={Role.FINANCE, *SECOND_ROLES}, subject="concession")
def revoke_concession(*, concession: Concession, by: User | None, on: date) -> Concession:
    """Take back what was granted: everything it posted is reversed, once.

    It takes who could grant it. What a credit note has put on the member's account must
    still be there. Raises NotGranted, CreditUsed, AlreadyReversed and what
    `grant_concession` does.
    """
    member = locked(concession.member)
    row = Concession.objects.select_related("charge__assessment__charter").get(pk=concession.pk)
    if not row.granted:
        raise NotGranted
    row.member = member
    refuse_wrong_person(row, by, on, deciders(row, on))
    opposite = reverse(consortium=row.consortium, key=key_of(row), on=on)
    if on_account(member.pk, row.unit) < 0:
        raise CreditUsed
    inform(row, "concession_revoked", on)
    note(row, "revoke_concession", by, on, legs=len(opposite))
    return row


def undecided(concession: Concession) -> Concession:
    """Return a concession as it is, under its member's lock. Raises AlreadyDecided."""
    member = locked(concession.member)
    rows = Concession.objects.select_related("charge__assessment__charter")
    row = rows.get(pk=concession.pk)
    row.member, row.consortium = member, member.consortium
    if row.decided_on is not None:
        raise AlreadyDecided
    return row


def written(member: Member, ask: Ask, *, by: User | None, on: date) -> Concession:
    """Return what is asked for as a row that is possible now, not yet saved."""
    charge = ask.charge
    if ask.paper is not None and ask.paper.consortium_id != member.consortium_id:
        raise ForeignDocument(name=ask.paper.name)
    row = Concession(
        consortium=member.consortium,
        member=member,
        kind=ask.kind,
        charge=charge,
        levy=charge.levy if charge else ask.levy,
        amount=ask.amount,
        unit=ask.unit or (charge.unit if charge else ""),
        reason=given(ask.reason),
        paper=ask.paper,
        bank_reference=ask.bank_reference,
        needs_second=True,
        proposed_on=on,
        proposed_by=by,
    )
    refuse_impossible(row)
    return row


def carry_out(row: Concession, *, by: User | None, on: date) -> Concession:
    """Write that it is granted, and post what that means."""
    row.granted, row.decided_on, row.decided_by = True, on, by
    row.save(update_fields=["granted", "decided_on", "decided_by"])
    if row.kind == ConcessionKind.CREDIT:
        issue_credit(row, on)
    else:
        transfer(
            consortium=row.consortium, unit=row.unit, key=key_of(row), on=on, legs=[leg_of(row)]
        )
    reinstate_settled(member=row.member, on=on)
    if row.kind != ConcessionKind.WRITE_OFF:
        inform(row, "concession_granted", on)
    note(row, "grant_concession", by, on)
    return row


def leg_of(row: Concession) -> Leg:
    if row.kind == ConcessionKind.REFUND:
        return Leg(AccountKind.ON_ACCOUNT, AccountKind.BANK, row.amount, row.member)
    expense = FORGIVEN[ConcessionKind(row.kind)]
    return Leg(expense, AccountKind.RECEIVABLE, row.amount, row.member, row.charge)


def issue_credit(row: Concession, on: date) -> None:
    """Issue and book a credit note; it is the member's own business, whatever its levy is."""
    charge = row.charge
    issued = issue_note(
        row.consortium,
        on=on,
        party=Party(**party_of(row.member.organization)),
        member=row.member,
        concession=row,
        reason=CreditReason.CONCESSION,
        levy=row.levy,
        amount=row.amount,
        unit=row.unit,
        secret=True,
    )
    taken_from = income_of(charge) if charge else AccountKind.LEVY_INCOME
    post_credit(issued, [charge] if charge else [], taken_from=taken_from)


def inform(row: Concession, code: str, on: date) -> None:
    """Tell the member's people what became of it, without a figure."""
    notify(
        consortium=row.consortium,
        to=appointed(
            consortium=row.consortium,
            on=on,
            roles=MEMBER_READERS,
            organization=row.member.organization,
        ),
        code=code,
        on=on,
        about=str(row.uid),
        href=f"/api/v1/concessions/{row.uid}/",
        number=row.charge.number if row.charge else "",
    )


def note(row: Concession, action: str, by: User | None, on: date, **facts: int) -> None:
    record(
        consortium=row.consortium, action=action, by=by, on=on, subject=row, kind=row.kind, **facts
    )
