"""Charges and credit notes of assessments, and how they are posted to the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any

from consortium.models import Consortium, Organization, canonical, digest, encode, sha256
from consortium.operations.numbering import fiscal_year, take_numbers
from funding.models import Charge, CreditNote, Transfer
from funding.models.assessments import charge_content
from funding.operations.agenda import put_on_agenda
from funding.operations.bulk import Rows, addresses, take_keys
from funding.operations.ledger import Leg, accounts, refuse_closed, transfer
from funding.reports.entries import Party
from funding.reports.open_items import open_amount
from funding.reports.rounds import Due
from funding.rules.dues import Levy
from funding.rules.instalments import split
from funding.rules.triggers import CalendarOffset
from funding.states import AccountKind, CreditReason

CHARGE = (
    "id", "uid", "consortium_id", "member_id", "assessment_id", "instalment", "number", "levy",
    "amount", "unit", "secret", "issued_on", "due_on", "parties", "digest",
)  # fmt: skip
TRANSFER = (
    "uid", "consortium_id", "unit", "debit_id", "credit_id", "amount", "on", "key", "leg",
    "charge_id",
)  # fmt: skip

INCOME = AccountKind.LEVY_INCOME

type Row = dict[str, Any]


@dataclass(frozen=True)
class Owed:
    """What a member is to be charged (or, below zero, credited) for an assessment.

    `due`: from the period's first day, when its instalments are; empty for one charge.
    """

    assessment: Row
    amount: Decimal
    party: Party
    due: tuple[CalendarOffset, ...] = ()


def charge_all(consortium: Consortium, due: Due, owed: Sequence[Owed], on: date) -> list[Row]:
    """Charge amounts of assessments, each above zero, and post them; returns the charges' rows.

    A charge for each instalment. One issued late is due as many days later as usual.
    Raises YearClosed.
    """
    schedule = due.schedule

    def later(due_on: date) -> date:
        return max(due_on, on + (due_on - schedule.assess_on))

    if not due.levy.instalments:
        due_on = later(schedule.due_on)
        return issue(consortium, due.levy, owed, on, instalment=1, due_on=due_on)
    parts, terms = list[Owed](), list[Row]()
    for each in owed:
        days = [offset.after(due.period.starts_on) for offset in each.due] or [schedule.due_on]
        amounts = split(each.amount, len(days), due.levy.unit)
        for number, (amount, due_on) in enumerate(zip(amounts, days, strict=False), start=1):
            parts.append(replace(each, amount=amount))
            terms.append({"instalment": number, "due_on": later(due_on)})
    return issue(consortium, due.levy, parts, on, terms)


def issue(
    consortium: Consortium,
    levy: Levy,
    owed: Sequence[Owed],
    on: date,
    terms: Iterable[Row] | None = None,
    income: AccountKind | None = None,
    **whole: Any,
) -> list[Row]:
    """Write charges, numbered without gaps per fiscal year, and post them; returns their rows.

    `terms`: the instalment and the due day of each, where they are not the same for all.
    `income`: the account they are posted against, the levy's own if left out.
    """
    if not owed:
        return []
    refuse_closed(consortium, levy.unit, on)
    common = {
        "consortium_id": consortium.pk,
        "levy": levy.code,
        "unit": levy.unit,
        "issued_on": on,
        **whole,
    }
    rows, charges = Rows(Charge, CHARGE, **common), list[Row]()
    own = numbered(consortium, owed, on)

    def lines() -> Iterator[str]:
        for row, term in zip(own, terms or repeat({}), strict=False):
            row |= common
            row |= term
            row["digest"] = sha256(canonical(charge_content(row), parties=row["parties"]))
            charges.append(row)
            yield rows.line(row)

    rows.copy(lines())
    put_on_agenda(each["id"] for each in charges)
    post(consortium, charges, income or income_of(levy))
    return charges


def income_of(levy: Levy) -> AccountKind:
    """Return the account a levy's charges are the income of."""
    return AccountKind.LATE_INCOME if levy.for_late else AccountKind.LEVY_INCOME


