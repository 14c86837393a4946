"""Royalty statements: what a licensee sold, stated once, corrected by an audit, and charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.states import Role
from funding.operations.ledger import FinerThanUnit
from ip.models import Licence, RoyaltyLine, RoyaltyStatement
from ip.operations.earning import LicenceNotGranted, charge_licensee, watch
from ip.operations.licensing import held
from ip.operations.soundness import refuse_foreign_paper
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.rules.royalties import NotAPeriod, Stated, following, owed, stated
from ip.states import Earning, SalesLine

DAY = timedelta(days=1)


class NoRoyalty(DomainError):
    """The licence bears no royalty."""

    code = "royalty_none"


class PeriodRunning(DomainError):
    """A royalty is stated when its period has ended."""

    code = "royalty_period_running"


class PeriodClosed(DomainError):
    """The period was stated; only an audit corrects it."""

    code = "royalty_period_closed"


class EarlierMissing(DomainError):
    """Periods are stated one after the other."""

    code = "royalty_earlier_missing"


class LineWrong(DomainError):
    """Sales and deductions are above zero; returned goods are a deduction."""

    code = "royalty_line_wrong"


class NotLatest(DomainError):
    """It was corrected since; the last version counts."""

    code = "royalty_not_latest"


class FindingMissing(DomainError):
    """A correction says what the audit found."""

    code = "royalty_finding_missing"


@dataclass(frozen=True)
class Line:
    """Sales or a deduction, in the licence's currency, above zero."""

    kind: SalesLine
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Sales:
    """What is stated: the period's first day, its lines, who signed, and the paper."""

    starts_on: date
    lines: Sequence[Line]
    signed_by: str
    paper: Document | None = None


@operation(allow={Role.SIGNATORY}, subject="licence")
def state_royalty(*, licence: Licence, sales: Sales, by: User | None, on: date) -> RoyaltyStatement:
    """State the sales of a period as the licensee; the royalty on them is charged.

    Raises LicenceNotGranted, NoRoyalty, NotAPeriod, PeriodRunning, PeriodClosed, EarlierMissing,
    LineWrong, FinerThanUnit, NoLevyForIt.
    """
    return take(licence, sales, by, on)


@operation(allow={Role.IP, Role.FINANCE}, subject="licence")
def enter_royalty(*, licence: Licence, sales: Sales, by: User | None, on: date) -> RoyaltyStatement:
    """Enter a licensee's statement from paper. Raises what `state_royalty` does."""
    return take(licence, sales, by, on)


def take(licence: Licence, sales: Sales, by: User | None, on: date) -> RoyaltyStatement:
    licence = held(licence)
    period = statable(licence, sales.starts_on, on)
    statement = write(licence, period, sales, by, on)
    charge(statement, statement, on)
    watch(licence, on)
    tell_staff(licence.result, "royalty_stated", on, about=str(statement.uid),
               licence=licence.number)  # fmt: skip
    record(consortium=licence.consortium, action="state_royalty", by=by, on=on, subject=statement)
    return statement


def statable(licence: Licence, starts_on: date, on: date) -> Stated:
    """Return the period that begins on a day, if it is the next one to be stated."""
    if licence.granted_on is None:
        raise LicenceNotGranted(licence=licence.number)
    if not licence.every_months:
        raise NoRoyalty(licence=licence.number)
    period = stated(licence.royalty, licence.term, starts_on)
    last = licence.royaltystatements.order_by("-starts_on").first()
    if last is not None and starts_on <= last.starts_on:
        raise PeriodClosed(starts_on=starts_on)
    if period.part.end > on:
        raise PeriodRunning(ends_on=period.part.end)
    following_one = following(licence.royalty, licence.term, last.period if last else None)
    if following_one is None:
        raise NotAPeriod(starts_on=starts_on)
    if following_one.part.starts_on != starts_on:
        raise EarlierMissing(starts_on=following_one.part.starts_on)
    return period


