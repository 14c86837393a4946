"""The patent table: published schedules and worked examples, to the day and the cent."""

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.errors import DomainError
from consortium.periods import add_months
from consortium.rules.choices import Basis
from ip.rules.offices import Applicants, RightKind, Route, Size, Yearly, offices
from ip.rules.patent_deadlines import deadlines
from ip.rules.patent_fees import (
    Fee,
    FeeUnknown,
    PaidTooEarly,
    PaidTooLate,
    divided,
    fee,
    surcharge,
)
from ip.rules.patents import (
    Deadline,
    EventAfterEnd,
    EventBeforeFiling,
    Filing,
    Happening,
    PriorityAfterFiling,
    PriorityTooOld,
    refuse_impossible,
)
from ip.rules.workdays import is_open

FILED, GRANTED = Happening.FILED, Happening.GRANTED
DAY = timedelta(days=1)


def patent(office: str, filed_on: date, granted_on: date | None = None, **more: object) -> Filing:
    happened = {FILED: filed_on} | ({GRANTED: granted_on} if granted_on else {})
    more.setdefault("kind", RightKind.PATENT)
    return Filing(office, happened=happened, **more)  # type: ignore[arg-type]


def due(filing: Filing, code: str, part: str = "") -> Deadline:
    return next(each for each in deadlines(filing) if (each.code, each.part) == (code, part))


def days(filing: Filing) -> list[tuple[str, str, date]]:
    return [(each.code, each.part, each.due_on) for each in deadlines(filing)]


# The month rule and the international deadlines


@pytest.mark.parametrize(
    ("priority", "paris", "thirty", "thirty_one"),
    [
        (date(2023, 1, 31), date(2024, 1, 31), date(2025, 7, 31), date(2025, 8, 31)),
        (date(2022, 8, 31), date(2023, 8, 31), date(2025, 2, 28), date(2025, 3, 31)),
        (date(2021, 8, 30), date(2022, 8, 30), date(2024, 2, 29), date(2024, 3, 30)),
    ],
)
def test_the_worked_examples_of_months(
    priority: date, paris: date, thirty: date, thirty_one: date
) -> None:
    first = patent("CN", priority)
    assert due(first, "priority").falls_on == paris
    international = patent("WO", priority)
    assert due(international, "national_phase", "CN").falls_on == thirty
    assert due(international, "national_phase", "EP").falls_on == thirty_one


def test_a_design_may_be_claimed_for_six_months() -> None:
    design = patent("CN", date(2025, 8, 31), kind=RightKind.DESIGN)
    assert due(design, "priority").due_on == date(2026, 2, 28)


def test_a_planned_filing_is_due_on_the_last_working_day_of_its_priority() -> None:
    # 3 October 2026 is a Saturday and in China's holidays; 10 October is worked for them.
    planned = Filing("CN", RightKind.PATENT, priority_on=date(2025, 10, 3))
    assert days(planned) == [("filing", "", date(2026, 10, 8))]
    by_pct = Filing("EP", RightKind.PATENT, Route.PCT, priority_on=date(2024, 1, 31))
    assert days(by_pct) == [("filing", "", date(2026, 8, 31))]


def test_a_phase_that_was_entered_is_no_longer_due() -> None:
    international = patent("WO", date(2025, 1, 15), entered=frozenset({"CN", "US", "GB"}))
    phases = [each.part for each in deadlines(international) if each.code == "national_phase"]
    assert phases == ["EP"]