def numbered(consortium: Consortium, owed: Sequence[Owed], on: date) -> Iterator[Row]:
    """Return what is each charge's own: its number, its parties (as JSON), what it is for.

    All that is asked of the database is asked before the first row: nothing can be
    while rows are being copied.
    """
    numbers = take_numbers(consortium=consortium, kind="charge", on=on, count=len(owed))
    keys, uids = take_keys(Charge, len(owed)), addresses(len(owed))
    ours = {name: encode(each) for name, each in issuers(consortium).items()}
    year = fiscal_year(consortium, on)
    return (
        {
            "id": key,
            "uid": uid,
            "number": f"{year}-{number:05d}",
            "member_id": each.assessment["member_id"],
            "assessment_id": each.assessment["id"],
            "secret": each.assessment["secret"],
            "amount": each.amount,
            "parties": canonical({}, **ours, payer=encode(each.party._asdict())),
        }
        for each, key, uid, number in zip(owed, keys, uids, numbers, strict=True)
    )


def issuers(consortium: Consortium) -> dict[str, Any]:
    """Return who issues and is paid, as they are now: the funds holder, where there is one."""
    holder = consortium.funds_holder
    names = {"name_en": consortium.name_en, "name_zh": consortium.name_zh}
    return {
        "issuer": {**(party_of(holder) if holder else names), "account": consortium.funds_account},
        "on_behalf_of": names,
    }


def party_of(organization: Organization) -> dict[str, str]:
    return {name: getattr(organization, name) for name in Party._fields}


def post(consortium: Consortium, charges: list[Row], kind: AccountKind) -> None:
    """Move each charge from an account of income to the member's receivable."""
    unit = charges[0]["unit"]
    members = [each["member_id"] for each in charges]
    receivable = accounts(consortium, AccountKind.RECEIVABLE, unit, members)
    income = accounts(consortium, kind, unit, [None])[None]
    rows = Rows(
        Transfer,
        TRANSFER,
        consortium_id=consortium.pk,
        unit=unit,
        credit_id=income,
        on=charges[0]["issued_on"],
        leg=0,
    )
    uids = addresses(len(charges))
    rows.copy(
        rows.line(
            {
                "uid": uid,
                "debit_id": receivable[each["member_id"]],
                "amount": each["amount"],
                "key": f"charge:{each['number']}",
                "charge_id": each["id"],
            }
        )
        for each, uid in zip(charges, uids, strict=True)
    )


def credit(consortium: Consortium, owed: Owed, on: date) -> CreditNote:
    """Credit a member with what an assessment comes to less than the one before.

    The open charges of the same levy and period are reduced first, oldest first; what
    is left over stands on the member's account.
    """
    assessment = owed.assessment
    note = issue_note(
        consortium,
        on=on,
        party=owed.party,
        assessment_id=assessment["id"],
        reason=CreditReason.TRUE_UP,
        amount=-owed.amount,
        **{name: assessment[name] for name in ("member_id", "levy", "unit", "secret")},
    )
    charges = Charge.objects.filter(
        consortium=consortium,
        member=note.member_id,
        levy=note.levy,
        unit=note.unit,
        assessment__subject=assessment["subject"],
        assessment__period_starts_on=assessment["period_starts_on"],
    )
    post_credit(note, charges.order_by("due_on", "pk"))
    return note


def issue_note(consortium: Consortium, *, on: date, party: Party, **columns: Any) -> CreditNote:
    """Issue the next credit note, to a party as it is now; `post_credit` then books it.

    `columns`: the member, levy, amount, unit, secrecy and reason, and what it comes from.
    """
    (number,) = take_numbers(consortium=consortium, kind="credit_note", on=on)
    note = CreditNote(
        consortium=consortium,
        number=f"CN-{fiscal_year(consortium, on)}-{number:05d}",
        issued_on=on,
        parties={**issuers(consortium), "payer": party._asdict()},
        **columns,
    )
    note.digest = digest(note.content())
    note.save(force_insert=True)
    return note


def post_credit(
    note: CreditNote, charges: Iterable[Charge], *, taken_from: AccountKind = INCOME
) -> None:
    """Book a credit note: to what is open of some charges, in order, then on account."""
    rest = note.amount
    legs: list[Leg] = []
    member = note.member
    for each in charges:
        taken = min(rest, open_amount(each))
        if taken > 0:
            legs.append(Leg(taken_from, AccountKind.RECEIVABLE, taken, member, each))
            rest -= taken
    if rest:
        legs.append(Leg(taken_from, AccountKind.ON_ACCOUNT, rest, member))
    transfer(
        consortium=note.consortium,
        unit=note.unit,
        key=f"credit:{note.number}",
        on=note.issued_on,
        legs=legs,
    )
