"""SEMATECH as shipped: fourteen founders, their dues, the figures that were published."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from consortium import registry
from consortium.rules.admission import AdmissionSection
from consortium.rules.cases import parse_case, read_case
from consortium.rules.governance import GovernanceSection
from consortium.rules.profile import ProfileSection
from consortium.rules.schema import InvalidDocument, Problem
from consortium.rules.toml import read_toml, write_toml
from funding.rules.calendar import periods_between
from funding.rules.cases import DeclareEvent
from funding.rules.dues import DuesSection
from funding.rules.engine import compute
from ip.rules.section import IPSection
from projects.rules.section import ProjectsSection

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "consortium/cases/sematech.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def contributions(monkeypatch):
    sections: registry.Registry[registry.Section] = registry.Registry()
    sections.add(
        registry.Section("profile", 1, ProfileSection),
        registry.Section("admission", 1, AdmissionSection),
        registry.Section("governance", 1, GovernanceSection),
        registry.Section("dues", 1, DuesSection),
        registry.Section("projects", 1, ProjectsSection),
        registry.Section("ip", 1, IPSection),
    )
    events: registry.Registry[registry.CaseEvent] = registry.Registry("kind")
    events.add(registry.CaseEvent("declare", DeclareEvent, apply=print))
    monkeypatch.setattr(registry, "sections", sections)
    monkeypatch.setattr(registry, "case_events", events)


def members_on(case, on):
    return sum(member.period().contains(on) for member in case.members)


def test_it_is_read_and_written_without_loss():
    case = read_case(TEXT)

    assert case.body() == read_toml(TEXT)
    assert read_case(write_toml(case.body())) == case
    assert parse_case(case.stored()) == case


def test_fourteen_founders_of_whom_eleven_stay():
    case = read_case(TEXT)

    assert [
        members_on(case, on)
        for on in (
            date(1987, 7, 31),
            date(1987, 8, 1),
            date(1992, 1, 5),
            date(1992, 1, 6),
            date(1992, 7, 1),
            date(1994, 7, 18),
        )
    ] == [0, 14, 14, 13, 12, 11]
    assert all(member.source for member in case.members)
    assert all(each.name.en and each.name.zh for each in case.organizations)


def test_nine_dues_years_and_then_no_charter():
    case = read_case(TEXT)
    charter = case.charters[0]
    levy = charter.sections["dues"].levy("dues")

    years = periods_between(levy, charter.starts_on, charter.ends_on)

    assert [period.starts_on.year for period in years] == list(range(1988, 1997))
    assert case.charter_on(date(1996, 12, 31)) == charter
    assert case.charter_on(date(1997, 1, 1)) is None


def test_the_published_figures_give_these_dues():
    case = read_case(TEXT)
    levy = case.charters[0].sections["dues"].levy("dues")

    dues = [
        (event.member, event.period.year, event.grade, compute(levy, event.figures).amount)
        for event in case.events
    ]

    assert dues == [
        ("intel", 1988, "estimated", Decimal("15000000.00")),
        ("intel", 1989, "estimated", Decimal("15000000.00")),
        ("intel", 1990, "estimated", Decimal("15000000.00")),
        ("harris", 1991, "declared", Decimal("7841000.00")),
        ("intel", 1991, "estimated", Decimal("15000000.00")),
        ("lsi-logic", 1991, "estimated", Decimal("6500000.00")),
        ("harris", 1992, "declared", Decimal("7413000.00")),
        ("micron", 1992, "estimated", Decimal("4472000.00")),
    ]
    assert all(event.source for event in case.events)
    assert {event.member for event in case.events if event.basis == "assumption"} == {
        "lsi-logic", "micron"}  # fmt: skip
    assert all(event.grade == "estimated" for event in case.events if event.member != "harris")


CAPTIVE = ("att", "digital", "ibm")


@pytest.mark.parametrize(
    ("fact", "figure", "thousands", "dues"),
    [
        ("sematech-intel-revenue", "1984", "1629332", "15000000.00"),
        ("sematech-intel-revenue", "1985", "1364982", "13649820.00"),
        ("sematech-intel-revenue", "1986", "1265011", "12650110.00"),
        ("sematech-intel-revenue", "1987", "1907105", "15000000.00"),
        ("sematech-intel-revenue", "1988", "2874769", "15000000.00"),
        ("sematech-intel-revenue", "1989", "3126833", "15000000.00"),
        ("sematech-intel-revenue", "1990", "3921274", "15000000.00"),
        ("sematech-intel-sales", None, "1500000", "15000000.00"),
        ("sematech-harris-sales", "FY1990", "784100", "7841000.00"),
        ("sematech-harris-sales", "FY1991", "741300", "7413000.00"),
        ("sematech-micron-revenue", "FY1992 Q1", "111800", "1118000.00"),
        ("sematech-micron-revenue", "FY1992 Q4", "135200", "1352000.00"),
        ("sematech-micron-revenue", "FY1993 Q1", "131000", "1310000.00"),
    ],
)
def test_every_published_revenue_is_recorded_with_what_it_would_owe(fact, figure, thousands, dues):
    case = read_case(TEXT)
    levy = case.charters[0].sections["dues"].levy("dues")
    (recorded,) = [each for each in case.facts if each.id == fact]

    assert (recorded.value if figure is None else recorded.value[figure]) == thousands
    assert (recorded.unit, len(recorded.sources)) == ("thousand USD", 1)
    sales = Decimal(thousands) * 1000
    assert compute(levy, {"semiconductor_sales": sales}).amount == Decimal(dues)


def test_intels_sales_of_1987_land_on_the_cap_and_what_is_implied_goes_back_to_the_dues():
    case = read_case(TEXT)
    levy = case.charters[0].sections["dues"].levy("dues")
    (exit_,) = [each for each in case.facts if each.id == "sematech-exit-lsi"]

    (at_cap,) = [
        step
        for step in compute(levy, {"semiconductor_sales": Decimal("1500000000")}).steps
        if step.code == "at_most"
    ]
    assert (at_cap.values["applied"], at_cap.amount) == (False, Decimal("15000000.00"))
    for edge in ("low", "high"):
        sales = Decimal(exit_.value[f"implied_sales_{edge}"])
        dues = compute(levy, {"semiconductor_sales": sales}).amount
        assert dues == Decimal(exit_.value[f"dues_{edge}"])


def test_whose_sales_are_unknown_has_the_reason_and_no_declaration():
    case = read_case(TEXT)
    founders = {each.organization for each in case.members if each.starts_on.year == 1987}
    said = {each.id: set(each.organizations) for each in case.facts if each.organizations}

    declared = {event.member for event in case.events}
    unknown = said["sematech-captive-producers"] | said["sematech-no-figures"]
    assert said["sematech-captive-producers"] == set(CAPTIVE)
    assert founders == declared | unknown
    assert not declared & unknown


@pytest.mark.parametrize(
    ("change", "path", "code", "values"),
    [
        ({"member": "samsung"}, "member", "not_a_member", {
            "organization": "samsung", "on": date(1988, 1, 15)}),
        ({"levy": "entrance"}, "levy", "unknown_levy", {
            "levy": "entrance", "choices": ["dues"]}),
        ({"period": date(1988, 2, 1)}, "period", "no_such_period", {
            "levy": "dues", "on": date(1988, 2, 1), "nearest": date(1988, 1, 1)}),
        ({"period": date(1997, 1, 1)}, "period", "no_charter", {"on": date(1997, 1, 1)}),
        ({"on": date(1988, 2, 1)}, "on", "round_closed", {
            "opens_on": date(1987, 11, 2), "closes_on": date(1988, 2, 1)}),
        ({"figures": {"semiconductor_sales": "-1"}}, "figures.semiconductor_sales",
            "negative_input", {"input": "semiconductor_sales", "value": Decimal(-1)}),
        ({"figures": {"semiconductor_sales": 1.5}}, "figures.semiconductor_sales",
            "amount_not_quoted", {"value": "1.5"}),
        ({"figures": {}}, "figures", "empty", {}),
        ({"grade": "rumoured"}, "grade", "not_a_choice", {
            "value": "rumoured", "choices": ["estimated", "declared", "certified", "audited"]}),
        ({"fiscal_year_ends_on": date(1988, 7, 1)}, "fiscal_year_ends_on", "after_period_start", {
            "period": date(1988, 1, 1)}),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_named_with_its_path(change, path, code, values):
    body = read_toml(TEXT)
    body["events"][0].update(change)

    with pytest.raises(InvalidDocument) as refused:
        parse_case(body)

    assert refused.value.errors == (Problem(f"events[0].{path}", code, values),)


def test_a_declaration_before_the_first_period_and_for_an_exempt_member_is_refused():
    body = read_toml(TEXT)
    body["events"] = [{**body["events"][0], "period": date(1987, 9, 1), "on": date(1987, 9, 1)}]
    del body["events"][0]["fiscal_year_ends_on"]
    for member in body["members"]:
        member["category"] = "observer"

    with pytest.raises(InvalidDocument) as refused:
        parse_case(body)

    assert [(error.path, error.code) for error in refused.value.errors] == [
        ("events[0].member", "category_not_levied"),
        ("events[0].period", "before_first_period"),
    ]
