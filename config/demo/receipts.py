"""What the demonstration's members pay, as the bank shows it, and who is late.

Most pay three days before a due day, quoting their charge. Days are counted from a
year's first day, or back from today.
"""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from config.demo.people import signatory
from config.demo.years import DAY, LAST, THIS, Act, Alliance
from funding.models import BankStatement, Charge
from funding.operations.concessions import Ask, propose_concession
from funding.operations.confirming import confirm_safe
from funding.operations.payment_notices import notice_payment
from funding.operations.plans import propose_plan
from funding.operations.statements import import_statement
from funding.operations.voucher_list import record_vouchers
from funding.reports.open_items import open_amounts
from funding.reports.vouchers import missing
from funding.rules.plans import Instalment
from funding.states import ConcessionKind

HEADER = "交易日期,对方户名,对方账号,贷方发生额,借方发生额,摘要,交易流水号"
ACCOUNT = "6222 0000 0000 0001"

PAID_AFTER = (27, 78)
"""Days of the year on which what falls due three days later is paid: fees, contributions."""

OWES = "xinyuan"
"""Has paid nothing of last year's contribution, and asks for instalments."""

SLOW = "ruide"
"""Paid last year's contribution after the first letter."""

LATE = ("boyuan", "guangpu")
"""Have not paid this year's fee yet; the second one says that it has."""

type Line = tuple[str, str, Decimal, str]
"""Who pays from which account how much, and what it says."""


def receipts(alliance: Alliance, today: date) -> Iterator[tuple[date, Act]]:
    """Yield what is paid, day by day."""
    for n in range(THIS + 1):
        for after in PAID_AFTER[: 1 if n == THIS else 2]:
            skip = {OWES, SLOW} if (n, after) == (LAST, PAID_AFTER[1]) else set()
            skip |= {OWES} if n == THIS else set()
            skip |= set(LATE) if n == THIS else set()
            yield alliance.year(n) + after * DAY, partial(receive, skip)
    yield alliance.year(LAST) + 100 * DAY, partial(receive, {OWES})
    yield alliance.year(THIS), record_what_was_vouched
    yield today - 4 * DAY, say_paid
    yield today - 3 * DAY, ask_for_instalments
    yield today - 2 * DAY, propose_waiver
    yield today, leave_some_to_match


def open_of(
    alliance: Alliance, on: date, skip: Collection[str] = ()
) -> list[tuple[Charge, Decimal]]:
    """Return what is open, with its charge; of all members but some."""
    left_out = [alliance.members[login].pk for login in skip if login in alliance.members]
    rows = Charge.objects.filter(consortium=alliance.consortium, unit="CNY").exclude(
        member__in=left_out
    )
    found = {each.pk: each for each in rows.select_related("member__organization")}
    amounts = open_amounts(found, on=on)
    return [(found[key], amounts[key]) for key in sorted(amounts)]


def account_of(charge: Charge) -> str:
    return f"3300 {charge.member_id:04d}"


def receive(skip: Collection[str], alliance: Alliance, on: date) -> None:
    """Import a statement on which everybody but some pays what is open, and match what is safe."""
    lines = [
        (charge.member.organization.name_zh, account_of(charge), amount, charge.number)
        for charge, amount in open_of(alliance, on, skip)
    ]
    if lines:
        statement(alliance, lines, on)
        confirm_safe(consortium=alliance.consortium, by=alliance.finance, on=on)


def statement(alliance: Alliance, lines: list[Line], on: date) -> BankStatement:
    """Import what the bank shows, as its spreadsheet has it."""
    rows = [
        f"{on.isoformat()},{payer},{account},{amount},,{text},{on:%Y%m%d}{number:04d}"
        for number, (payer, account, amount, text) in enumerate(lines, start=1)
    ]
    return import_statement(
        consortium=alliance.consortium,
        name=f"{on.isoformat()}.csv",
        content="\n".join([HEADER, *rows, ""]).encode("gb18030"),
        account=ACCOUNT,
        unit="CNY",
        by=alliance.finance,
        on=on,
    )


def owed_by(alliance: Alliance, login: str, on: date) -> list[tuple[Charge, Decimal]]:
    member = alliance.members[login].pk
    return [each for each in open_of(alliance, on) if each[0].member_id == member]


def record_what_was_vouched(alliance: Alliance, on: date) -> None:
    """Record the dues receipts for everything paid by then, as their issuer lists them."""
    rows = [
        f"会费票据,{on:%y}0100{number:06d},{on.isoformat()},{each.missing},{each.charge.number}"
        for number, each in enumerate(missing(alliance.consortium, on=on), start=1)
    ]
    if rows:
        content = "\n".join(["票据种类,票据号码,开票日期,金额,应缴款", *rows, ""]).encode("gb18030")
        record_vouchers(consortium=alliance.consortium, content=content, by=alliance.finance, on=on)


def say_paid(alliance: Alliance, on: date) -> None:
    """Let a member say that it has paid; the bank does not show it yet."""
    ((charge, amount),) = owed_by(alliance, LATE[1], on)[:1]
    member = alliance.members[LATE[1]]
    notice_payment(
        member=member,
        amount=amount,
        unit="CNY",
        paid_on=on - DAY,
        charge=charge,
        by=signatory(LATE[1]),
        on=on,
    )


def ask_for_instalments(alliance: Alliance, on: date) -> None:
    """Let the member that owes most ask to pay it in four parts."""
    owed = owed_by(alliance, OWES, on)
    total = sum((amount for _charge, amount in owed), Decimal(0))
    part = (total / 4).quantize(Decimal(1))
    instalments = [Instalment(on + 30 * n * DAY, part) for n in range(1, 4)]
    propose_plan(
        member=alliance.members[OWES],
        charges=[charge for charge, _amount in owed],
        instalments=[*instalments, Instalment(on + 120 * DAY, total - 3 * part)],
        reason="订单回款推迟，申请分期缴纳",
        by=signatory(OWES),
        on=on,
    )


def propose_waiver(alliance: Alliance, on: date) -> None:
    """Propose to waive a member's fee in part; the auditor will have to agree."""
    ((charge, amount),) = owed_by(alliance, OWES, on)[:1]
    ask = Ask(
        kind=ConcessionKind.WAIVER,
        charge=charge,
        amount=min(amount, Decimal(20000)),
        unit="CNY",
        reason="受灾停产一个月",
    )
    propose_concession(member=alliance.members[OWES], ask=ask, by=alliance.finance, on=on)


def leave_some_to_match(alliance: Alliance, on: date) -> None:
    """Import today's statement and leave it for the matching desk."""
    due = [each for each in open_of(alliance, on, {OWES, *LATE}) if each[0].due_on >= on]
    lines = [
        (charge.member.organization.name_zh, account_of(charge), amount, text)
        for (charge, amount), text in zip(due, (due[0][0].number, "研发出资"), strict=False)
    ]
    charge, amount = owed_by(alliance, LATE[0], on)[0]
    lines.append(
        (charge.member.organization.name_zh, account_of(charge), amount / 2, "会费（部分）")
    )
    lines.append(("江海长丰控股集团有限公司", "3300 9001", Decimal("30000.00"), "代付会费"))
    statement(alliance, lines, on)
