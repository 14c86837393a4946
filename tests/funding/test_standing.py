"""How members stand on a day, the arrears board, and the letters, by hand."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from consortium import registry
from consortium.models import Consortium
from consortium.operations.advance import advance
from funding.models import DunningStep
from funding.papers.reminder import letter_of, reminders
from funding.reports.standing import Row, board, late_charges, standing, sum_rows
from funding.rules.choices import Standing
from tests.factories.ladders import charge, collecting, pay
from tests.factories.ledgers import fee, member
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = date(2024, 2, 1)


@pytest.fixture
@built_once
def late() -> Consortium:
    """A owes all, B has paid a part, C is good."""
    found = collecting(members=["a", "b", "c"])
    advance(consortium=found, to=DUE)
    pay(charge(found, "b"), "1000", DUE)
    pay(charge(found, "c"), "5000", DUE)
    return found


@pytest.mark.parametrize(
    ("on", "state", "days", "level"),
    [
        (DUE, Standing.GOOD, 0, ""),
        (DUE + DAY, Standing.LATE, 1, ""),
        (date(2024, 2, 15), Standing.LATE, 14, "reminder"),
        (date(2024, 4, 1), Standing.SUSPENDED, 60, "warning"),
        (date(2025, 2, 1), Standing.EXIT_PROPOSED, 366, "exit"),
    ],
)
def test_standing_on_a_day(
    late: Consortium, on: date, state: Standing, days: int, level: str
) -> None:
    advance(consortium=late, to=date(2025, 3, 1))
    found = standing(consortium=late, on=on)
    a, c = found[member(late, "a").pk], found[member(late, "c").pk]
    assert (a.state, a.days, a.level) == (state, days, level)
    assert (c.state, c.days, c.level, c.arrears) == (Standing.GOOD, 0, "", {})


def test_the_board_sums_up_by_level_and_age(late: Consortium) -> None:
    advance(consortium=late, to=date(2024, 4, 1))
    rows = board(late_charges(consortium=late, on=date(2024, 4, 1)))
    none = Decimal(0)
    assert rows == [Row("USD", 2, "warning", (none, Decimal(9000), none, none), (0, 2, 0, 0))]
    assert [(row.total, row.count) for row in sum_rows(rows)] == [(Decimal(9000), 2)]
    ages = [
        board(late_charges(consortium=late, on=DUE + days * DAY))[0].counts.index(2)
        for days in (1, 30, 31, 90, 91, 180, 181)
    ]
    assert ages == [0, 0, 1, 1, 2, 2, 3]


def test_standing_takes_as_many_queries_for_one_as_for_all(late: Consortium) -> None:
    on = date(2024, 4, 1)
    advance(consortium=late, to=on)
    with CaptureQueriesContext(
        connection,
    ) as one:
        standing(consortium=late, on=on, members=[member(late, "a").pk])
    with CaptureQueriesContext(connection) as every:
        standing(consortium=late, on=on)
    assert len(one) - 1 == len(every) == 5


def test_facts_of_members(late: Consortium) -> None:
    on = date(2024, 4, 1)
    found = {
        code: {str(key): value for key, value in registry.member_facts[code].fn(
            consortium=late, on=on).items()}
        for code in ("funding.arrears_days", "funding.arrears")
    }  # fmt: skip
    assert found == {
        "funding.arrears_days": {"a": 60, "b": 60, "c": 0},
        "funding.arrears": {"a": Decimal(5000), "b": Decimal(4000), "c": Decimal(0)},
    }


# Letters


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def letter(consortium: Consortium, name: str, language: str = "en") -> bytes:
    step = DunningStep.objects.filter(member=member(consortium, name)).earliest("on")
    return reminders(letter_of(step), language=language)


def test_a_letter_says_what_the_charter_says_and_all_that_is_late(late: Consortium) -> None:
    advance(consortium=late, to=date(2024, 2, 15))
    said = text(letter(late, "b"))
    number = charge(late, "b").number
    assert f"b, please pay {number} by February 29, 2024: 4,000.00 USD." in said
    for part in (
        "Reminder",
        "February 15, 2024",
        "Late payments",
        "14",
        "Annual dues",
        "In all",
    ):
        assert part in said, part


def test_a_letter_in_chinese(late: Consortium) -> None:
    advance(consortium=late, to=date(2024, 2, 15))
    said = text(letter(late, "a", "zh-hans")).replace(" ", "")
    assert f"请于2024年2月29日前支付{charge(late, 'a').number}，金额5,000.00USD" in said


def test_a_letter_reads_the_same_after_a_payment(late: Consortium) -> None:
    advance(consortium=late, to=date(2024, 2, 15))
    before = letter(late, "a")
    pay(charge(late, "a"), "5000", date(2024, 2, 10))
    assert letter(late, "a") == before


def test_one_letter_covers_all_of_a_member_and_day() -> None:
    consortium = collecting("two", fee(months=120, anchor="2024-01-01"),
                            fee("extra", "70", months=120, anchor="2024-01-01"))  # fmt: skip
    advance(consortium=consortium, to=date(2024, 2, 15))
    pdf = letter(consortium, "a")
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    said = text(pdf)
    assert "5,070.00 USD" in said
    assert said.count("please pay") == 2
    every = reminders(DunningStep.objects.all(), language="en")
    assert len(PdfReader(BytesIO(every)).pages) == 2
