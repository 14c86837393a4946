"""Every open charge of a unit, member by member, as a table that streams."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consortium.rules.content import CellKind, Column, Row, Table
from funding.papers.named import Names
from funding.reports.dues import AsOf, open_rows

MONEY, COUNT, DAY = CellKind.MONEY, CellKind.COUNT, CellKind.DAY


def open_items(asked: AsOf, unit: str, names: Names) -> Table:
    columns = (
        Column("member", _("Member")), Column("registration", _("Registration number")),
        Column("category", _("Category")), Column("levy", _("Levy")),
        Column("charge", _("Charge number")), Column("issued_on", _("Issued on"), DAY),
        Column("due_on", _("Last day to pay"), DAY), Column("days_late", _("Days late"), COUNT),
        Column("level", _("Level")), Column("amount", _("Amount"), MONEY),
        Column("open", _("Open amount"), MONEY),
    )  # fmt: skip
    return Table("open_items", _("Open charges by member"), columns,
                 open_in_words(asked, unit, names), unit)  # fmt: skip


def open_in_words(asked: AsOf, unit: str, names: Names) -> Iterator[Row]:
    """Yield the open charges in the language of the moment, as the database sends them."""
    categories, levies, levels = (
        {code: str(name) for code, name in each.items()}
        for each in (names.categories, names.levies, names.levels)
    )
    chinese = (get_language() or "").startswith("zh")
    for english, zh, number, category, levy, *charge, level, amount, open in open_rows(asked, unit):
        yield (
            (zh or english) if chinese else (english or zh),
            number,
            categories.get(category, category),
            levies.get(levy, levy),
            *charge,
            levels.get(level, level),
            amount,
            open,
        )
