"""Shares of work, days on which deadlines are told, and differences of plans: no database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consortium.rules.schema import parse
from projects.rules.changes import changes
from projects.rules.choices import Site
from projects.rules.deadlines import first, passed, steps
from projects.rules.plan import ProjectPlan
from projects.rules.section import Escalation, PartShare, SiteShare
from projects.rules.workshare import (
    by_country,
    by_organization,
    by_part,
    by_site,
    elsewhere,
)

FIRMS = tuple(f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12345")
COUNTRIES = dict(zip(FIRMS, ("GB", "FR", "DE", "ES", "FR"), strict=True))


def package(code: str, effort: dict[str, str], **more: Any) -> dict[str, Any]:
    given = {"code": code, "title": {"en": code}, "responsible": FIRMS[0], "site": "member"}
    return {**given, "starts": 0, "ends": 12, "effort": effort, **more}


def plan(*packages: dict[str, Any], **more: Any) -> ProjectPlan:
    return parse(ProjectPlan, {"months": 12, "packages": list(packages), **more})


def test_vlsi_splits_twenty_to_eighty() -> None:
    sites = [
        SiteShare(site=Site.JOINT, share=Decimal("0.2"), tolerance=Decimal("0.05")),
        SiteShare(site=Site.MEMBER, share=Decimal("0.8"), tolerance=Decimal("0.05")),
    ]
    joint = package("joint", {FIRMS[0]: "20"}, site="joint")
    good = by_site(plan(joint, package("own", {FIRMS[1]: "80"})), sites)
    assert [(each.key, each.share, each.fits) for each in good] == [
        ("joint", Decimal("0.2"), True),
        ("member", Decimal("0.8"), True),
    ]
    bad = by_site(plan(joint, package("own", {FIRMS[1]: "20"})), sites)
    assert [(each.share, each.fits) for each in bad] == [(Decimal("0.5"), False)] * 2
    only = by_site(plan(package("own", {FIRMS[1]: "20"})), sites)
    assert [(each.key, each.share, each.fits) for each in only] == [
        ("joint", Decimal(0), False),
        ("member", Decimal(1), False),
    ]
    host = by_site(plan(joint, package("own", {FIRMS[1]: "80"}, site="host")), sites)
    assert [(each.key, each.fits) for each in host][-1] == ("host", False)


def test_airbus_works_by_part_and_country() -> None:
    parts = [
        PartShare(part="wing", label={"en": "Wing"}, country="GB", share=Decimal("0.25")),
        PartShare(part="cockpit", label={"en": "Cockpit"}, country="FR"),
    ]  # type: ignore[list-item]
    found = plan(
        package("wing", {FIRMS[0]: "20", FIRMS[2]: "5"}, part="wing"),
        package("cockpit", {FIRMS[1]: "75"}, part="cockpit"),
    )
    assert [(each.key, each.share, each.fits) for each in by_part(found, parts)] == [
        ("wing", Decimal("0.25"), True),
        ("cockpit", Decimal("0.75"), True),
    ]
    assert [(each.part, each.country, each.found, each.effort) for each in
            elsewhere(found, parts, COUNTRIES)] == [("wing", "GB", "DE", Decimal(5))]  # fmt: skip
    assert {each.key: each.share for each in by_country(found, COUNTRIES)} == {
        "GB": Decimal("0.2"), "DE": Decimal("0.05"), "FR": Decimal("0.75"),
    }  # fmt: skip


efforts = st.lists(
    st.tuples(
        st.sampled_from(Site),
        st.dictionaries(
            st.sampled_from(FIRMS), st.integers(1, 10**9).map(lambda n: str(Decimal(n) / 1000)),
            max_size=5,
        ),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@given(efforts)
def test_every_breakdown_is_the_whole(worked: list[tuple[Site, dict[str, str]]]) -> None:
    found = plan(
        *(package(f"p{n}", effort, site=site.value) for n, (site, effort) in enumerate(worked))
    )
    total = sum((each.total for each in found.packages), start=Decimal(0))
    for measured in (by_site(found), by_part(found), by_organization(found),
                     by_country(found, COUNTRIES)):  # fmt: skip
        assert sum((each.effort for each in measured), start=Decimal(0)) == total
        shares = sum((each.share for each in measured), start=Decimal(0))
        assert abs(shares - (1 if total else 0)) < Decimal("1e-20")
        assert all(0 <= each.share <= 1 and each.fits for each in measured)


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    days,
    st.lists(st.integers(0, 60), max_size=4),
    st.lists(st.integers(0, 60), max_size=4),
    st.lists(st.integers(1, 30), min_size=1, max_size=30),
)
def test_each_step_is_told_once_however_often_one_looks(
    due_on: date, near: list[int], late: list[int], gaps: list[int]
) -> None:
    escalation = [Escalation(days=each) for each in late]
    whole = steps(due_on=due_on, remind_days=near, escalation=escalation)
    assert whole == sorted(whole)
    on = due_on - timedelta(days=90)
    told, next_on = [], first(whole, on=on)
    for gap in (*gaps, 400):
        on += timedelta(days=gap)
        if next_on is not None and next_on <= on:
            step, next_on = passed(whole, on=on)
            told.append(step)
    assert next_on is None
    assert len(set(told)) == len(told)
    assert not whole or told[-1] == whole[-1]


def test_what_a_change_changes() -> None:
    old = plan(package("a", {FIRMS[0]: "1"}), package("b", {FIRMS[0]: "1"}))
    new = plan(
        package("a", {FIRMS[0]: "2"}, ends=10),
        milestones=[{"code": "m", "title": {"en": "M"}, "due": 3}],
    )
    found = [(each.kind, each.code, each.field) for each in changes(old, new)]
    assert found == [
        ("packages", "b", ""),
        ("packages", "a", "ends"),
        ("packages", "a", "effort"),
        ("milestones", "m", ""),
    ]
    assert list(changes(old, old)) == []
