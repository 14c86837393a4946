"""The cases as shipped: every row of table 1, facts with sources, shares that make a whole."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest

from consortium import registry
from consortium.rules.admission import Applicant, eligibility
from consortium.rules.cases import CaseDocument, parse_case, read_case
from consortium.rules.choices import Agreement, Basis, LegalForm, Level, OrganizationKind, Row
from consortium.rules.comparison import ROWS, apply, compare, diff, subject
from consortium.rules.documents import json_schema, parse_charter
from consortium.rules.facts import read_facts
from consortium.rules.profile import cautions_for
from consortium.rules.schema import InvalidDocument, Problem
from consortium.rules.toml import read_toml, write_toml

FOLDER = Path(__file__).parents[2] / "consortium" / "cases"
FIVE = ["sematech", "vlsi", "envib", "airbus", "tlpc"]
SLUGS = [*FIVE, "domestic"]
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")}
CASES = {slug: read_case(text) for slug, text in TEXTS.items()}
GENERAL = read_facts((FOLDER / "facts" / "general.toml").read_text(encoding="utf-8"))
NOT_IN_TABLE = {("tlpc", Row.PERIOD), ("vlsi", Row.END)}
"""What the paper leaves empty; the cells say so."""

FIRM = OrganizationKind.ENTERPRISE


def days(start, end):
    return (start + timedelta(days=n) for n in range((end - start).days))


def test_these_are_the_cases():
    assert sorted(CASES) == sorted(SLUGS)
    assert all(case.slug == slug for slug, case in CASES.items())


@pytest.mark.parametrize("slug", SLUGS)
def test_a_case_is_read_and_written_without_loss(slug):
    case = CASES[slug]

    assert case.body() == read_toml(TEXTS[slug])
    assert read_case(write_toml(case.body())) == case
    assert parse_case(case.stored()) == case
    for charter in case.charters:
        assert parse_charter(read_toml(write_toml(charter.body()))) == charter


@pytest.mark.parametrize("slug", SLUGS)
def test_every_row_of_the_table_is_said_in_both_languages(slug):
    for line in compare([subject(CASES[slug])]):
        (cell,) = line.cells
        assert cell.passages, line.row
        for passage in cell.passages:
            assert passage.text.en, line.row
            assert re.search("[\u4e00-\u9fff]", passage.text.zh) or line.row == Row.RESULTS
            assert passage.basis is not None
            assert passage.source or passage.basis == Basis.ASSUMPTION


def test_the_five_cases_say_what_the_paper_says_and_name_the_rest():
    lines = compare([subject(CASES[slug]) for slug in FIVE])

    other = {
        (cell.slug, line.row)
        for line in lines
        for cell in line.cells
        if any(passage.basis != Basis.SEED for passage in cell.passages)
    }
    assert [line.row for line in lines] == list(ROWS)
    assert other == NOT_IN_TABLE


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        (Row.COUNTRY, {"sematech": "美国", "vlsi": "日本", "envib": "比利时", "tlpc": "台湾"}),
        (Row.PERIOD, {"sematech": "1987", "vlsi": "1976", "envib": "1993", "airbus": "2006"}),
        (Row.MEMBERS, {"sematech": "14", "vlsi": "NEC", "airbus": "CASA", "tlpc": "46"}),
        (Row.MONEY, {"sematech": "17 亿", "vlsi": "737 亿", "envib": "30%", "airbus": "250 亿",
            "tlpc": "200 万"}),
        (Row.RESEARCH, {"sematech": "30 个月", "vlsi": "80%", "airbus": "1000"}),
        (Row.RESULTS, {"sematech": "0.35", "vlsi": "1200", "envib": "1995", "airbus": "A318"}),
        (Row.END, {"sematech": "1996", "envib": "三年"}),
    ],
)  # fmt: skip
def test_cells_hold_the_figures_of_the_paper(row, figures):
    lines = compare([subject(CASES[slug]) for slug in FIVE])
    cells = {cell.slug: cell for cell in lines[list(ROWS).index(row)].cells}

    assert [slug for slug, figure in figures.items() if figure not in cells[slug].text("zh")] == []


def test_the_coded_answers_are_those_of_the_paper():
    assert {
        slug: (case.legal_form, case.stage, case.structure, case.initiator)
        for slug, case in CASES.items()
        if slug in FIVE
    } == {
        "sematech": ("association", "pre_competitive", "horizontal", "government"),
        "vlsi": ("association", "pre_competitive", "horizontal", "government"),
        "envib": ("contract", "market_driven", "vertical", "project"),
        "airbus": ("company", "key_technology", "vertical", "enterprise"),
        "tlpc": ("association", "pre_competitive", "horizontal", "research_institute"),
    }
    for case in CASES.values():
        profile = case.charters[0].sections["profile"]
        assert [getattr(profile, row) for row in ("legal_form", "stage", "structure", "initiator")]
        assert profile.legal_form == case.legal_form


# Phases


def test_every_edge_of_a_phase_says_what_it_rests_on():
    for case in CASES.values():
        for charter in case.charters:
            assert charter.basis is not None
            assert charter.ends_on is None or charter.ends_basis is not None
            assert charter.title.en
            assert charter.title.zh
            assert {"profile", "admission", "governance"} <= charter.sections.keys()


def test_the_phases_are_these():
    assert {
        slug: [(each.code, each.starts_on, each.ends_on) for each in case.charters]
        for slug, case in CASES.items()
    } == {
        "sematech": [
            ("founding", date(1987, 8, 1), date(1997, 1, 1)),
            ("international", date(1998, 1, 1), None),
        ],
        "vlsi": [
            ("founding", date(1976, 1, 1), date(1978, 1, 1)),
            ("widened", date(1978, 1, 1), date(1980, 4, 1)),
        ],
        "envib": [("project", date(1990, 1, 1), date(1994, 1, 1))],
        "airbus": [
            ("alliance", date(1970, 12, 18), date(2001, 1, 1)),
            ("joint-venture", date(2001, 1, 1), date(2006, 1, 1)),
            ("sole-ownership", date(2006, 1, 1), date(2007, 1, 1)),
        ],
        "tlpc": [("agreement", date(1990, 1, 1), None)],
        "domestic": [("agreement", date(2009, 1, 1), None)],
    }


def test_sematech_has_no_charter_on_any_day_of_1997():
    case = CASES["sematech"]

    assert {case.charter_on(day) for day in days(date(1997, 1, 1), date(1998, 1, 1))} == {None}
    assert case.charter_on(date(1996, 12, 31)).code == "founding"
    assert case.charter_on(date(1998, 1, 1)).code == "international"


def test_sematech_admits_foreigners_from_1998_only():
    foreign = Applicant("KR", FIRM)
    rules = {each.code: each.sections["admission"] for each in CASES["sematech"].charters}

    assert [(each.code, each.path) for each in eligibility(rules["founding"], foreign)] == [
        ("country_not_eligible", "countries")
    ]
    assert eligibility(rules["founding"], Applicant("US", FIRM)) == []
    assert eligibility(rules["international"], foreign) == []


def test_what_is_not_dated_in_the_paper_says_so():
    tlpc = CASES["tlpc"]

    assert (tlpc.basis, tlpc.ends_on, tlpc.charters[0].basis) == (
        Basis.ASSUMPTION, None, Basis.ASSUMPTION)  # fmt: skip
    assert CASES["vlsi"].charters[1].basis == Basis.ASSUMPTION
    assert CASES["airbus"].charters[1].basis == Basis.ASSUMPTION


# Members


def test_airbus_shares_make_a_whole_on_every_day():
    case = CASES["airbus"]
    edges = sorted({day for each in case.members for day in (each.starts_on, each.ends_on)})

    held = {
        edge: {
            each.organization: str(each.share)
            for each in case.members
            if each.period().contains(edge)
        }
        for edge in edges
        if edge < case.ends_on
    }

    assert held == {
        date(1970, 12, 18): {"aerospatiale": "0.5", "deutsche-airbus": "0.5"},
        date(1971, 10, 1): {"aerospatiale": "0.479", "deutsche-airbus": "0.479", "casa": "0.042"},
        date(1979, 1, 1): {
            "aerospatiale": "0.379", "deutsche-airbus": "0.379", "casa": "0.042",
            "british-aerospace": "0.2",
        },
        date(2001, 1, 1): {"british-aerospace": "0.2", "eads": "0.8"},
        date(2006, 1, 1): {"eads": "1"},
    }  # fmt: skip
    for day in days(case.starts_on, case.ends_on):
        assert sum(each.share for each in case.members if each.period().contains(day)) == 1


def test_shares_that_make_999_are_refused():
    body = read_toml(TEXTS["airbus"])
    (casa,) = [number for number, each in enumerate(body["members"])
               if each["organization"] == "casa"]  # fmt: skip
    body["members"][casa]["share"] = "0.041"

    with pytest.raises(InvalidDocument) as refused:
        parse_case(body)

    assert [(each.code, each.values) for each in refused.value.errors] == [
        ("shares_not_whole", {"on": date(1971, 10, 1), "total": "0.999"}),
        ("shares_not_whole", {"on": date(1979, 1, 1), "total": "0.999"}),
    ]


def test_organizations_are_named_in_both_languages_and_alike_in_every_case():
    found = {}
    for case in CASES.values():
        for each in case.organizations:
            assert each.name.en
            assert each.name.zh
            known = found.setdefault((each.country, each.name.en), each)
            assert (known.name, known.kind) == (each.name, each.kind)


# Facts


def test_every_fact_has_a_source_or_is_from_memory_and_its_id_is_its_own():
    everything = [*GENERAL.facts, *(fact for case in CASES.values() for fact in case.facts)]

    assert [fact.id for fact in everything if not (fact.sources or fact.from_memory)] == []
    assert [
        name for name, count in Counter(fact.id for fact in everything).items() if count > 1
    ] == []
    assert all(fact.claim.en and fact.claim.zh for fact in everything)
    assert len(everything) >= 100


def test_a_fact_that_contradicts_the_paper_says_what_the_paper_says():
    for case in CASES.values():
        for fact in case.facts:
            if fact.agrees_with_paper == Agreement.NO:
                assert fact.paper_says is not None, fact.id


def test_the_eighteen_disagreements_are_there():
    found = {slug: [each.id for each in case.disagreements] for slug, case in CASES.items()}

    assert found == {
        "sematech": [
            "sematech-ip-terms",
            "sematech-government-share",
            "sematech-members",
            "sematech-federal-end",
            "sematech-assignments",
            "sematech-initiator",
        ],
        "vlsi": ["vlsi-share", "vlsi-money", "vlsi-patents-count"],
        "airbus": ["airbus-members-1970", "airbus-loans", "airbus-aid-total", "airbus-products"],
        "envib": ["eureka-funding", "envib-form", "envib-spelling"],
        "tlpc": ["mathews-reference"],
        "domestic": ["guiding-opinion-date"],
    }
    assert sum(len(ids) for ids in found.values()) == 18
    for case in CASES.values():
        for each in case.disagreements:
            assert all(text.en and text.zh for text in (each.topic, each.paper, each.found))
            assert each.rows or each.id == "mathews-reference"


def test_the_general_facts_cover_sections_three_and_four():
    assert {fact.section for fact in GENERAL.facts} == {
        "3", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2"}  # fmt: skip


# The template


def test_the_domestic_template_takes_chinese_members_of_four_kinds():
    rules = CASES["domestic"].charters[0].sections["admission"]
    firm, university = Applicant("CN", FIRM), Applicant("CN", OrganizationKind.UNIVERSITY)

    assert eligibility(rules, firm) == []
    assert [(each.code, each.level) for each in eligibility(rules, university)] == [
        ("too_few_enterprises", Level.WARNING)
    ]
    assert [each.path for each in eligibility(rules, Applicant("US", OrganizationKind.OTHER))] == [
        "countries", "kinds", "enterprise_share"]  # fmt: skip


def test_the_domestic_template_levies_by_rank_and_by_sales():
    charter = CASES["domestic"].charters[0]
    dues = charter.sections["dues"].body()["levies"]
    categories = {each.code for each in charter.sections["admission"].categories}

    assert [(levy["code"], levy["visibility"]) for levy in dues] == [
        ("fee_chair", "members"),
        ("fee_standing_council", "members"),
        ("fee_council", "members"),
        ("fee_member", "members"),
        ("rd_contribution", "secret"),
    ]
    assert {category for levy in dues[:4] for category in levy["categories"]} == categories
    assert "academic" not in dues[4]["categories"]


def test_the_domestic_template_warns_by_legal_form():
    profile = CASES["domestic"].charters[0].sections["profile"]

    assert [each.code for each in cautions_for(profile, LegalForm.SOCIAL_ORGANIZATION)] == [
        "fixed_dues", "four_tiers"]  # fmt: skip
    assert [each.code for each in cautions_for(profile, LegalForm.CONTRACT)] == ["no_account"]
    assert cautions_for(profile, LegalForm.COMPANY) == ()


# Between charters, and the schema


def charters():
    return [charter for case in CASES.values() for charter in case.charters]


def test_any_charter_turns_into_any_other_by_its_diff():
    for before in charters():
        assert diff(before, before) == ()
        for after in charters():
            assert apply(before.body(), diff(before, after)) == after.body()


def test_every_charter_is_valid_by_the_json_schema():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    for charter in charters():
        assert [error.message for error in validator.iter_errors(charter.stored())] == []


def test_the_json_schema_names_every_section_and_refuses_what_we_refuse():
    schema = json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    body = CASES["domestic"].charters[0].stored()

    assert {section.code for section in registry.sections.all()} <= schema["properties"].keys()
    assert schema["properties"]["profile"]["title"] == "Profile"
    assert "sections" not in schema["properties"]
    for wrong in (
        {**body, "colour": "red"},
        {**body, "title": None},
        {**body, "code": "Not a slug"},
        {**body, "governance": {"bodies": []}},
        {**body, "admission": {"notice_months": "1"}},
        {**body, "profile": {**body["profile"], "stage": "late"}},
        {name: value for name, value in body.items() if name != "title"},
    ):
        assert not validator.is_valid(wrong)
        with pytest.raises(InvalidDocument):
            parse_charter(wrong)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda body: body["members"][0].update(share="0"), Problem(
            "members[0].share", "not_a_share", {"value": "0"})),
        (lambda body: body["members"][0].update(share="1.1"), Problem(
            "members[0].share", "not_a_share", {"value": "1.1"})),
        (lambda body: body["members"][0].update(share="1"), Problem(
            "members[0].share", "shares_not_whole", {
                "on": date(1970, 12, 18), "total": "1.5"})),
        (lambda body: body["charters"][0]["profile"].update(lead={"organization": "boeing"}),
            Problem("charters[0].profile.lead.organization", "unknown_organization", {
                "organization": "boeing"})),
        (lambda body: body["facts"][1].update(id="airbus-founded"), Problem(
            "facts[1].id", "twice", {"value": "airbus-founded", "other": "facts[0].id"})),
        (lambda body: body["charters"][1].pop("basis"), Problem("charters[1].basis", "missing")),
    ],
)  # fmt: skip
def test_each_mistake_in_a_case_is_named_with_its_path(change, problem):
    body = read_toml(TEXTS["airbus"])
    change(body)

    with pytest.raises(InvalidDocument) as refused:
        parse_case(body)

    assert problem in refused.value.errors


def test_a_case_without_facts_still_reads():
    body = read_toml(TEXTS["airbus"])
    del body["facts"], body["disagreements"]

    assert isinstance(parse_case(body), CaseDocument)