def test_what_is_asked_of_an_application_at_each_office() -> None:
    filed_on = date(2025, 3, 10)
    assert days(patent("CN", filed_on)) == [
        ("priority", "", date(2026, 3, 10)),
        ("publication", "", date(2026, 9, 10)),
        ("examination", "", date(2028, 3, 10)),
        ("term_ends", "", date(2045, 3, 10)),
    ]
    european = patent("EP", filed_on)
    searched = {**european.happened, Happening.SEARCH_REPORT: date(2026, 1, 14)}
    asked = Filing("EP", RightKind.PATENT, happened=searched)
    assert due(asked, "examination").due_on == date(2026, 7, 14)
    british = {FILED: filed_on, Happening.PUBLISHED: date(2026, 9, 16)}
    assert due(Filing("GB", RightKind.PATENT, happened=british), "search").falls_on == date(
        2026, 3, 10
    )
    assert due(Filing("GB", RightKind.PATENT, happened=british), "examination").due_on == date(
        2027, 3, 16
    )
    assert [each.code for each in deadlines(patent("US", filed_on))] == [
        "priority",
        "publication",
        "term_ends",
    ]


def test_examination_of_an_international_application_is_not_due_before_it_must_enter() -> None:
    happened = {FILED: date(2024, 1, 31), Happening.SEARCH_REPORT: date(2025, 3, 3)}
    entered = Filing("EP", RightKind.PATENT, Route.PCT, happened=happened)
    assert due(entered, "examination").falls_on == date(2026, 8, 31)


def test_what_was_done_is_no_longer_due_and_nothing_is_after_the_end() -> None:
    filing = patent("CN", date(2025, 3, 10))
    asked = {**filing.happened, Happening.EXAMINATION_REQUESTED: date(2025, 6, 1)}
    assert "examination" not in [
        each.code for each in deadlines(Filing("CN", RightKind.PATENT, happened=asked))
    ]
    ended = {**asked, Happening.WITHDRAWN: date(2025, 7, 1)}
    assert deadlines(Filing("CN", RightKind.PATENT, happened=ended)) == []


# China


LIFE = {"patent": 82_300, "utility_model": 11_200, "design": 26_200}


@pytest.mark.parametrize(("kind", "total"), LIFE.items())
def test_a_life_of_fees(kind: str, total: int) -> None:
    rule = offices().office("CN").right(RightKind(kind)).annuities
    assert isinstance(rule, Yearly)
    years = {"patent": 20, "utility_model": 10, "design": 15}[kind]
    table = rule.fees_on(date(2026, 1, 1))
    assert sum(table.fee(year) or 0 for year in range(1, years + 1)) == total
    assert table.fee(years + 1) is None


def test_the_published_example_of_a_due_day() -> None:
    """Filed 1997-06-03, granted 2001-08-01, year 5 paid on registration: year 6 is next."""
    granted = patent("CN", date(1997, 6, 3), date(2001, 8, 1))
    annuities = [each for each in deadlines(granted) if each.code == "annuity"]
    assert (annuities[0].part, annuities[0].due_on) == ("6", date(2002, 6, 3))
    assert annuities[-1].part == "20"


REDUCED = [
    ("1-3", "900.00", "135.00", "270.00"),
    ("4-6", "1200.00", "180.00", "360.00"),
    ("7-9", "2000.00", "300.00", "600.00"),
    ("10-12", "4000.00", "600.00", "1200.00"),
    ("13-15", "6000.00", "900.00", "1800.00"),
    ("16-20", "8000.00", "1200.00", "2400.00"),
]


@pytest.mark.parametrize(("years", "full", "single", "several"), REDUCED)
def test_the_published_table_of_reductions(
    years: str, full: str, single: str, several: str
) -> None:
    first, last = map(int, years.split("-"))
    for year in range(max(first, 2), last + 1):
        for applicants, amount in ((Applicants.SINGLE, single), (Applicants.SEVERAL, several)):
            granted = patent(
                "CN", date(2006, 3, 1), date(2006, 3, 2), size=Size.SMALL, applicants=applicants
            )
            owed = due(granted, "annuity", str(year))
            found = fee(granted, owed, paid_on=owed.due_on)
            assert (str(found.full), str(found.reduced), str(found.total)) == (full, amount, amount)


LATE = [
    ("900.00", ["0.00", "45.00", "90.00", "135.00", "180.00", "225.00"], "2"),
    ("1200.00", ["0.00", "60.00", "120.00", "180.00", "240.00", "300.00"], "4"),
    ("2000.00", ["0.00", "100.00", "200.00", "300.00", "400.00", "500.00"], "7"),
]


