"""Opening the books with what came over: open items, credits, and the control totals."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from consortium.errors import DomainError
from consortium.models import Charter, Member, MembershipTerm, digest
from consortium.money import quantum
from consortium.rules.standards import currencies
from funding.models import Assessment, OpeningItem
from funding.operations.carrying import Carrying, refuse_repeated
from funding.operations.charges import Owed, issue, party_of
from funding.operations.ledger import Event, FinerThanUnit, Leg, transfer_all
from funding.operations.rates import UnknownCurrency
from funding.reports.books import trial_balance
from funding.reports.entries import Party
from funding.reports.rounds import SECTION
from funding.rules.choices import Visibility
from funding.rules.cutover import CellRefused, OpeningAccount, Row
from funding.rules.cutover.reading import BETWEEN
from funding.rules.cutover.shape import refused
from funding.rules.dues import DuesSection, Levy
from funding.states import AccountKind

NONE = Decimal(0)
DAY = timedelta(days=1)


class LevyInOtherUnit(DomainError):
    code = "cutover_other_unit"


class AfterCutOver(DomainError):
    """It happened after the cut-over day, so it belongs into the new books."""

    code = "cutover_after_day"


class DueBeforeIssue(DomainError):
    code = "cutover_due_before_issue"


class ItemNotOpen(DomainError):
    code = "cutover_nothing_open"


class TotalDiffers(DomainError):
    """A control total is not what the rows come to."""

    code = "cutover_total_differs"


class TotalMissing(DomainError):
    """What the rows come to has no control total."""

    code = "cutover_total_missing"


ITEM = {
    "cutover_repeated": "number",
    "unknown_levy": "levy",
    "cutover_other_unit": "unit",
    "cutover_after_day": "issued_on",
    "cutover_due_before_issue": "due_on",
    "cutover_nothing_open": "amount",
    "finer_than_unit": "amount",
}
CREDIT = {
    "unknown_currency": "unit",
    "cutover_nothing_open": "amount",
    "finer_than_unit": "amount",
}


class Brought(NamedTuple):
    """An item open on the cut-over day, as the old books had it; its uid is of our choosing."""

    uid: UUID
    member: Member
    levy: Levy
    number: str
    issued_on: date
    due_on: date
    amount: Decimal
    voucher: str


def carry_money(carrying: Carrying) -> None:
    """Carry over open items and credits; the trial balance must then be what was said.

    Raises NoCharterInForce where there are open items, and no charter whose ladder they climb.
    """
    consortium, day = carrying.consortium, carrying.cut_over.on
    charter: Charter | None = None
    section: DuesSection | None = None
    if carrying.book.rows["open_items"]:
        charter = Charter.objects.in_force(consortium=consortium, on=day)
        section = charter.rules(SECTION)
    seen: dict[Any, int] = {}
    credited: dict[Any, int] = {}

    def item(carrying: Carrying, row: Row) -> Brought:
        assert section is not None
        member = carrying.member(row["organization"])
        refuse_repeated(seen, row, row["number"])
        return open_item(row, member, section.levy(row["levy"].split(BETWEEN)[0].strip()), day)

    def credit(carrying: Carrying, row: Row) -> tuple[str, Event]:
        member, unit = carrying.member(row["organization"]), row["unit"]
        refuse_repeated(credited, row, member.pk, unit)
        if unit not in currencies() and unit not in (section.units if section else ()):
            raise UnknownCurrency(currency=unit)
        leg = Leg(AccountKind.OPENING, AccountKind.ON_ACCOUNT, positive(row), member)
        return unit, Event(f"opening:{unit}:{member.uid}", day, [leg])

    brought = carrying.each("open_items", item, ITEM)
    credits = carrying.each("credits", credit, CREDIT)
    if carrying.faults:
        return
    if charter is not None:
        bring(carrying, charter, brought)
    events = defaultdict(list)
    for unit, event in credits:
        events[unit].append(event)
    for unit, own in sorted(events.items()):
        transfer_all(consortium=consortium, unit=unit, events=own)
    carrying.faults += differences(carrying)


def open_item(row: Row, member: Member, levy: Levy, day: date) -> Brought:
    """Return an open item. Raises LevyInOtherUnit, AfterCutOver, DueBeforeIssue."""
    if row["unit"] != levy.unit:
        raise LevyInOtherUnit(levy=levy.label, unit=levy.unit, found=row["unit"])
    if row["issued_on"] > day:
        raise AfterCutOver(on=day)
    if row["due_on"] < row["issued_on"]:
        raise DueBeforeIssue(issued_on=row["issued_on"])
    said = row["number"], row["issued_on"], row["due_on"], positive(row), row["voucher"]
    return Brought(uuid4(), member, levy, *said)


def positive(row: Row) -> Decimal:
    """Return a row's amount. Raises ItemNotOpen, FinerThanUnit."""
    amount: Decimal = row["amount"]
    smallest = quantum(row["unit"])
    if not amount:
        raise ItemNotOpen
    if amount != amount.quantize(smallest):
        raise FinerThanUnit(value=amount, smallest=smallest)
    return amount


