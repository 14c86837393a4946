"""Requirements of charters and calls, each measure by hand."""

from decimal import Decimal
from typing import Any

import pytest

from consortium.rules.choices import Level, OrganizationKind
from projects.rules.choices import Measure, Part
from projects.rules.eligibility import Facts, Finding, Party, judge, measured
from projects.rules.section import Requirement

D = Decimal
ENTERPRISE, UNIVERSITY = OrganizationKind.ENTERPRISE, OrganizationKind.UNIVERSITY

FACTS = Facts(
    parties=[
        Party(
            kind=ENTERPRISE, country="CN", group=1, part=Part.LEAD,
            cost_share=D("0.6"), arrears_days=0,
        ),
        Party(kind=ENTERPRISE, country="CN", group=1, cost_share=D("0.1"), arrears_days=40),
        Party(kind=UNIVERSITY, country="US", group=3, member=False, cost_share=D("0.2")),
        Party(
            kind=ENTERPRISE, country="DE", group=4, part=Part.SUBCONTRACTOR,
            member=False, suspended=True, cost_share=D("0.1"),
        ),
    ],
    months=24,
    budget=D(1000),
    own_money=D(250),
)  # fmt: skip


def test_every_measure_by_hand() -> None:
    assert measured(FACTS) == {
        Measure.PARTICIPANTS: 3,
        Measure.MEMBERS: 2,
        Measure.OUTSIDERS: 1,
        Measure.ENTERPRISES: 2,
        Measure.UNIVERSITIES: 1,
        Measure.COUNTRIES: 2,
        Measure.GROUPS: 2,
        Measure.MONTHS: 24,
        Measure.BUDGET: 1000,
        Measure.LARGEST_COST_SHARE: D("0.6"),
        Measure.ENTERPRISE_COST_SHARE: D("0.8"),
        Measure.OWN_MONEY_SHARE: D("0.25"),
        Measure.ARREARS_DAYS: 40,
        Measure.SUSPENDED: 0,
    }
    assert measured(FACTS).keys() == set(Measure)


def requirement(measure: str, **bounds: Any) -> Requirement:
    return Requirement(code=f"r_{measure}", label={"en": "R"}, measure=measure, **bounds)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "fails"),
    [
        (requirement("participants", at_least="3"), False),
        (requirement("participants", at_least="4"), True),
        (requirement("months", at_most="24"), False),
        (requirement("months", at_most="23"), True),
        (requirement("groups", at_least="2", at_most="2"), False),
        (requirement("arrears_days", at_most="39"), True),
    ],
)
def test_bounds_are_inclusive(rule: Requirement, fails: bool) -> None:
    assert bool(judge([rule], FACTS)) is fails


def test_a_failure_tells_its_rule() -> None:
    rule = requirement("countries", at_least="3", level="warning")
    assert judge([rule], FACTS, members_only=True) == [
        Finding("members_only", Measure.OUTSIDERS, D(1), None, D(0), Level.HARD),
        Finding("r_countries", Measure.COUNTRIES, D(2), D(3), None, Level.WARNING),
    ]


def test_what_cannot_be_measured_fails_a_lower_bound_only() -> None:
    facts = Facts(parties=[])
    assert judge([requirement("months", at_most="12")], facts) == []
    assert [each.value for each in judge([requirement("months", at_least="12")], facts)] == [None]
