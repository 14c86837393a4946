"""Profile, admission, governance: what each refuses, and what they answer."""

from decimal import Decimal
from fractions import Fraction

import pytest

from consortium.rules.admission import (
    AdmissionSection,
    Applicant,
    Failure,
    composition,
    eligibility,
    qualification,
)
from consortium.rules.choices import (
    BodyKind,
    LegalForm,
    Level,
    Matter,
    OrganizationKind,
    Row,
    SecondPerson,
)
from consortium.rules.governance import (
    BodyEntry,
    Decider,
    Decisions,
    GovernanceSection,
    NobodyDecides,
)
from consortium.rules.profile import ROWS, ProfileSection, Table, cautions_for
from consortium.rules.schema import InvalidDocument, Problem, Text, parse
from consortium.rules.toml import read_toml, write_toml
from consortium.states import Role

FIRM = OrganizationKind.ENTERPRISE
UNIVERSITY = OrganizationKind.UNIVERSITY
INSTITUTE = OrganizationKind.RESEARCH_INSTITUTE

PROFILE = """
legal_form = "contract"
stage = "pre_competitive"
structure = "horizontal"
initiator = "enterprise"
lead = { name = { en = "The largest", zh = "最大者" } }
languages = ["zh-hans", "en"]

[units]
funds_holder = { zh = "经费管理单位" }

[[cautions]]
code = "fixed"
text = { en = "Fixed dues" }
legal_forms = ["social_organization"]
source = "No. 166"

[[cautions]]
code = "all"
text = { en = "Always" }
source = "The book"

[table.goal]
text = { en = "Better bread", zh = "更好的面包" }
basis = "seed"
source = "table 1"
"""
ADMISSION = """
countries = ["CN", "DE"]
kinds = ["enterprise", "university"]
notice_months = 1
categories = [
  { code = "full", label = { en = "Full" } },
  { code = "part", label = { en = "Part" } },
]
foreign_control = { share = "0.5", basis = "assumption" }
lowest = { count = 2 }
highest = { count = 4, level = "warning" }
enterprise_share = { share = "0.5" }
"""
GOVERNANCE = """
bodies = [
  { code = "assembly", label = { en = "Assembly" }, kind = "assembly" },
  { code = "council", label = { en = "Council" }, kind = "board", seats = 9 },
]

[decides]
admit = { by = "council", second = "secretary" }
confirm_dues = { by = "assembly" }
"""
ASSEMBLY, COUNCIL = read_toml(GOVERNANCE)["bodies"]
SCHEMAS = {
    "profile": ProfileSection,
    "admission": AdmissionSection,
    "governance": GovernanceSection,
}
TEXTS = {"profile": PROFILE, "admission": ADMISSION, "governance": GOVERNANCE}


@pytest.mark.parametrize("code", TEXTS)
def test_a_section_is_read_and_written_without_loss(code):
    section = parse(SCHEMAS[code], read_toml(TEXTS[code]))

    assert section.body() == read_toml(TEXTS[code])
    assert parse(SCHEMAS[code], read_toml(write_toml(section.body()))) == section
    assert parse(SCHEMAS[code], section.stored()) == section


def changed(code, path, value):
    """Return a section's body with one value replaced, removed (None) or added."""
    body = read_toml(TEXTS[code])
    at = body
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return body


