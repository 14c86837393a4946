"""The regimes of docs/examples, each with its own rule at work on dated examples."""

from datetime import date

import pytest

from consortium.periods import Period
from consortium.rules.documents import read_charter, unready
from consortium.rules.toml import read_toml, write_toml
from ip.rules.choices import Party, Subject, Use
from ip.rules.facts import Question
from ip.rules.rights import timeline
from tests.factories.regimes import REGIMES, ROOT, asked, owners, people, regime, result, said

AROSE = date(2024, 2, 29)
SOON = date(2024, 6, 1)
JOINED = date(2025, 2, 28)
ENDS = date(2025, 1, 31)
LATE = date(2026, 1, 31)
"""Twelve months after the project's end: too late to ask."""


def test_these_are_the_regimes():
    assert REGIMES == [
        "ip-china-co-ownership",
        "ip-desca",
        "ip-eureka",
        "ip-imec",
        "ip-lambert-a",
        "ip-lambert-b",
        "ip-lambert-c",
        "ip-lambert-d",
        "ip-src",
        "ip-tra-contract",
        "ip-tra-loan",
    ]


@pytest.mark.parametrize("name", REGIMES)
def test_a_regime_can_be_adopted_and_is_read_and_written_without_loss(name):
    text = (ROOT / "docs/examples" / f"{name}.toml").read_text(encoding="utf-8")
    charter = read_charter(text)

    assert unready(charter.sections) == []
    assert charter.body() == read_toml(text)
    assert read_charter(write_toml(charter.body())) == charter
    assert all(each.basis for _path, each in charter.sections["ip"].clauses())


# Who owns

TWO = {"north": "2", "south": "1"}


@pytest.mark.parametrize(
    ("name", "parts", "paid_by", "more", "expected"),
    [
        ("ip-desca", TWO, "grant", {}, "north 2/3, south 1/3 (generator)"),
        ("ip-eureka", TWO, "grant", {}, "north 2/3, south 1/3 (own_part)"),
        ("ip-eureka", TWO, "research_contract", {}, "north 2/3, south 1/3 (own_part)"),
        ("ip-lambert-a", TWO, "", {}, "north 2/3, south 1/3 (own)"),
        ("ip-lambert-b", TWO, "", {"lead": "south"}, "south 1 (lead)"),
        ("ip-lambert-c", TWO, "", {"core": "south"}, "south 1 (core_business)"),
        ("ip-lambert-c", TWO, "", {}, "north 2/3, south 1/3 (own)"),
        ("ip-lambert-d", {"north": "1"}, "", {}, "north 1 (own)"),
        ("ip-src", {"university": "3"}, "", {}, "university 1 (university)"),
        ("ip-src", {"university": "3", "north": "1"}, "", {},
            "university 3/4, north 1/4 (inventors)"),
        ("ip-tra-contract", TWO, "research_contract", {}, "state 1 (state)"),
        ("ip-tra-contract", TWO, "own_money", {}, "north 2/3, south 1/3 (inventors)"),
        ("ip-tra-loan", TWO, "conditional_loan", {}, "association 1 (association)"),
        ("ip-tra-loan", TWO, "own_money", {}, "north 2/3, south 1/3 (inventors)"),
        ("ip-china-co-ownership", TWO, "grant", {}, "north 2/3, south 1/3 (who_made_it)"),
    ],
)  # fmt: skip
def test_who_owns_what_comes_of_it(name, parts, paid_by, more, expected):
    section = regime(name)

    assert owners(section, result(section, AROSE, paid_by=paid_by), parts, **more) == expected


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        ("r0", "institute 1 (r0_institute)"),
        ("r1", "institute 1/2, north 1/2 (r1_together)"),
        ("r2", "institute 3/4, north 1/4 (others)"),
    ],
)
def test_the_tiers_of_imec_have_owners_of_their_own(tier, expected):
    section = regime("ip-imec")
    work = result(section, AROSE, tier=tier)

    found = owners(section, work, {"institute": "3", "north": "1"}, lead="institute")

    assert found == expected


# Who may do what