@pytest.mark.parametrize(("full", "steps", "year"), LATE)
def test_surcharges_by_months_begun(full: str, steps: list[str], year: str) -> None:
    granted = patent("CN", date(2018, 3, 12), date(2018, 3, 13))
    owed = due(granted, "annuity", year)
    for months, costs in enumerate(steps, start=1):
        last_on = owed.late[months - 1].until
        assert last_on >= add_months(owed.falls_on, months)
        found = fee(granted, owed, paid_on=last_on)
        assert (str(found.full), str(found.surcharge)) == (full, costs)
    with pytest.raises(PaidTooLate):
        fee(granted, owed, paid_on=owed.last_on + DAY)
    assert owed.lapses_on == owed.falls_on


def test_a_reduction_does_not_reduce_the_surcharge() -> None:
    granted = patent("CN", date(2018, 3, 12), date(2018, 3, 13), size=Size.MICRO)
    owed = due(granted, "annuity", "2")
    found = fee(granted, owed, paid_on=owed.late[1].until)
    assert found == Fee("CNY", Decimal("900.00"), Decimal("135.00"), Decimal("45.00"))
    assert found.total == Decimal("180.00")


# The other offices


def test_the_epo_takes_half_as_much_again_within_six_months() -> None:
    pending = patent("EP", date(2013, 2, 10))
    owed = due(pending, "annuity", "3")
    assert (owed.falls_on, owed.due_on) == (date(2015, 2, 28), date(2015, 3, 2))
    assert owed.last_on == date(2015, 8, 31)
    assert fee(pending, owed, paid_on=date(2015, 3, 2)).total == Decimal("445.00")
    assert fee(pending, owed, paid_on=date(2015, 8, 31)).total == Decimal("667.50")


def test_the_epo_table_counts_by_the_day_of_payment_and_says_what_is_missing() -> None:
    pending = patent("EP", date(2011, 2, 10))
    fifth = due(pending, "annuity", "5")
    assert fee(pending, fifth, paid_on=fifth.due_on).full == Decimal("775.00")
    sixth = due(pending, "annuity", "6")
    assert fee(pending, sixth, paid_on=date(2016, 3, 31)).full == Decimal("995.00")
    assert fee(pending, sixth, paid_on=date(2016, 4, 1)).full == Decimal("1050.00")
    later = patent("EP", date(2013, 2, 10))
    with pytest.raises(FeeUnknown) as refused:
        fee(later, due(later, "annuity", "4"), paid_on=date(2016, 4, 1))
    assert refused.value.values == {"office": "EP", "code": "annuity", "part": "4"}


@pytest.mark.parametrize(
    ("filed_on", "year", "full"),
    [(date(2020, 7, 3), "3", "505.00"), (date(2013, 7, 3), "10", "1690.00"),
     (date(2022, 7, 3), "3", "690.00"), (date(2020, 7, 3), "5", "1000.00")],
)  # fmt: skip
def test_the_epo_table_follows_each_change_a_source_tells(
    filed_on: date, year: str, full: str
) -> None:
    owed = due(patent("EP", filed_on), "annuity", year)
    assert fee(patent("EP", filed_on), owed, paid_on=owed.due_on).full == Decimal(full)


def test_what_no_source_tells_since_april_2024_is_unknown() -> None:
    pending = patent("EP", date(2019, 7, 3))
    sixth = due(pending, "annuity", "6")
    with pytest.raises(FeeUnknown):
        fee(pending, sixth, paid_on=sixth.due_on)


def test_every_table_of_fees_names_where_it_is_from() -> None:
    tables = [
        version
        for office in offices().offices
        for right in office.kinds
        if isinstance(right.annuities, Yearly)
        for version in right.annuities.versions
    ]
    assert len(tables) == 9
    assert {table.basis for table in tables} == {Basis.OTHER_SOURCE}
    assert all(re.search(r"\w\.(com|cn|org)\b", table.source) for table in tables)