def write(
    licence: Licence,
    period: Stated,
    sales: Sales,
    by: User | None,
    on: date,
    *,
    version: int = 1,
    finding: str = "",
) -> RoyaltyStatement:
    refuse_foreign_paper(licence.consortium.pk, sales.paper)
    smallest = quantum(licence.unit)
    for line in sales.lines:
        if line.amount <= 0:
            raise LineWrong(line=line.label)
        if line.amount != line.amount.quantize(smallest):
            raise FinerThanUnit(value=line.amount, smallest=smallest)
    signs = {SalesLine.SALES: 1, SalesLine.DEDUCTION: -1}
    net = sum((signs[line.kind] * line.amount for line in sales.lines), start=Decimal(0))
    statement = RoyaltyStatement.objects.create(
        licence=licence,
        starts_on=period.part.starts_on,
        ends_on=period.part.end,
        version=version,
        net=net,
        royalty=owed(licence.royalty, period, net),
        stated_on=on,
        signed_by=sales.signed_by,
        finding=finding,
        paper=sales.paper,
        recorded_by=by,
    )
    RoyaltyLine.objects.bulk_create(
        RoyaltyLine(statement=statement, kind=line.kind, label=line.label, amount=line.amount)
        for line in sales.lines
    )
    return statement


def charge(statement: RoyaltyStatement, first: RoyaltyStatement, on: date) -> None:
    """Charge, or credit, what a statement comes to; all its versions are one thing charged."""
    charge_licensee(
        statement.licence, Earning.ROYALTY, statement.royalty, first.uid,
        statement.ends_on - DAY, on, statement=statement,
    )  # fmt: skip


@operation(allow={Role.IP}, subject="licence")
def request_audit(*, licence: Licence, reason: str, by: User | None, on: date) -> Licence:
    """Tell a licensee that its books will be looked at, and why.

    Raises LicenceNotGranted, NoRoyalty.
    """
    licence = held(licence)
    if licence.granted_on is None:
        raise LicenceNotGranted(licence=licence.number)
    if not licence.every_months:
        raise NoRoyalty(licence=licence.number)
    people = people_of(licence.consortium, licence.licensee, on)
    inform(licence.result, people, "royalty_audit_requested", on,
           f"{licence.uid}:{on.isoformat()}", licence=licence.number, reason=reason)  # fmt: skip
    record(consortium=licence.consortium, action="request_audit", by=by, on=on, subject=licence)
    return licence


@operation(allow={Role.IP, Role.FINANCE}, subject="statement")
def correct_royalty(
    *, statement: RoyaltyStatement, sales: Sales, finding: str, by: User | None, on: date
) -> RoyaltyStatement:
    """Correct a statement by what an audit found, and charge or credit the difference.

    What was too much goes back to the licensee; if it was divided already, it is withheld
    from what the licence earns next. Raises NotLatest, FindingMissing, NotAPeriod, and
    what `state_royalty` raises about lines.
    """
    licence = held(statement.licence)
    versions = licence.royaltystatements.filter(starts_on=statement.starts_on).order_by("version")
    first, *_others, last = [*versions, versions.last()]
    if last is None or last.pk != statement.pk:
        raise NotLatest(starts_on=statement.starts_on)
    if not finding.strip():
        raise FindingMissing
    if sales.starts_on != statement.starts_on:
        raise NotAPeriod(starts_on=sales.starts_on)
    period = stated(licence.royalty, licence.period, statement.starts_on)
    period = Stated(period.whole, statement.period)
    corrected = write(
        licence, period, sales, by, on, version=statement.version + 1, finding=finding
    )
    charge(corrected, first, on)
    people = people_of(licence.consortium, licence.licensee, on)
    about, said = str(corrected.uid), {"licence": licence.number}
    inform(licence.result, people, "royalty_corrected", on, about, **said)
    tell_owners(licence.result, "royalty_corrected", on, about=about, **said)
    record(consortium=licence.consortium, action="correct_royalty", by=by, on=on, subject=corrected)
    return corrected
