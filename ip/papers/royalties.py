"""The report on what licences earn: it tells of a licensee's sales, so that few may read it."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from consortium.models import Consortium
from consortium.periods import Period
from consortium.rules.asking import Plain
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Note,
    Part,
    Row,
    Series,
    Table,
)
from funding.reports.dues import AsOf
from ip.reports.earned import Earned, earned

MONEY = CellKind.MONEY
ZERO = Decimal(0)
COLUMNS = (
    Column("number", _("Licence")),
    Column("result", _("Result")),
    Column("licensee", _("Licensee")),
    Column("net", _("Net sales stated"), MONEY),
    Column("fees", _("Fees and milestones charged"), MONEY),
    Column("royalties", _("Royalties charged"), MONEY),
    Column("settled", _("Settled"), MONEY),
    Column("kept", _("Kept by the consortium"), MONEY),
    Column("given", _("Divided among owners and others"), MONEY),
    Column("before", _("Charged a period before"), MONEY),
)


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: Plain,
) -> Content:
    """Return what licences earned in a period, beside the period before."""
    return Content(_("Licences and royalties"), parts(AsOf(consortium, period, on, known_at)))


def parts(asked: AsOf) -> Iterator[Part]:
    now, before = (
        earned(consortium=each.consortium, period=each.period, on=each.on, known_at=each.known_at)
        for each in (asked, asked.before)
    )
    if not (now or before):
        yield Part("royalties", _("Earnings"), [Note(_("No licence earned anything."))])
    for unit in sorted({*now, *before}):
        title = format_lazy("{title} ({unit})", title=_("Earnings"), unit=unit)
        yield Part(
            f"royalties-{unit}", title, of_unit(unit, now.get(unit, []), before.get(unit, []))
        )


def of_unit(unit: str, now: list[Earned], before: list[Earned]) -> Iterator[Any]:
    earlier = {(each.result, each.number): each.charged for each in before}
    current = {(each.result, each.number): each for each in now}
    rows: list[Row] = [
        (each.number, each.result, each.licensee, *each.amounts, earlier.get(key, ZERO))
        for key, each in current.items()
    ]
    rows += [
        (each.number, each.result, each.licensee, *([ZERO] * 6), each.charged)
        for each in before if (each.result, each.number) not in current
    ]  # fmt: skip
    sums = [sum((each.amounts[place] for each in now), ZERO) for place in range(6)]
    total: Row = pgettext("sum", "In all"), "", "", *sums, sum(earlier.values(), ZERO)
    yield Table("licences", _("What each licence earned"), COLUMNS, rows, unit, total)
    if now:
        series = [
            Series(_("Fees and milestones charged"), [each.fees for each in now]),
            Series(_("Royalties charged"), [each.royalties for each in now]),
        ]
        labels = [each.number for each in now]
        yield Chart("licences", _("What each licence earned"), ChartKind.STACKED, labels, series,
                    unit)  # fmt: skip
    yield Note(_(
        "What was charged in the period, and what became of it by the day of the report; sales as"
        " they were stated last for periods that begin in it."
    ))  # fmt: skip
