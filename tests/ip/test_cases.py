"""The `ip` section of every phase of the cases, each with its own rule on dated examples."""

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from consortium.periods import Period
from consortium.rules.choices import Basis
from consortium.rules.comparison import diff
from consortium.rules.documents import unready
from funding.rules.choices import InstrumentKind
from ip.rules.choices import Party, ResultKind, Terms, Use
from ip.rules.facts import Bond, Question, Standing, Stay, Work
from ip.rules.ownership import Inventor, Making, Pattern, owned, pattern
from ip.rules.rights import timeline
from ip.rules.windows import LaterCharter, effective
from tests.factories.regimes import CASES, asked, owners, phase, result, said

PHASES = [(slug, each) for slug, case in CASES.items() for each in case.charters]


@pytest.mark.parametrize(("slug", "charter"), PHASES)
def test_every_phase_says_whose_results_are_and_what_each_rule_rests_on(slug, charter):
    section = charter.sections["ip"]

    assert unready(charter.sections) == []
    for _path, clause in section.clauses():
        assert clause.basis is not None, clause.code
        assert clause.source or clause.basis == Basis.ASSUMPTION, clause.code
        assert clause.label.en
        assert clause.label.zh
        if clause.basis == Basis.SEED:
            assert "Zhang & Li 2012" in clause.source
    assert section.basis is not None


def test_only_these_rules_rest_on_the_paper():
    found = {
        (slug, charter.code): [
            clause.code
            for _path, clause in charter.sections["ip"].clauses()
            if clause.basis == Basis.SEED
        ]
        for slug, charter in PHASES
    }

    assert found == {
        ("sematech", "founding"): ["two_years"],
        ("sematech", "international"): ["us_companies"],
        ("vlsi", "founding"): ["state", "association", "inventors", "state_licence"],
        ("vlsi", "widened"): ["state", "association", "inventors", "state_licence"],
        ("envib", "project"): ["own_part"],
        ("airbus", "alliance"): [],
        ("airbus", "joint-venture"): [],
        ("airbus", "sole-ownership"): [],
        ("tlpc", "agreement"): ["handed_over"],
        ("domestic", "agreement"): [],
    }


# SEMATECH

EARLY = phase("sematech", "founding")
LATE = phase("sematech", "international")
FIRST_1998 = date(1998, 1, 1)


def days(question):
    """Return who asks' right to exploit from the first day on, each answer with its days."""
    return [
        (each.period, said(question.section, each.answer))
        for each in timeline(question, Use.EXPLOIT)
    ]


@pytest.mark.parametrize(
    ("arose_on", "opens_on"),
    [
        (date(1990, 3, 15), date(1992, 3, 15)),
        (date(1990, 1, 31), date(1992, 1, 31)),
        (date(1990, 2, 28), date(1992, 2, 28)),
        (date(1992, 2, 29), date(1994, 2, 28)),
        (date(1996, 2, 29), date(1998, 2, 28)),
        (date(1996, 12, 31), date(1998, 12, 31)),
        (date(1987, 8, 1), date(1989, 8, 1)),
    ],
)
def test_sematech_keeps_results_to_its_members_for_two_years(arose_on, opens_on):
    work = result(EARLY, arose_on)
    outsider = Question(EARLY, work, Standing(), Bond())

    assert work.window.period == Period(arose_on, opens_on)
    assert days(outsider) == [
        (Period(arose_on, opens_on), "no: exclusive (two_years)"),
        (Period(opens_on), "on terms: negotiated (two_years)"),
    ]
    assert asked(EARLY, work, "member", "exploit", arose_on) == "yes (members)"


@pytest.mark.parametrize(
    ("who", "use", "on", "expected"),
    [
        ("owner", "license", date(1992, 3, 14), "within: member (two_years)"),
        ("owner", "license", date(1992, 3, 15), "yes (ownership)"),
        ("member", "license", date(1990, 4, 1), "no: no_rule"),
        ("later-member", "exploit", date(1991, 3, 14), "no: exclusive (two_years)"),
        ("later-member", "exploit", date(1991, 3, 15), "yes (members)"),
        ("former-member", "exploit", date(1991, 6, 1), "yes (former_members)"),
        ("expelled", "exploit", date(1991, 6, 1), "no: no_rule"),
        ("expelled", "exploit", date(1992, 3, 15), "on terms: negotiated (two_years)"),
        ("domestic", "exploit", date(1992, 3, 14), "no: exclusive (two_years)"),
    ],
)
def test_sematech_early_who_may_do_what(who, use, on, expected):
    assert asked(EARLY, result(EARLY, date(1990, 3, 15)), who, use, on) == expected


