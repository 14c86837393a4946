"""Published rules of paying late and leaving, as charters, with their dates worked by hand."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.rules.admission import AdmissionSection
from consortium.rules.documents import read_charter
from consortium.rules.schema import InvalidDocument, Problem, parse
from funding.rules.calendar import period_on, schedule_of
from funding.rules.collection import (
    CollectionSection,
    Concessions,
    DunningLevel,
    Exit,
    unknown_levies,
)
from funding.rules.dues import Levy
from funding.rules.supplied import Stay, owes

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
DAY = timedelta(days=1)


def section(name: str, code: str) -> Any:
    return read_charter((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")).sections[code]


def levy(name: str) -> Levy:
    found: Levy = section(name, "dues").levy("dues")
    return found


def due_on(name: str, on: date) -> date:
    return schedule_of(levy(name), period_on(levy(name), on)).due_on


def comes_on(level: DunningLevel, due: date, grace: int = 0) -> date:
    """Return the day of a level that nothing holds: on the day it names, or its next cut-off."""
    day = level.after.after(due) + timedelta(days=grace)
    days = [date(day.year + more, each.month, each.day)
            for more in (0, 1) for each in level.cut_offs]  # fmt: skip
    return min((each for each in days if each >= day), default=day)


def ladder(name: str, due: date) -> list[tuple[str, date, date | None]]:
    """Return each level with its day and the deadline it sets."""
    return [
        (each.code, comes_on(each, due), each.deadline.after(due) if each.deadline else None)
        for each in section(name, "collection").ladder
    ]


# Paying late


def test_paritaet_thueringen_reminds_by_weeks_suspends_and_excludes() -> None:
    due = due_on("paritaet-thueringen", date(2026, 1, 1))
    assert due == date(2026, 1, 31)
    assert ladder("paritaet-thueringen", due) == [
        ("reminder_1", date(2026, 2, 28), None),
        ("reminder_2", date(2026, 4, 25), date(2026, 6, 6)),
        ("reminder_3", date(2026, 7, 4), date(2026, 8, 1)),
        ("suspension", date(2026, 8, 15), None),
        ("exclusion", date(2027, 1, 31), None),
    ]
    suspension, exclusion = section("paritaet-thueringen", "collection").ladder[3:]
    assert set(suspension.suspends) == {"voting", "proposals", "access"}
    assert exclusion.exit is Exit.PROPOSED


def test_domestic_defaults_write_three_letters_and_propose_the_exit_after_two_years() -> None:
    due = due_on("domestic-defaults", date(2026, 1, 1))
    assert due == date(2026, 3, 31)
    assert ladder("domestic-defaults", due) == [
        ("letter_1", date(2026, 4, 15), None),
        ("letter_2", date(2026, 5, 15), date(2026, 5, 30)),
        ("letter_3", date(2026, 6, 29), None),
        ("exit", date(2028, 3, 31), None),
    ]
    rules = section("domestic-defaults", "collection")
    assert [each.suspends for each in rules.ladder] == [(), (), ("voting",), ()]
    assert [each.charges for each in rules.ladder] == [()] * 4
    assert rules.ladder[-1].exit is Exit.PROPOSED


def test_one_year_unpaid_ends_the_membership_by_itself() -> None:
    due = due_on("huifei-one-year", date(2026, 1, 1))
    assert ladder("huifei-one-year", due) == [("exit", date(2027, 3, 31), None)]
    (level,) = section("huifei-one-year", "collection").ladder
    assert level.exit is Exit.AUTOMATIC
    assert level.irreversible


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        (date(2026, 1, 11), date(2026, 6, 30)),
        (date(2026, 6, 29), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 12, 29), date(2026, 12, 30)),
        (date(2026, 12, 30), date(2027, 6, 30)),
    ],
)
def test_chanye_shuzihua_ends_memberships_at_half_year_cut_offs(due: date, leaves: date) -> None:
    assert due_on("chanye-shuzihua", date(2026, 1, 1)) == date(2026, 1, 11)
    assert ladder("chanye-shuzihua", due) == [("exit", leaves, None)]


def test_openwis_charges_interest_after_more_than_thirty_days() -> None:
    due = due_on("openwis", date(2026, 1, 1))
    assert due == date(2026, 1, 31)
    assert ladder("openwis", due) == [("interest", date(2026, 3, 3), None)]
    (level,) = section("openwis", "collection").ladder
    assert (level.charges, level.irreversible) == (("late_interest",), False)


def test_si2_is_paid_45_days_after_the_invoice() -> None:
    assert due_on("si2", date(2026, 1, 1)) == date(2026, 2, 15)


def test_ros_industrial_invoices_a_month_before_its_year() -> None:
    rules = levy("ros-industrial")
    period = period_on(rules, date(2026, 2, 28))
    assert (period.starts_on, period.ends_on) == (date(2025, 3, 1), date(2026, 3, 1))
    days = schedule_of(rules, period_on(rules, date(2026, 3, 1)))
    assert (days.assess_on, days.due_on) == (date(2026, 2, 1), date(2026, 3, 1))


# Leaving


def test_cablelabs_pays_through_three_years_after_notice() -> None:
    rules: AdmissionSection = section("cablelabs-2008-us", "admission")
    assert rules.leaving(date(2018, 1, 15)) == (date(2021, 1, 14), date(2021, 1, 15))


def test_guizhou_lajiao_leaves_after_30_days_and_owes_the_year() -> None:
    rules: AdmissionSection = section("guizhou-lajiao", "admission")
    pays_through, leaves_on = rules.leaving(date(2026, 12, 15))
    assert (pays_through, leaves_on) == (date(2027, 1, 13), date(2027, 1, 14))
    fee, stays = levy("guizhou-lajiao"), [Stay("member", date(2020, 5, 1), leaves_on)]
    owed = [owes(fee, stays, period_on(fee, date(year, 1, 1))) for year in (2026, 2027, 2028)]
    assert (owed, fee.supplied) == (["member", "member", None], ())


def test_without_notice_a_member_leaves_on_the_day() -> None:
    assert AdmissionSection().leaving(date(2026, 5, 1)).leaves_on == date(2026, 5, 1)


@given(
    st.integers(0, 120), st.integers(0, 3660), st.dates(date(1980, 1, 1), date(2100, 1, 1)),
)  # fmt: skip
def test_one_pays_through_the_day_before_one_leaves(months: int, days: int, told: date) -> None:
    found = AdmissionSection(notice_months=months, notice_days=days).leaving(told)
    assert found.pays_through + DAY == found.leaves_on
    assert found.leaves_on >= told


# What else the published rules say


def test_nstxl_looks_at_the_whole_group() -> None:
    assert levy("nstxl").basis.group


def test_etsi_returns_its_surplus_on_the_dues() -> None:
    assert section("etsi-2010", "collection").surplus.levy == "dues"


@pytest.mark.parametrize(
    ("promised", "met"),
    [
        ([10000, 10000, 10000, 10000], True),
        ([10000, 10000, 10000, 9999], False),
        ([40000, 10000, 10000], False),
        ([25000, 10000, 10000, 5000], False),
        ([10000, 10000, 10000, 10000, 5000], True),
        ([], False),
    ],
)
def test_oklahoma_starts_with_four_members_and_forty_thousand(
    promised: list[int], met: bool
) -> None:
    viability = section("oklahoma", "collection").viability
    assert viability.met(map(Decimal, promised)) is met
    assert viability.overhead == Decimal("0.26")


# What a section may say


def level(code: str = "a", days: int = 1, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code}, "after": {"days": days}, **more}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"ladder": [level("a", 30), level("b", 10)]}, "ladder[1].after", "out_of_order"),
        ({"ladder": [level("a", 30), {**level("b"), "after": {"months": 1}}]},
            "ladder[1].after", "out_of_order"),
        ({"ladder": [level("a"), level("a", 2)]}, "ladder[1].code", "twice"),
        ({"ladder": [level(charges=["x", "x"])]}, "ladder[0].charges[1]", "twice"),
        ({"ladder": [level(suspends=["seat"])]}, "ladder[0].suspends[0]", "not_a_choice"),
        ({"ladder": [level(exit="soon")]}, "ladder[0].exit", "not_a_choice"),
        ({"ladder": [level(text={"en": "{opne}"})]}, "ladder[0].text.en", "unknown_placeholder"),
        ({"ladder": [level(cut_offs=[{"month": 2, "day": 30}])]},
            "ladder[0].cut_offs[0].day", "too_large"),
        ({"grace_days": -1}, "grace_days", "too_small"),
        ({"plans": {"instalments": 1}}, "plans.instalments", "too_small"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_section_is_named(body: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse(CollectionSection, body)
    assert [(each.path, each.code) for each in refused.value.errors] == [(path, code)]


def test_a_ladder_charges_only_what_the_charter_has() -> None:
    dues = section("openwis", "dues")
    body = {"ladder": [level(charges=["late_interest", "dues", "x"])], "surplus": {"levy": "y"}}
    found = unknown_levies(parse(CollectionSection, body), {"dues": dues})
    assert [(each.path, each.code, each.values["levy"]) for each in found] == [
        ("ladder[0].charges[1]", "not_a_late_levy", "dues"),
        ("ladder[0].charges[2]", "not_a_late_levy", "x"),
        ("surplus.levy", "no_such_levy", "y"),
    ]


@pytest.mark.parametrize("name", sorted(each.stem for each in EXAMPLES.glob("*.toml")))
def test_every_example_names_only_levies_it_has(name: str) -> None:
    sections = read_charter((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")).sections
    assert list(unknown_levies(sections.get("collection", CollectionSection()), sections)) == []


@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 60)), max_size=5))
def test_a_ladder_reads_exactly_when_its_levels_come_in_order(
    offsets: list[tuple[int, int]],
) -> None:
    levels = [
        {**level(f"level_{number}"), "after": {"months": months, "days": days}}
        for number, (months, days) in enumerate(offsets)
    ]
    found = refusals(levels)
    assert {each.code for each in found} <= {"out_of_order"}
    if found:
        assert sorted(offsets) != offsets or tight(offsets)
        return
    for due in (date(2026, 1, 1), date(2024, 2, 15), date(2027, 12, 28)):
        rules = parse(CollectionSection, {"ladder": levels})
        days = [each.after.after(due) for each in rules.ladder]
        assert days == sorted(days)


def refusals(levels: list[dict[str, Any]]) -> tuple[Problem, ...]:
    try:
        parse(CollectionSection, {"ladder": levels})
    except InvalidDocument as refused:
        return tuple(refused.errors)
    return ()


def tight(offsets: list[tuple[int, int]]) -> bool:
    """Say whether months of different lengths may turn two offsets round."""
    return any(
        later[0] > earlier[0] and earlier[1] > later[1]
        for earlier, later in itertools.pairwise(offsets)
    )


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_a_second_person_is_needed_above_the_limit_only(amount: Decimal, limit: Decimal) -> None:
    rules = Concessions(limits={"CNY": limit})
    assert rules.needs_second(amount, "CNY") is (amount > limit)
    assert rules.needs_second(amount, "USD")
    assert Concessions().needs_second(amount, "CNY")