def test_a_european_patent_owes_the_epo_nothing_after_grant() -> None:
    granted = patent("EP", date(2020, 2, 10), date(2023, 5, 3))
    parts = [each.part for each in deadlines(granted) if each.code == "annuity"]
    assert parts == ["3", "4"]
    assert due(granted, "validation").due_on == date(2023, 8, 3)


@pytest.mark.parametrize(
    ("year", "before", "after"),
    [
        (5, 70, 70), (6, 90, 90), (7, 110, 110), (8, 130, 130), (9, 150, 150), (10, 170, 170),
        (11, 190, 190), (12, 210, 220), (13, 250, 260), (14, 290, 300), (15, 350, 360),
        (16, 410, 420), (17, 460, 470), (18, 510, 520), (19, 560, 570), (20, 600, 610),
    ],
)  # fmt: skip
def test_british_fees_changed_on_6_april_2018(year: int, before: int, after: int) -> None:
    rule = offices().office("GB").right(RightKind.PATENT).annuities
    assert isinstance(rule, Yearly)
    assert rule.fees_on(date(2018, 4, 5)).fee(year) == before
    assert rule.fees_on(date(2018, 4, 6)).fee(year) == after


def test_in_britain_the_first_late_month_is_free_and_each_other_costs_24() -> None:
    granted = patent("GB", date(2014, 1, 15), date(2017, 6, 1))
    owed = due(granted, "annuity", "5")
    assert owed.due_on == date(2018, 1, 31)
    found = [surcharge(owed, Decimal(70), paid_on=step.until) for step in owed.late]
    assert found == [0, 24, 48, 72, 96, 120]
    assert fee(granted, owed, paid_on=date(2018, 4, 30)).total == Decimal("118.00")


def test_american_windows_are_counted_from_grant_and_nobody_has_their_fees() -> None:
    granted = patent("US", date(2020, 1, 6), date(2022, 8, 30))
    found = [
        (each.part, each.opens_on, each.falls_on, each.last_on)
        for each in deadlines(granted)
        if each.code == "annuity"
    ]
    assert found == [
        ("3.5", date(2025, 8, 30), date(2026, 2, 28), date(2026, 8, 31)),
        ("7.5", date(2029, 8, 30), date(2030, 2, 28), date(2030, 8, 30)),
        ("11.5", date(2033, 8, 30), date(2034, 2, 28), date(2034, 8, 30)),
    ]
    owed = due(granted, "annuity", "3.5")
    assert owed.due_on == date(2026, 3, 2)  # the Monday after
    with pytest.raises(PaidTooEarly):
        fee(granted, owed, paid_on=date(2025, 8, 29))
    with pytest.raises(FeeUnknown):
        fee(granted, owed, paid_on=owed.due_on)
    office = offices().office("US")
    assert office.off(Size.SMALL, Applicants.SINGLE) == Decimal("0.50")
    assert office.off(Size.MICRO, Applicants.SEVERAL) == Decimal("0.75")
    assert office.off(Size.REGULAR, Applicants.SINGLE) == 0


# Impossible days


