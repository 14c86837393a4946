"""Issuing charges and posting them to the ledger."""

from datetime import date
from typing import Any

from consortium.access import operation
from consortium.models import Consortium, Organization, User, digest
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.states import Role
from funding.models import Account, Assessment, Charge, Round, Transfer
from funding.operations.rounds import locked
from funding.reports.rounds import Due, governing
from funding.states import AccountKind


@operation(allow={Role.FINANCE}, subject="round")
def issue_charges(*, round: Round, by: User | None, on: date) -> int:
    """Charge every assessment of a round that has none, and post each to the ledger.

    Nothing is charged for an assessment of zero. Numbers run without gaps per
    fiscal year. A charge issued late is due as many days later as usual.
    """
    round = locked(round)
    consortium = round.consortium
    due = governing(consortium=consortium, levy=round.levy, period_starts_on=round.starts_on)
    waiting = list(
        Assessment.objects.filter(
            consortium=consortium,
            levy=round.levy,
            period_starts_on=round.starts_on,
            amount__gt=0,
            charges=None,
        )
        .select_related("member__organization")
        .order_by("member_id", "version")
    )
    if not waiting:
        return 0
    numbers = take_numbers(consortium=consortium, kind="charge", on=on, count=len(waiting))
    charges = [
        charge_of(assessment, due, number_text(consortium, on, number), on)
        for assessment, number in zip(waiting, numbers, strict=True)
    ]
    Charge.objects.bulk_create(charges, batch_size=1000)
    post(consortium, charges)
    record(
        consortium=consortium,
        action="issue_charges",
        by=by,
        on=on,
        subject=round,
        count=len(charges),
        batch=digest([charge.digest for charge in charges]),
    )
    return len(charges)


def number_text(consortium: Consortium, on: date, number: int) -> str:
    return f"{fiscal_year(consortium, on)}-{number:05d}"


def charge_of(assessment: Assessment, due: Due, number: str, on: date) -> Charge:
    """Return the charge of an assessment, unsaved, with its parties as they are now."""
    schedule = due.schedule
    charge = Charge(
        consortium_id=assessment.consortium_id,
        member=assessment.member,
        assessment=assessment,
        number=number,
        levy=assessment.levy,
        amount=assessment.amount,
        unit=assessment.unit,
        secret=assessment.secret,
        issued_on=on,
        due_on=max(schedule.due_on, on + (schedule.due_on - schedule.assess_on)),
        parties=parties(assessment),
    )
    charge.digest = digest(charge.content())
    return charge


def parties(assessment: Assessment) -> dict[str, Any]:
    """Return issuer and payer by name and number; the funds holder issues and is paid."""
    consortium = assessment.consortium
    holder = consortium.funds_holder
    names = {"name_en": consortium.name_en, "name_zh": consortium.name_zh}
    return {
        "issuer": {**(party(holder) if holder else names), "account": consortium.funds_account},
        "on_behalf_of": names,
        "payer": party(assessment.member.organization),
    }


def party(organization: Organization) -> dict[str, str]:
    return {
        "name_en": organization.name_en,
        "name_zh": organization.name_zh,
        "country": organization.country,
        "registration_number": organization.registration_number,
    }


def post(consortium: Consortium, charges: list[Charge]) -> None:
    """Move each charge from the levy's income to the member's receivable."""
    units = {charge.unit for charge in charges}
    wanted = [
        Account(
            consortium=consortium,
            kind=AccountKind.RECEIVABLE,
            member=charge.member,
            unit=charge.unit,
        )
        for charge in charges
    ]
    wanted += [
        Account(consortium=consortium, kind=AccountKind.LEVY_INCOME, unit=unit)
        for unit in sorted(units)
    ]
    Account.objects.bulk_create(wanted, ignore_conflicts=True)
    accounts = {
        (account.kind, account.member_id, account.unit): account
        for account in Account.objects.filter(consortium=consortium, unit__in=units)
    }
    Transfer.objects.bulk_create(
        Transfer(
            consortium=consortium,
            unit=charge.unit,
            debit=accounts[AccountKind.RECEIVABLE, charge.member_id, charge.unit],
            credit=accounts[AccountKind.LEVY_INCOME, None, charge.unit],
            amount=charge.amount,
            on=charge.issued_on,
            key=f"charge:{charge.number}",
            charge=charge,
        )
        for charge in charges
    )
