"""The cast's round some weeks later: figures corrected, dues credited, a run proposed."""

from datetime import date
from decimal import Decimal

from funding.models import DuesRun, SurplusReturn, YearClose
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare
from funding.operations.rates import note_view, record_rate, record_reference_rate
from funding.states import Screen
from tests.cast import PERIOD, SALES, TODAY, Cast

LOWERED = {"payer": 20123457, "rival": 30765432, "outsider": 40654321}
"""By how much members correct their figures downwards; they are credited."""

RAISED = {"partner": 50987654}
"""By how much upwards, by who is not assessed anew yet: what a preview would show."""


def corrected(member: str) -> list[str]:
    """Return every way a member's corrected figure, or what it changes, could be written."""
    change = RAISED.get(member, 0) - LOWERED.get(member, 0)
    numbers = [SALES[member] + change, Decimal(SALES[member] + change) / 100]
    numbers += [Decimal(abs(change)) / 100] if change else []
    return [text for each in numbers for text in (f"{each}", f"{each:,}", f"{each:.2f}")]


def correct_some(cast: Cast) -> None:
    """Correct figures; beside them one row at least of all else that a dues year leaves."""
    for name in LOWERED:
        correct(cast, name)
    for each in (cast.consortium, cast.other):
        assess(round=each.rounds.get(levy="dues"), by=None, on=TODAY)
    for name in RAISED:
        correct(cast, name)
    for each in (cast.consortium, cast.other):
        round = each.rounds.get(levy="dues")
        DuesRun.objects.create(consortium=each, round=round, count=1, digest="", proposed_on=TODAY)
        record_rate(
            consortium=each, rate="ecb", unit="EUR", into="USD", published_on=TODAY,
            value=Decimal("1.08"), by=None, on=TODAY,
        )  # fmt: skip
        record_reference_rate(
            consortium=each, rate="ecb", starts_on=TODAY, percent=Decimal("2.75"), by=None,
            on=TODAY,
        )  # fmt: skip
        seen = list(each.members.all())
        for members in (seen, *([member] for member in seen)):
            note_view(
                consortium=each, screen=Screen.ROUND, by=cast.people["finance"], members=members
            )


def close_some(cast: Cast, closed_on: date | None = None) -> None:
    """Propose, here and elsewhere, to close a year and to give what one member owes back.

    `closed_on`: both are confirmed, too.
    """
    for name, each in (("payer", cast.consortium), ("outsider", cast.other)):
        dues = Decimal(SALES[name]) / 100
        close = YearClose.objects.create(
            consortium=each, unit="USD", starts_on=PERIOD, ends_on=PERIOD.replace(year=2027),
            surplus=dues, digest="", proposed_on=TODAY, closed_on=closed_on,
        )  # fmt: skip
        SurplusReturn.objects.create(
            consortium=each, close=close, levy="dues", amount=dues, count=1, digest="",
            proposed_on=TODAY, confirmed_on=closed_on,
        )  # fmt: skip


def correct(cast: Cast, name: str) -> None:
    sales = SALES[name] + RAISED.get(name, 0) - LOWERED.get(name, 0)
    figures = Figures(
        levy="dues",
        period_starts_on=PERIOD,
        values={"semiconductor_sales": Decimal(sales)},
        correction=True,
    )
    declare(member=cast.members[name], figures=figures, by=cast.people[name], on=TODAY)