def bring(carrying: Carrying, charter: Charter, brought: list[Brought]) -> None:
    """Charge what was open, against the opening balance; nobody is asked to pay by it.

    Each has an assessment of its own, without figures or trace: it came about elsewhere.
    """
    consortium, day = carrying.consortium, carrying.cut_over.on
    here = MembershipTerm.objects.on(day).filter(member__consortium=consortium)
    categories = dict(here.values_list("member", "category"))
    by_levy: dict[str, list[Brought]] = defaultdict(list)
    for each in brought:
        by_levy[each.levy.code].append(each)
    for own in by_levy.values():
        assessments = [
            assessed(each, charter, categories.get(each.member.pk, ""), day) for each in own
        ]
        Assessment.objects.bulk_create(assessments)
        parties = [Party(**party_of(each.member.organization)) for each in own]
        pairs = zip(assessments, parties, strict=True)
        owed = [Owed(vars(row), row.amount, party) for row, party in pairs]
        rows = issue(
            consortium,
            own[0].levy,
            owed,
            day,
            [{"due_on": each.due_on} for each in own],
            income=AccountKind.OPENING,
            instalment=1,
        )
        OpeningItem.objects.bulk_create(
            OpeningItem(
                uid=each.uid,
                consortium=consortium,
                cut_over=carrying.cut_over,
                charge_id=row["id"],
                number=each.number,
                issued_on=each.issued_on,
                voucher=each.voucher,
            )
            for row, each in zip(rows, own, strict=True)
        )


def assessed(item: Brought, charter: Charter, category: str, day: date) -> Assessment:
    assessment = Assessment(
        consortium=item.member.consortium,
        member=item.member,
        levy=item.levy.code,
        subject=item.uid,
        period_starts_on=item.issued_on,
        period_ends_on=item.due_on + DAY,
        charter=charter,
        category=category,
        inputs={},
        trace=[],
        amount=item.amount,
        unit=item.levy.unit,
        secret=item.levy.visibility == Visibility.SECRET,
        assessed_on=day,
    )
    assessment.digest = digest(assessment.content())
    return assessment


def differences(carrying: Carrying) -> Iterator[CellRefused]:
    """Yield where the trial balance of the cut-over day is not what the control totals say."""
    found = {
        (unit, OpeningAccount(line.heading.kind.value)): line.balance
        for unit, trial in trial_balance(carrying.consortium, on=carrying.cut_over.on).items()
        for line in trial.lines
    }
    seen: dict[Any, int] = {}
    for row in carrying.book.rows["totals"]:
        account = OpeningAccount(row["account"])
        said = (row["debit"] or NONE) - (row["credit"] or NONE)
        stands = found.pop((row["unit"], account), NONE)
        try:
            refuse_repeated(seen, row, row["unit"], account)
        except DomainError as error:
            yield row.refused("unit", error)
            continue
        if said != stands:
            differs = TotalDiffers(said=said, found=stands, unit=row["unit"])
            yield row.refused("debit" if row["credit"] is None else "credit", differs)
    for (unit, account), stands in sorted(found.items()):
        if stands:
            missing = TotalMissing(account=account.value, unit=unit, found=stands)
            yield refused("totals", len(carrying.book.rows["totals"]) + 3, 0, missing)