@pytest.mark.parametrize(
    ("who", "use", "expected"),
    [
        ("domestic", "exploit", "on terms: fee_and_royalty (us_companies)"),
        ("domestic", "implement", "no: no_rule"),
        ("outsider", "exploit", "no: no_rule"),
        ("member", "exploit", "yes (members)"),
        ("affiliate", "exploit", "no: no_rule"),
    ],
)
def test_sematech_late_is_open_to_every_us_company_at_once(who, use, expected):
    work = result(LATE, date(1999, 5, 31))

    assert work.window is None
    assert asked(LATE, work, who, use, date(1999, 5, 31)) == expected


def test_a_foreign_member_has_a_members_rights_from_its_first_day():
    joined_on = date(1998, 4, 2)
    tsmc = Standing(stays=(Stay(Period(joined_on)),))
    question = Question(LATE, result(LATE, date(1998, 2, 1)), tsmc)

    assert days(question) == [
        (Period(date(1998, 2, 1), joined_on), "no: no_rule"),
        (Period(joined_on), "yes (members)"),
    ]


def test_a_result_of_1996_keeps_its_two_years_when_the_international_phase_begins():
    promised = result(EARLY, date(1996, 6, 30))
    later = [
        LaterCharter(FIRST_1998, rule, f"exclusivity[{index}]")
        for index, rule in enumerate(LATE.exclusivity)
    ]
    window = effective(promised.window, later=later)
    work = replace(promised, window=window)

    assert window.period == Period(date(1996, 6, 30), date(1998, 6, 30))
    for day in (FIRST_1998, date(1998, 6, 29)):
        assert asked(EARLY, work, "domestic", "exploit", day) == "no: exclusive (two_years)"
        assert asked(LATE, result(LATE, FIRST_1998), "domestic", "exploit", day) == (
            "on terms: fee_and_royalty (us_companies)"
        )
    assert asked(EARLY, work, "domestic", "exploit", date(1998, 6, 30)) == (
        "on terms: negotiated (two_years)"
    )


def test_a_phase_that_said_so_would_end_an_earlier_promise_on_its_first_day():
    promised = result(EARLY, date(1996, 6, 30))
    shorter = EARLY.exclusivity[0].model_copy(update={"months": 6, "earlier": True})
    silent = shorter.model_copy(update={"earlier": False})

    def ends_on(rule):
        return effective(
            promised.window, later=[LaterCharter(FIRST_1998, rule, "exclusivity[0]")]
        ).period.ends_on

    assert (ends_on(shorter), ends_on(silent)) == (FIRST_1998, date(1998, 6, 30))


def test_sematechs_ownership_follows_the_inventor():
    work = result(EARLY, date(1990, 3, 15))
    sent = Making(
        {"association": Fraction(1)},
        inventors=[Inventor("intel", Fraction(1, 2)), Inventor("association", Fraction(1, 2))],
        association="association",
    )

    assert owned(EARLY, work, sent).parts == {
        "intel": Fraction(1, 2),
        "association": Fraction(1, 2),
    }


# VLSI

VLSI = phase("vlsi", "founding")


@pytest.mark.parametrize(
    ("paid_by", "expected"),
    [
        ("research_contract", "state 1 (state)"),
        ("conditional_loan", "association 1 (association)"),
        ("interest_free_loan", "nec 2/3, hitachi 1/3 (inventors)"),
        ("own_money", "nec 2/3, hitachi 1/3 (inventors)"),
    ],
)
def test_vlsi_goes_by_what_paid(paid_by, expected):
    work = result(VLSI, date(1977, 4, 1), paid_by=paid_by)

    assert owners(VLSI, work, {"nec": "2", "hitachi": "1"}) == expected


def test_vlsis_state_licenses_the_association_on_preferential_terms():
    work = result(VLSI, date(1977, 4, 1), paid_by="research_contract")

    assert asked(VLSI, work, "association", "exploit", date(1977, 4, 1)) == (
        "on terms: preferential (state_licence)"
    )
    assert asked(VLSI, work, "member", "implement", date(1977, 4, 1)) == "yes (members)"
    assert asked(VLSI, work, "outsider", "research", date(1977, 4, 1)) == "no: no_rule"


def test_vlsis_five_hundred_patents_fall_into_its_three_patterns():
    firms = ["fujitsu", "hitachi", "mitsubishi-electric", "nec", "toshiba"]
    inventors = []
    for number in range(500):
        first, second = firms[number % 5], firms[(number + 1 + number % 4) % 5]
        kind = (number * 37) % 100  # runs through every hundredth five times
        if kind < 16:
            inventors.append([first, second])
        elif kind < 41:
            inventors.append([first, first, first][: 2 + number % 2])
        else:
            inventors.append([first])
    paid = frozenset({InstrumentKind.OWN_MONEY})
    work = Work(ResultKind.PATENT, date(1977, 4, 1), paid_by=paid)
    portfolio = [
        owned(VLSI, work, Making({}, inventors=[Inventor(each, Fraction(1)) for each in names]))
        for names in inventors
    ]

    counts = Counter(pattern(names) for names in inventors)
    assert counts == {Pattern.JOINT_ACROSS: 80, Pattern.JOINT_WITHIN: 125, Pattern.SINGLE: 295}
    assert {each: Fraction(count * 100, 500) for each, count in counts.items()} == {
        Pattern.JOINT_ACROSS: 16,
        Pattern.JOINT_WITHIN: 25,
        Pattern.SINGLE: 59,
    }
    assert Counter(len(each.parts) for each in portfolio) == {2: 80, 1: 420}
    assert {sum(each.parts.values()) for each in portfolio} == {1}


