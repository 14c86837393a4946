"""What the engine knows of a membership: joining, leaving, changing category in mid-period."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import Period, add_months
from consortium.rules.schema import InvalidDocument, parse
from funding.rules.calendar import period_on
from funding.rules.dues import Levy
from funding.rules.engine import NotSupplied, compute
from funding.rules.supplied import Stay, owes, supplied

ALL = ("membership_year", "joined_month", "joined_half", "member_months", "category")


def levy(*rule, anchor=date(2015, 1, 1), months=12, categories=("full",), trigger=None):
    return parse(
        Levy,
        {
            "code": "dues",
            "label": {"en": "Dues"},
            "categories": list(categories),
            "unit": "USD",
            "trigger": trigger or {"kind": "period", "anchor": anchor, "months": months},
            "calendar": {"opens": {}, "closes": {}, "assess": {}, "due": {}},
            "rule": list(rule) or [{"add": {"const": "1200"}}],
        },
    )


def looking_at(*names):
    """Return lines that look at some of the engine's inputs."""
    cells = {"category": ["full"]}
    return [{"add": {"const": "0"}, "when": {name: cells.get(name, {"at_least": "0"})}}
            for name in names]  # fmt: skip


PRO_RATA = ({"add": {"const": "1200"}}, {"prorate": {"of": "member_months", "out_of": "12"}})


@pytest.mark.parametrize(
    ("joined_on", "on", "expected"),
    [
        (date(2015, 6, 30), date(2015, 1, 1), (1, 6, 1, 7)),
        (date(2015, 7, 1), date(2015, 12, 31), (1, 7, 2, 6)),
        (date(2013, 3, 1), date(2015, 1, 1), (2, None, None, 12)),
        (date(2013, 1, 1), date(2015, 1, 1), (3, None, None, 12)),
    ],
)
def test_when_a_member_joined(joined_on, on, expected):
    rule = levy(*looking_at(*ALL))

    known = supplied(rule, [Stay("full", joined_on)], period_on(rule, on), "full")

    assert tuple(known.values()) == (*expected, "full")
    with pytest.raises(NotSupplied):
        compute(rule, {})


def test_only_what_the_rule_looks_at_is_supplied():
    rule = levy(*PRO_RATA)
    period = period_on(rule, date(2015, 5, 1))

    assert supplied(rule, [Stay("full", date(2014, 1, 1))], period, "full") == {
        "member_months": Decimal(12)
    }
    assert supplied(levy(), [Stay("full", date(2014, 1, 1))], period, "full") == {}


def test_who_left_and_came_back_joined_when_it_came_back():
    rule = levy(*looking_at("membership_year", "joined_month"))
    stays = [Stay("full", date(2010, 1, 1), date(2013, 1, 1)), Stay("full", date(2015, 9, 1))]

    known = supplied(rule, stays, period_on(rule, date(2015, 1, 1)), "full")

    assert known == {"membership_year": Decimal(1), "joined_month": Decimal(9)}


CHANGED = [Stay("associate", date(2014, 3, 1), date(2015, 5, 20)), Stay("full", date(2015, 5, 20))]


def test_a_change_of_category_owes_one_levy_by_the_first_day():
    period = period_on(levy(), date(2015, 1, 1))

    assert owes(levy(categories=["associate"]), CHANGED, period) == "associate"
    assert owes(levy(categories=["full"]), CHANGED, period) is None
    assert owes(levy(categories=["associate", "full"]), CHANGED, period) == "associate"


def test_a_change_of_category_is_shared_by_months_where_the_levy_counts_them():
    for category, months in (("associate", 5), ("full", 7)):
        rule = levy(*PRO_RATA, categories=[category])
        period = period_on(rule, date(2015, 1, 1))
        assert owes(rule, CHANGED, period) == category
        known = supplied(rule, CHANGED, period, category)
        assert known == {"member_months": Decimal(months)}
        assert compute(rule, {}, known).amount == 100 * months


def test_a_category_of_no_whole_month_owes_nothing():
    rule = levy(*PRO_RATA)
    stays = [
        Stay("associate", date(2014, 1, 1), date(2015, 12, 20)),
        Stay("full", date(2015, 12, 20)),
    ]

    assert owes(rule, stays, period_on(rule, date(2015, 1, 1))) is None
    assert owes(rule, stays, period_on(rule, date(2016, 1, 1))) == "full"


def test_the_amount_by_category_is_one_table():
    rows = [({"full"}, "800"), ({"associate"}, "100")]
    table = {"table": ["category"],
             "rows": [{"when": {"category": sorted(each)}, "then": {"const": amount}}
                      for each, amount in rows]}  # fmt: skip
    rule = levy({"add": table}, categories=["full", "associate"])
    period = period_on(rule, date(2015, 1, 1))

    assert list(rule.open_questions()) == []
    known = supplied(rule, CHANGED, period, "associate")
    assert compute(rule, {}, known).amount == 100


def test_a_levy_on_admission_is_owed_once_by_who_joins_that_day():
    entrance = levy(trigger={"kind": "admission"})
    stays = [Stay("full", date(2014, 2, 28), date(2015, 1, 1)), Stay("full", date(2016, 1, 1))]

    on = {day: owes(entrance, stays, period_on(entrance, day))
          for day in (date(2014, 2, 28), date(2014, 3, 1), date(2016, 1, 1))}  # fmt: skip

    assert on == {date(2014, 2, 28): "full", date(2014, 3, 1): None, date(2016, 1, 1): None}
    assert period_on(entrance, date(2014, 2, 28)).ends_on == date(2014, 3, 1)


def test_a_levy_on_admission_has_no_months():
    with pytest.raises(InvalidDocument) as refused:
        levy(*PRO_RATA, trigger={"kind": "admission"})
    assert [(each.path, each.code) for each in refused.value.errors] == [("rule", "needs_a_period")]


DAYS = st.dates(date(2013, 1, 1), date(2018, 1, 1))
ANCHORS = st.sampled_from([date(2012, 2, 29), date(2012, 1, 31), date(2012, 1, 1)])


@given(ANCHORS, st.sampled_from([1, 3, 6, 12]), DAYS, st.lists(st.integers(1, 500), max_size=4),
       st.integers(0, 1), DAYS)  # fmt: skip
def test_months_are_those_a_model_counts_day_by_day(anchor, months, joined_on, lengths, first, on):
    """Each month counts for the category of the first day of membership in it."""
    stays, day = [], joined_on
    for n, length in enumerate(lengths):
        ends_on = day + timedelta(days=length)
        stays.append(Stay(("full", "associate")[(n + first) % 2], day, ends_on))
        day = ends_on
    rule = levy(*PRO_RATA, anchor=anchor, months=months)
    period = period_on(rule, on)
    starts = [add_months(anchor, n) for n in range(12 * 8)]
    own = [day for day in starts if period.starts_on <= day < period.ends_on]
    counted = 0
    for start in own:
        day = start
        held = None
        while day < starts[starts.index(start) + 1] and held is None:
            held = next((stay.category for stay in stays if Period(*stay[1:]).contains(day)), None)
            day += timedelta(days=1)
        counted += held == "full"

    assert len(own) == months
    assert owes(rule, stays, period) == ("full" if counted else None)
    if counted:
        assert supplied(rule, stays, period, "full") == {"member_months": Decimal(counted)}