@pytest.mark.parametrize(
    ("code", "path", "value", "problem"),
    [
        ("profile", ["legal_form"], None, Problem("profile.legal_form", "missing")),
        ("profile", ["legal_form"], "club", Problem("profile.legal_form", "not_a_choice", {
            "value": "club", "choices": [form.value for form in LegalForm]})),
        ("profile", ["colour"], "red", Problem("profile.colour", "unknown_key")),
        ("profile", ["lead"], {}, Problem("profile.lead", "no_lead")),
        ("profile", ["lead", "organization"], "mill", Problem(
            "profile.lead.name", "second_lead", {"organization": "mill"})),
        ("profile", ["languages"], [], Problem("profile.languages", "empty")),
        ("profile", ["languages", 1], "fr", Problem("profile.languages[1]", "not_a_choice", {
            "value": "fr", "choices": ["en", "zh-hans"]})),
        ("profile", ["languages", 1], "zh-hans", Problem("profile.languages[1]", "twice", {
            "value": "zh-hans", "other": "languages[0]"})),
        ("profile", ["units", "bank"], {"en": "x"}, Problem("profile.units.bank", "unknown_key")),
        ("profile", ["cautions", 1, "code"], "fixed", Problem(
            "profile.cautions[1].code", "twice", {"value": "fixed", "other": "cautions[0].code"})),
        ("profile", ["cautions", 0, "source"], "", Problem("profile.cautions[0].source", "empty")),
        ("profile", ["table", "weather"], {"text": {"en": "x"}}, Problem(
            "profile.table.weather", "unknown_key")),
        ("profile", ["table", "goal", "text"], {"en": " "}, Problem(
            "profile.table.goal.text", "empty_text")),
        ("profile", ["table", "goal", "basis"], "rumour", Problem(
            "profile.table.goal.basis", "not_a_choice", {
                "value": "rumour", "choices": ["seed", "other_source", "assumption"]})),
        ("admission", ["countries", 1], "XX", Problem(
            "admission.countries[1]", "unknown_country", {"country": "XX"})),
        ("admission", ["countries", 1], "CN", Problem("admission.countries[1]", "twice", {
            "value": "CN", "other": "countries[0]"})),
        ("admission", ["countries"], [], Problem("admission.countries", "empty")),
        ("admission", ["kinds"], [], Problem("admission.kinds", "empty")),
        ("admission", ["kinds", 0], "guild", Problem("admission.kinds[0]", "not_a_choice", {
            "value": "guild", "choices": [kind.value for kind in OrganizationKind]})),
        ("admission", ["kinds"], ["university"], Problem(
            "admission.enterprise_share", "no_enterprises")),
        ("admission", ["foreign_control", "share"], 0.5, Problem(
            "admission.foreign_control.share", "amount_not_quoted", {"value": "0.5"})),
        ("admission", ["foreign_control", "share"], "1.01", Problem(
            "admission.foreign_control.share", "not_a_share", {"value": "1.01"})),
        ("admission", ["foreign_control", "share"], "-0.1", Problem(
            "admission.foreign_control.share", "not_a_share", {"value": "-0.1"})),
        ("admission", ["foreign_control", "share"], "0.3333333", Problem(
            "admission.foreign_control.share", "too_many_decimals", {
                "value": "0.3333333", "decimals": 6})),
        ("admission", ["foreign_control", "level"], "soft", Problem(
            "admission.foreign_control.level", "not_a_choice", {
                "value": "soft", "choices": ["hard", "warning"]})),
        ("admission", ["lowest", "count"], 5, Problem(
            "admission.highest.count", "below_lowest", {"lowest": 5})),
        ("admission", ["lowest", "count"], 0, Problem(
            "admission.lowest.count", "too_small", {"limit": 1})),
        ("admission", ["notice_months"], -1, Problem(
            "admission.notice_months", "too_small", {"limit": 0})),
        ("admission", ["closed"], "yes", Problem("admission.closed", "wrong_type", {
            "expected": "true_or_false"})),
        ("admission", ["categories", 1, "code"], "full", Problem(
            "admission.categories[1].code", "twice", {
                "value": "full", "other": "categories[0].code"})),
        ("admission", ["categories", 1, "label"], None, Problem(
            "admission.categories[1].label", "missing")),
        ("governance", ["bodies"], [], Problem("governance.bodies", "empty")),
        ("governance", ["bodies"], [ASSEMBLY, COUNCIL, COUNCIL], Problem(
            "governance.bodies[2].code", "twice", {
                "value": "council", "other": "bodies[1].code"})),
        ("governance", ["bodies", 1, "kind"], "king", Problem(
            "governance.bodies[1].kind", "not_a_choice", {
                "value": "king", "choices": [kind.value for kind in BodyKind]})),
        ("governance", ["bodies", 1, "seats"], 0, Problem(
            "governance.bodies[1].seats", "too_small", {"limit": 1})),
        ("governance", ["decides", "admit", "by"], "court", Problem(
            "governance.decides.admit.by", "unknown_body", {
                "body": "court", "choices": ["assembly", "council"]})),
        ("governance", ["decides", "admit", "second"], "cook", Problem(
            "governance.decides.admit.second", "not_a_choice", {
                "value": "cook", "choices": [second.value for second in SecondPerson]})),
        ("governance", ["decides", "feast"], {"by": "council"}, Problem(
            "governance.decides.feast", "unknown_key")),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(code, path, value, problem):
    body = changed(code, path, value)

    with pytest.raises(InvalidDocument) as refused:
        parse(SCHEMAS[code], body, code)

    assert refused.value.errors == (problem,)


def test_null_says_nothing():
    body = {**read_toml(ADMISSION), "kinds": None, "lowest": None}

    assert parse(AdmissionSection, body).stored() == {
        name: value
        for name, value in read_toml(ADMISSION).items()
        if name not in ("kinds", "lowest")
    }


def test_every_row_and_every_matter_has_its_key():
    assert tuple(Table.model_fields) == tuple(row.value for row in ROWS)
    assert tuple(Decisions.model_fields) == tuple(matter.value for matter in Matter)
    assert {second.value for second in SecondPerson} <= set(Role.values)


def test_a_profile_answers_in_words_and_in_codes():
    profile = parse(ProfileSection, read_toml(PROFILE))

    assert profile.table.said(Row.GOAL).text == Text(en="Better bread", zh="更好的面包")
    assert profile.table.said(Row.END) is None
    assert [profile.choice(row) for row in (Row.STAGE, Row.LEGAL_FORM, Row.GOAL)] == [
        "pre_competitive", "contract", None]  # fmt: skip


def test_cautions_go_by_legal_form():
    profile = parse(ProfileSection, read_toml(PROFILE))

    assert [each.code for each in cautions_for(profile, LegalForm.SOCIAL_ORGANIZATION)] == [
        "fixed", "all"]  # fmt: skip
    assert [each.code for each in cautions_for(profile, LegalForm.COMPANY)] == ["all"]


# Who may join

RULES = parse(AdmissionSection, read_toml(ADMISSION))


@pytest.mark.parametrize(
    ("applicant", "failures"),
    [
        (Applicant("CN", FIRM), []),
        (Applicant("CN", FIRM, foreign_share=Decimal("0.5")), []),
        (Applicant("US", FIRM), [Failure("country_not_eligible", {
            "country": "US", "choices": ["CN", "DE"]}, "countries")]),
        (Applicant("CN", FIRM, foreign_share=Fraction(2, 3)), [Failure(
            "foreign_share_above_limit", {"limit": "0.5", "share": "2/3"}, "foreign_control")]),
        (Applicant("CN", FIRM, foreign_share=None), [Failure(
            "foreign_share_unknown", {"limit": "0.5"}, "foreign_control")]),
        (Applicant("CN", INSTITUTE, members={FIRM: 2}), [Failure("kind_not_eligible", {
            "kind": "research_institute", "choices": ["enterprise", "university"]}, "kinds")]),
        (Applicant("CN", UNIVERSITY, members={FIRM: 1}), []),
        (Applicant("CN", UNIVERSITY, members={FIRM: 1, UNIVERSITY: 1}), [Failure(
            "too_few_enterprises", {"enterprises": 1, "count": 3, "share": "0.5"},
            "enterprise_share")]),
        (Applicant("CN", FIRM, members={UNIVERSITY: 3}), []),
        (Applicant("CN", FIRM, members={FIRM: 4}), [Failure(
            "too_many_members", {"count": 5, "highest": 4}, "highest", Level.WARNING)]),
    ],
)  # fmt: skip
def test_an_applicant_is_judged_by_each_rule(applicant, failures):
    assert eligibility(RULES, applicant) == failures


def test_everything_that_fails_is_told_at_once():
    applicant = Applicant("US", INSTITUTE, Decimal(1), {FIRM: 2, UNIVERSITY: 2})

    assert [failure.code for failure in eligibility(RULES, applicant)] == [
        "country_not_eligible",
        "foreign_share_above_limit",
        "kind_not_eligible",
        "too_many_members",
        "too_few_enterprises",
    ]
    assert [failure.code for failure in qualification(RULES, applicant)] == [
        "country_not_eligible", "foreign_share_above_limit", "kind_not_eligible"]  # fmt: skip


def test_a_closed_membership_takes_nobody_but_keeps_its_members():
    rules = parse(AdmissionSection, {"closed": True})
    member = Applicant("FR", FIRM, foreign_share=None)

    assert eligibility(rules, member) == [Failure("membership_closed", {}, "closed")]
    assert qualification(rules, member) == []


def test_without_rules_anybody_may_join():
    assert eligibility(AdmissionSection(), Applicant("FR", INSTITUTE, None, {FIRM: 99})) == []


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ({FIRM: 2}, []),
        ({FIRM: 1}, ["too_few_members"]),
        ({FIRM: 1, UNIVERSITY: 1}, []),
        ({FIRM: 1, UNIVERSITY: 2}, ["too_few_enterprises"]),
        ({FIRM: 5}, ["too_many_members"]),
        ({}, ["too_few_members"]),
    ],
)
def test_the_membership_is_judged_as_a_whole(members, codes):
    assert [failure.code for failure in composition(RULES, members)] == codes


def test_a_share_that_does_not_end_is_compared_exactly():
    rules = parse(AdmissionSection, {"enterprise_share": {"share": "0.333333"}})

    assert composition(rules, {FIRM: 1, UNIVERSITY: 2}) == []
    stricter = parse(AdmissionSection, {"enterprise_share": {"share": "0.333334"}})
    assert [each.code for each in composition(stricter, {FIRM: 1, UNIVERSITY: 2})] == [
        "too_few_enterprises"]  # fmt: skip


# Who decides


def test_who_decides_is_found_by_matter():
    governance = parse(GovernanceSection, read_toml(GOVERNANCE))

    assert governance.decider(Matter.ADMIT) == Decider(by="council", second=SecondPerson.SECRETARY)
    assert governance.decider(Matter.CONFIRM_DUES) == Decider(by="assembly")
    assert governance.body_of("council") == BodyEntry(
        code="council", label=Text(en="Council"), kind=BodyKind.BOARD, seats=9
    )
    assert governance.body_of("court") is None
    with pytest.raises(NobodyDecides) as refused:
        governance.decider(Matter.EXPEL)
    assert refused.value.values == {"matter": "expel", "choices": ["admit", "confirm_dues"]}