# The others


def test_envibs_participants_own_their_parts_and_the_government_nothing():
    section = phase("envib", "project")
    for paid_by in InstrumentKind:
        work = result(section, date(1992, 6, 1), paid_by=paid_by)
        assert owners(section, work, {"lms": "1"}) == "lms 1 (own_part)"
    work = result(section, date(1992, 6, 1))
    assert asked(section, work, "participant", "implement", date(1992, 6, 1)) == (
        "yes (integration; needed)"
    )
    assert asked(section, work, "participant", "exploit", date(1992, 6, 1)) == "no: no_rule"


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("alliance", date(1985, 1, 1), "british-aerospace 1 (own_part)"),
        ("joint-venture", date(2003, 1, 1), "association 1 (company)"),
        ("sole-ownership", date(2006, 6, 1), "association 1 (company)"),
    ],
)
def test_airbus_becomes_the_owner_when_it_becomes_a_company(code, on, expected):
    section = phase("airbus", code)

    assert owners(section, result(section, on), {"british-aerospace": "1"}) == expected


def test_tlpcs_institute_owns_and_hands_over_to_its_members():
    section, on = phase("tlpc", "agreement"), date(1991, 1, 1)
    work = result(section, on)

    assert owners(section, work, {"institute": "1"}, lead="institute") == "institute 1 (institute)"
    assert owners(section, work, {"maker": "1"}, lead="maker") == "maker 1 (makers)"
    assert asked(section, work, "member", "exploit", on) == "yes (handed_over)"
    assert asked(section, work, "outsider", "exploit", on) == "no: no_rule"


DOMESTIC = phase("domestic", "agreement")


@pytest.mark.parametrize(
    ("paid_by", "expected"),
    [
        ("grant", "factory 3/5, university 2/5 (undertaking_unit)"),
        ("own_money", "factory 3/5, university 2/5 (undertaking_unit)"),
        ("research_contract", "state 1 (state)"),
    ],
)
def test_the_domestic_undertaking_unit_owns_unless_the_contract_says_the_state(paid_by, expected):
    work = result(DOMESTIC, date(2026, 8, 31), paid_by=paid_by)

    assert owners(DOMESTIC, work, {"factory": "3", "university": "2"}) == expected


@pytest.mark.parametrize(
    ("who", "use", "on", "expected"),
    [
        ("co-owner", "exploit", date(2026, 9, 1), "yes (co_ownership)"),
        ("co-owner", "license", date(2028, 8, 31), "yes (co_ownership; compensation)"),
        ("co-owner", "license", date(2028, 8, 30), "within: member (members_first; compensation)"),
        ("co-owner", "transfer", date(2028, 8, 31), "with consent (co_ownership)"),
        ("member", "research", date(2026, 9, 1), "yes (joint_work; needed)"),
        ("member", "exploit", date(2026, 9, 1), "on terms: preferential (members)"),
        ("domestic", "exploit", date(2028, 8, 30), "no: exclusive (members_first)"),
        ("domestic", "exploit", date(2028, 8, 31), "on terms: fair (members_first)"),
        ("outsider", "exploit", date(2028, 8, 31), "no: no_rule"),
        ("former-member", "exploit", date(2028, 8, 30), "on terms: fair (former_members)"),
        ("former-member", "exploit", date(2028, 9, 1), "no: too_late (former_members)"),
    ],
)
def test_the_domestic_defaults_at_work(who, use, on, expected):
    assert asked(DOMESTIC, result(DOMESTIC, date(2026, 8, 31)), who, use, on) == expected


def test_the_domestic_duty_to_diffuse_stands_beside_exclusivity():
    assert DOMESTIC.diffusion.paid_by == (InstrumentKind.GRANT, InstrumentKind.RESEARCH_CONTRACT)
    assert [(each.to, each.terms) for each in DOMESTIC.exclusivity[0].opens] == [
        (Party.DOMESTIC, Terms.FAIR)
    ]


def test_the_diff_of_sematechs_phases_shows_the_end_of_exclusivity():
    founding, international = (each for slug, each in PHASES if slug == "sematech")

    changed = {each.path for each in diff(founding, international)}
    assert "ip.exclusivity" in changed
