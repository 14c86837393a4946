"""A member's statement of account as a report: what moved in a period, and what is open."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from consortium.models import Consortium, Member
from consortium.periods import Period
from consortium.rules.asking import Plain
from consortium.rules.content import CellKind, Column, Content, Note, Part, Row, Table
from funding.models import Account
from funding.papers.dues import day
from funding.papers.statement import Speaker, sides
from funding.reports.statements import Statement, member_statements
from funding.states import MEMBER_ACCOUNTS

MONEY, COUNT, DAY = CellKind.MONEY, CellKind.COUNT, CellKind.DAY


def members(*, consortium: Consortium, period: Period, on: date) -> Iterator[Member]:
    """Yield whoever has an account: members, former ones, and others that were charged."""
    accounts = Account.objects.filter(consortium=consortium, kind__in=MEMBER_ACCOUNTS)
    rows = Member.objects.filter(pk__in=accounts.values("member")).order_by("pk")
    return rows.select_related("organization", "consortium").iterator(chunk_size=2000)


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: Plain,
    member: Member,
) -> Content:
    """Return a member's statement of a period, up to the day where it is not over."""
    until = min(on, period.end - timedelta(days=1))
    return Content(_("Statement of account"), parts(member, period, until, known_at),
                   member.organization)  # fmt: skip


def parts(member: Member, period: Period, on: date, known_at: datetime | None) -> Iterator[Part]:
    found = member_statements(member, from_on=period.starts_on, on=on, known_at=known_at)
    if not found:
        nothing = Note(_("Nothing was ever charged or paid."))
        yield Part("account", _("Statement of account"), [nothing])
    speaker = Speaker(found)
    for each in found:
        title = format_lazy("{title} ({unit})", title=_("Account"), unit=each.unit)
        yield Part(f"account-{each.unit}", title, of_account(each, speaker))


def of_account(statement: Statement, speaker: Speaker) -> Iterator[Any]:
    unit = statement.unit
    yield Table("balance", _("Balance"), (
        Column("what", _("What")), Column("amount", _("Amount"), MONEY),
    ), balances(statement), unit)  # fmt: skip
    yield Table("movements", _("What was charged, credited and paid"), (
        Column("on", _("Day"), DAY), Column("entry", _("What")), Column("about", _("For")),
        Column("owed", _("Charged"), MONEY), Column("paid", _("Paid or credited"), MONEY),
        Column("balance", _("Balance after it"), MONEY),
    ), movements(statement, speaker), unit)  # fmt: skip
    yield Table("open_items", _("Open charges"), (
        Column("charge", _("Charge number")), Column("levy", _("Levy")),
        Column("due_on", _("Last day to pay"), DAY), Column("days_late", _("Days late"), COUNT),
        Column("open", _("Open amount"), MONEY),
    ), open_items(statement, speaker), unit,
        (pgettext("sum", "In all"), None, None, None, statement.owed))  # fmt: skip
    yield Note(_("What is owed stands without a sign, credit below zero."))


def balances(statement: Statement) -> Iterator[Row]:
    opening = format_lazy(_("Balance before {day}"), day=day(statement.from_on))
    yield str(opening), statement.opening
    yield str(format_lazy(_("Balance on {day}"), day=day(statement.on))), statement.balance
    yield str(_("Credit on account")), statement.on_account
    yield str(_("Past due")), statement.overdue


def movements(statement: Statement, speaker: Speaker) -> Iterator[Row]:
    for line in statement.lines:
        owed, paid = sides(line.amount)
        yield line.on, speaker.entry(line), speaker.about(line), owed, paid, line.after


def open_items(statement: Statement, speaker: Speaker) -> Iterator[Row]:
    for item in statement.open:
        charge = item.charge
        yield charge.number, speaker.levy(charge), charge.due_on, item.late, item.amount
