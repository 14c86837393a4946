"""The books as Beancount reads them, with the balances it must come to itself."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from consortium.money import quantum
from consortium.papers import UNPRINTABLE
from funding.reports.books import DAY, trial_balance
from funding.reports.journal import Event, Journal, Side
from funding.states import AccountKind

ROOTS = {
    AccountKind.BANK: "Assets:Bank",
    AccountKind.RECEIVABLE: "Assets:Receivable",
    AccountKind.UNASSIGNED: "Liabilities:Unassigned",
    AccountKind.ON_ACCOUNT: "Liabilities:OnAccount",
    AccountKind.SURPLUS: "Equity:Surplus",
    AccountKind.OPENING: "Equity:Opening",
    AccountKind.LEVY_INCOME: "Income:Levies",
    AccountKind.LATE_INCOME: "Income:Late",
    AccountKind.WAIVED: "Expenses:Waived",
    AccountKind.WRITTEN_OFF: "Expenses:WrittenOff",
}

UNLINKABLE = re.compile(r"[^A-Za-z0-9/_.-]")
UNNAMEABLE = re.compile(r"[^A-Z0-9_-]")


def lines(journal: Journal) -> Iterator[str]:
    """Yield the file line by line: the same text for the same books."""
    yield from head(journal)
    if journal.from_on is not None:
        yield from opening(journal, journal.from_on - DAY)
    for event in journal.events():
        yield from transaction(event, journal)
    yield from assertions(journal)


def head(journal: Journal) -> Iterator[str]:
    """Yield the title, the commodities, and every account with whose it is."""
    consortium, day = journal.consortium, journal.first_on - DAY
    yield f'option "title" {text(consortium.name)}'
    yield f'option "operating_currency" "{consortium.currency}"'
    names = commodities(journal.units)
    for unit, commodity in names.items():
        yield ""
        yield f"{day} commodity {commodity}"
        if unit != commodity:
            yield f"  name: {text(unit)}"
    opened: dict[Side, list[str]] = {}
    for side, unit in journal.accounts.values():
        opened.setdefault(side, []).append(names[unit])
    for side, units in opened.items():
        heading = journal.chart[side.kind]
        yield ""
        yield f"{day} open {account(side, journal)} {','.join(sorted(units))}"
        yield f"  number: {text(heading.number)}"
        for language, name in (("en", heading.name_en), ("zh", heading.name_zh)):
            if name:
                yield f"  name-{language}: {text(name)}"
        if side.member is not None:
            member = journal.members[side.member]
            yield f"  member: {text(member.organization.name)}"
            yield f'  member-uid: "{member.uid}"'


def opening(journal: Journal, on: date) -> Iterator[str]:
    """Yield what stood on each account before the first day, as one transaction."""
    found = standing(journal, on)
    if found:
        yield ""
        yield f"{on} * {text(_('Opening balances'))}"
        yield from (f"  {name}  {amount} {unit}" for name, amount, unit in found if amount)


def transaction(event: Event, journal: Journal) -> Iterator[str]:
    """Yield an event; it is linked to what it takes back, or to what takes it back."""
    names = commodities(journal.units)
    links = dict.fromkeys([link(event.key), *([link(event.reverses)] if event.reverses else [])])
    yield ""
    yield f"{event.on} * {text(event.key)} {' '.join(f'^{each}' for each in links)}"
    yield f'  recorded-at: "{event.recorded_at.isoformat()}"'
    for leg in event.legs:
        for side, sign in ((leg.debit, 1), (leg.credit, -1)):
            amount = written(sign * leg.amount, leg.unit)
            yield f"  {account(side, journal)}  {amount} {names[leg.unit]}"
            if leg.charge:
                yield f"    charge: {text(leg.charge)}"
            if leg.payment:
                yield f"    payment: {text(leg.payment)}"


def assertions(journal: Journal) -> Iterator[str]:
    """Yield our own trial balance, which `bean-check` holds against the transactions."""
    yield ""
    day = journal.on + timedelta(days=1)
    for name, amount, unit in standing(journal, journal.on):
        yield f"{day} balance {name}  {amount} ~ 0 {unit}"


def standing(journal: Journal, on: date) -> list[tuple[str, str, str]]:
    """Return the balance of every account on a day: its name, the amount and the commodity."""
    found = trial_balance(journal.consortium, on=on, known_at=journal.known_at, by_member=True)
    stands = {
        (Side(each.heading.kind, each.member.pk if each.member else None), unit): each.balance
        for unit, balance in found.items()
        for each in balance.lines
    }
    names = commodities(journal.units)
    return [
        (account(side, journal), written(stands.get((side, unit), Decimal(0)), unit), names[unit])
        for side, unit in journal.accounts.values()
    ]


def account(side: Side, journal: Journal) -> str:
    """Return an account's name: members are numbered, since Beancount takes few letters."""
    root = ROOTS[side.kind]
    return f"{root}:M{journal.numbers[side.member]:04d}" if side.member is not None else root


def commodities(units: list[str]) -> dict[str, str]:
    """Return how each unit is called: currencies by their code, others as `IN-KIND.DAYS`."""
    found: dict[str, str] = {}
    for place, unit in enumerate(units):
        plain = UNNAMEABLE.sub("", unit.upper()).rstrip("_-")
        name = unit if re.fullmatch("[A-Z]{3}", unit) else f"K.{plain or 'UNIT'}"
        found[unit] = f"{name[:20]}-{place}" if name in found.values() else name
    return found


def written(amount: Decimal, unit: str) -> str:
    """Return an amount with its unit's decimals, or with more where it has more."""
    smallest = quantum(unit)
    exact = amount.quantize(smallest)
    return format(exact if exact == amount else amount.normalize(), "f")


def text(value: str) -> str:
    """Return a text in quotes, on one line."""
    plain = UNPRINTABLE.sub(" ", value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def link(key: str) -> str:
    return UNLINKABLE.sub("-", key.replace(":", "/"))