@pytest.mark.parametrize(
    ("filing", "restored", "refusal"),
    [
        (patent("CN", date(2025, 1, 2), priority_on=date(2025, 1, 3)), False, PriorityAfterFiling),
        (patent("CN", date(2026, 1, 6), priority_on=date(2025, 1, 3)), False, PriorityTooOld),
        (patent("CN", date(2026, 3, 4), priority_on=date(2025, 1, 3)), True, PriorityTooOld),
        (patent("US", date(2026, 1, 6), date(2026, 1, 5)), False, EventBeforeFiling),
        (Filing("US", RightKind.PATENT, happened={GRANTED: date(2026, 1, 5)}), False,
         EventBeforeFiling),
        (Filing("US", RightKind.PATENT, happened={FILED: date(2026, 1, 5), GRANTED:
         date(2027, 1, 5), Happening.WITHDRAWN: date(2026, 6, 1)}), False, EventAfterEnd),
    ],
)  # fmt: skip
def test_impossible_days_are_refused(
    filing: Filing, restored: bool, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        refuse_impossible(filing, restored=restored)


def test_the_last_possible_day_of_a_priority_is_a_working_day_and_restoring_adds_two_months() -> (
    None
):
    # 3 January 2026 is a Saturday in China's New Year holiday; the 4th is worked for it.
    refuse_impossible(patent("CN", date(2026, 1, 4), priority_on=date(2025, 1, 3)))
    late = patent("CN", date(2026, 3, 3), priority_on=date(2025, 1, 3))
    refuse_impossible(late, restored=True)
    with pytest.raises(PriorityTooOld):
        refuse_impossible(late)


# What holds for every day


OFFICES = [(office.code, right.kind) for office in offices().offices for right in office.kinds]
DAYS = st.dates(date(1995, 1, 1), date(2032, 12, 31))


@given(st.sampled_from(OFFICES), DAYS, st.integers(1, 3000), st.sampled_from(list(Route)))
def test_no_deadline_falls_on_a_day_its_office_is_closed(
    which: tuple[str, RightKind], filed_on: date, later: int, route: Route
) -> None:
    granted_on = filed_on + timedelta(days=later)
    happened = {FILED: filed_on, Happening.PUBLISHED: filed_on + DAY * (later // 2)}
    for more in ({}, {GRANTED: granted_on}):
        found = deadlines(Filing(which[0], which[1], route, happened={**happened, **more}))
        for each in found:
            calendar = offices().office(each.office).calendar if each.office else None
            if calendar is None:
                assert each.due_on == each.falls_on
                continue
            assert calendar.is_open(each.due_on)
            assert all(calendar.is_open(step.until) for step in each.late)
            assert each.falls_on <= each.due_on <= each.last_on
            assert not any(
                calendar.is_open(each.falls_on + DAY * n)
                for n in range((each.due_on - each.falls_on).days)
            )


@given(
    st.decimals(0, 10**9, places=2, allow_nan=False),
    st.lists(st.integers(1, 1000), min_size=1, max_size=12),
)
def test_a_fee_is_divided_without_loss(amount: Decimal, weights: list[int]) -> None:
    shares = {n: Fraction(weight, sum(weights)) for n, weight in enumerate(weights)}
    parts = divided(amount, shares, unit="CNY")
    assert sum(parts.values()) == amount
    for owner, part in parts.items():
        assert abs(Fraction(part) - Fraction(amount) * shares[owner]) < Fraction(1, 100)


def test_what_is_left_over_goes_to_whose_part_lost_most() -> None:
    thirds = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}
    assert divided(Decimal("100.00"), thirds, unit="CNY") == {
        "a": Decimal("33.34"),
        "b": Decimal("33.33"),
        "c": Decimal("33.33"),
    }
    uneven = {"a": Fraction(1, 8), "b": Fraction(7, 8)}
    assert divided(Decimal(100), uneven, unit="JPY") == {"a": 13, "b": 87}


def test_make_up_days_are_worked_and_what_the_office_says_counts_first() -> None:
    sunday, monday = date(2025, 9, 28), date(2026, 3, 2)
    assert is_open(["CN"], sunday, opened=(), closed=())
    assert not is_open(["CN"], monday, opened=(), closed=[monday])
    assert is_open(["US"], date(2026, 7, 4), opened=[date(2026, 7, 4)], closed=())


def test_what_is_due_in_a_year_without_published_working_days_is_provisional() -> None:
    filing = patent("CN", date(2020, 5, 1), date(2022, 5, 2))
    assert not due(filing, "annuity", "7").provisional
    unsure = due(filing, "annuity", "8")
    assert (unsure.provisional, unsure.alarm_on) == (True, unsure.falls_on)