RIGHTS = {
    "ip-desca": [
        ("member", "implement", SOON, "yes (project; needed)"),
        ("member", "research", SOON, "yes (internal_research)"),
        ("member", "exploit", date(2026, 1, 30), "on terms: fair (exploitation; needed)"),
        ("member", "exploit", LATE, "no: too_late (exploitation)"),
        ("member", "research", LATE, "no: too_late (internal_research)"),
        ("member", "implement", LATE, "yes (project; needed)"),
        ("asker", "exploit", LATE, "on terms: fair (exploitation; needed)"),
        ("later-member", "implement", JOINED, "yes (project; needed)"),
        ("later-member", "research", JOINED, "on terms: fair (exploitation; needed)"),
        ("former-member", "exploit", date(2026, 2, 27), "on terms: fair (left; needed)"),
        ("former-member", "exploit", date(2026, 2, 28), "no: too_late (left)"),
        ("expelled", "exploit", JOINED, "no: no_rule"),
        ("affiliate", "exploit", SOON, "on terms: fair (affiliates; needed)"),
        ("affiliate", "research", SOON, "no: no_rule"),
        ("outsider", "exploit", SOON, "no: no_rule"),
        ("co-owner", "exploit", SOON, "yes (co_ownership; compensation)"),
        ("co-owner", "license", SOON, "after notice (co_ownership; compensation)"),
        ("co-owner", "transfer", SOON, "with consent (co_ownership)"),
        ("owner", "license", SOON, "yes (ownership)"),
    ],
    "ip-lambert-a": [
        ("member", "exploit", SOON, "yes (any_purpose)"),
        ("member", "license", SOON, "yes (any_purpose)"),
        ("member", "transfer", SOON, "no: no_rule"),
        ("outsider", "exploit", SOON, "no: no_rule"),
    ],
    "ip-lambert-b": [
        ("owner", "exploit", SOON, "yes (ownership)"),
        ("member", "implement", SOON, "yes (project)"),
        ("member", "exploit", SOON, "no: no_rule"),
    ],
    "ip-lambert-c": [
        ("owner", "exploit", SOON, "yes (ownership)"),
        ("member", "research", SOON, "yes (project)"),
        ("member", "exploit", SOON, "no: no_rule"),
    ],
    "ip-lambert-d": [
        ("member", "implement", SOON, "yes (project)"),
        ("member", "research", SOON, "no: no_rule"),
        ("member", "exploit", SOON, "on terms: negotiated (negotiate)"),
        ("member", "license", SOON, "no: no_rule"),
        ("co-owner", "exploit", SOON, "yes (co_ownership)"),
        ("co-owner", "license", SOON, "yes (co_ownership)"),
        ("co-owner", "transfer", SOON, "yes (co_ownership)"),
    ],
    "ip-eureka": [
        ("participant", "implement", SOON, "yes (project; needed)"),
        ("participant", "exploit", SOON, "no: no_rule"),
        ("member", "implement", SOON, "no: no_rule"),
    ],
    "ip-src": [
        ("member", "exploit", SOON, "yes (members)"),
        ("later-member", "exploit", JOINED, "yes (members)"),
        ("later-member", "exploit", date(2025, 2, 27), "no: no_rule"),
        ("member", "license", SOON, "no: no_rule"),
        ("outsider", "research", SOON, "no: no_rule"),
    ],
    "ip-china-co-ownership": [
        ("co-owner", "exploit", SOON, "yes (co_ownership)"),
        ("co-owner", "license", SOON, "yes (co_ownership; compensation)"),
        ("co-owner", "transfer", SOON, "with consent (co_ownership)"),
        ("owner", "transfer", SOON, "yes (ownership)"),
        ("member", "exploit", SOON, "no: no_rule"),
    ],
}
ROWS = [(name, *row) for name, rows in RIGHTS.items() for row in rows]


@pytest.mark.parametrize(("name", "who", "use", "on", "expected"), ROWS)
def test_who_may_do_what_on_a_day(name, who, use, on, expected):
    section = regime(name)

    assert asked(section, result(section, AROSE, project_ends_on=ENDS), who, use, on) == expected


@pytest.mark.parametrize(
    ("name", "paid_by", "who", "use", "expected"),
    [
        ("ip-tra-contract", "research_contract", "association", "exploit",
            "on terms: preferential (state_licence)"),
        ("ip-tra-contract", "research_contract", "association", "license",
            "on terms: preferential (state_licence)"),
        ("ip-tra-contract", "research_contract", "member", "exploit", "no: no_rule"),
        ("ip-tra-contract", "own_money", "association", "exploit", "no: no_rule"),
        ("ip-tra-loan", "conditional_loan", "member", "exploit", "yes (members)"),
        ("ip-tra-loan", "own_money", "member", "exploit", "no: no_rule"),
        ("ip-tra-loan", "conditional_loan", "outsider", "exploit", "no: no_rule"),
    ],
)  # fmt: skip
def test_what_paid_for_a_result_decides_the_rights_to_it(name, paid_by, who, use, expected):
    section = regime(name)

    assert asked(section, result(section, AROSE, paid_by=paid_by), who, use, SOON) == expected


DISCLOSED = date(2024, 4, 30)
OPENS = date(2027, 4, 30)


@pytest.mark.parametrize(
    ("tier", "who", "on", "expected"),
    [
        ("r0", "member", SOON, "yes (r0_business; own_field)"),
        ("r0", "later-member", JOINED, "yes (r0_business; own_field)"),
        ("r0", "outsider", SOON, "no: no_rule"),
        ("r1", "participant", SOON, "no: no_rule"),
        ("r1", "member", date(2027, 4, 29), "no: exclusive (r1_first)"),
        ("r1", "member", OPENS, "on terms: fair (r1_first)"),
        ("r1", "outsider", OPENS, "no: no_rule"),
        ("r1", "co-owner", SOON, "yes (co_ownership)"),
        ("r2", "member", OPENS, "no: no_rule"),
        ("r2", "owner", SOON, "yes (ownership)"),
    ],
)
def test_the_tiers_of_imec_give_rights_of_their_own(tier, who, on, expected):
    section = regime("ip-imec")
    work = result(section, AROSE, tier=tier, disclosed_on=DISCLOSED)

    assert asked(section, work, who, "exploit", on) == expected


def test_a_member_of_desca_sees_its_rights_run_out_a_year_after_the_project():
    section = regime("ip-desca")
    work = result(section, AROSE, project_ends_on=ENDS)
    question = Question(section, work, *people(AROSE)["member"])

    assert [(each.period, said(section, each.answer)) for each in
            timeline(question, Use.RESEARCH)] == [
        (Period(AROSE, LATE), "yes (internal_research)"),
        (Period(LATE), "no: too_late (internal_research)"),
    ]  # fmt: skip


def test_background_has_rules_of_its_own():
    rules = [each for each in regime("ip-desca").access if each.of == Subject.BACKGROUND]

    assert [(each.code, each.to, each.terms, each.within_months) for each in rules] == [
        ("background_project", (Party.MEMBER, Party.LATER_MEMBER), "royalty_free", None),
        ("background_exploitation", (Party.MEMBER, Party.LATER_MEMBER), "fair", 12),
    ]
    assert regime("ip-imec").bodies()["background.approved_by"] == "steering_committee"
