"""What an organization may do with a result on a day: SEMATECH's early rule, day by day."""

from datetime import date
from fractions import Fraction

from consortium.periods import Period
from consortium.rules.schema import parse
from ip.rules.choices import Party, ResultKind, Terms, Use
from ip.rules.facts import Bond, Question, Standing, Stay, Work
from ip.rules.rights import Reason, Segment, Verdict, answer, next_change, timeline
from ip.rules.section import IPSection
from ip.rules.windows import promised

SECTION = parse(
    IPSection,
    {
        "home": "US",
        "ownership": [
            {"code": "generator", "label": {"en": "Who made it"}, "owner": "generator"},
        ],
        "exclusivity": [
            {
                "code": "two_years",
                "label": {"en": "Members only for two years"},
                "months": 24,
                "opens": [{"to": "anyone", "terms": "negotiated"}],
            }
        ],
        "access": [
            {
                "code": "members",
                "label": {"en": "Members"},
                "to": ["member", "later_member"],
                "uses": ["implement", "research", "exploit"],
                "terms": "royalty_free",
            }
        ],
    },
)
AROSE = date(1990, 3, 31)
OPENS = date(1992, 3, 31)
WORK = Work(
    ResultKind.PATENT,
    AROSE,
    window=promised(SECTION.exclusivity[0], starts_on=AROSE, path="exclusivity[0]"),
)
MEMBER = Standing(stays=(Stay(Period(date(1987, 8, 1))),), domestic=True)


def asked(standing: Standing, bond: Bond | None = None) -> Question:
    return Question(SECTION, WORK, standing, bond or Bond())


def test_a_member_exploits_from_the_first_day() -> None:
    held = answer(asked(MEMBER), Use.EXPLOIT, AROSE)
    assert (held.verdict, held.reason, held.party) == (Verdict.YES, Reason.ACCESS, Party.MEMBER)
    assert held.path == "access[0]"


def test_an_outsider_waits_for_two_years_and_then_negotiates() -> None:
    question = asked(Standing(domestic=True))
    first, second = timeline(question, Use.EXPLOIT)
    assert first.period == Period(AROSE, OPENS)
    assert (first.answer.verdict, first.answer.reason) == (Verdict.NO, Reason.EXCLUSIVE)
    assert (first.answer.path, first.answer.within) == ("exclusivity[0]", Party.MEMBER)
    assert second.period == Period(OPENS)
    assert (second.answer.verdict, second.answer.terms) == (Verdict.ON_TERMS, Terms.NEGOTIATED)
    assert second.answer.path == "exclusivity[0].opens[0]"
    assert next_change(question, Use.EXPLOIT, AROSE) == Segment(Period(OPENS), second.answer)
    assert next_change(question, Use.EXPLOIT, OPENS) is None


def test_an_owner_licenses_inside_until_the_day_it_opens() -> None:
    question = asked(MEMBER, Bond(shares=((Period(AROSE), Fraction(1)),)))
    first, second = timeline(question, Use.LICENSE)
    assert (first.answer.verdict, first.answer.within) == (Verdict.WITHIN, Party.MEMBER)
    assert (second.answer.verdict, second.period) == (Verdict.YES, Period(OPENS))


def test_a_suspended_member_gains_nothing_new_and_keeps_what_it_earned() -> None:
    later = Standing(stays=MEMBER.stays, suspended=(Period(date(1990, 6, 1), date(1991, 1, 1)),))
    assert answer(asked(later), Use.EXPLOIT, date(1990, 7, 1)).verdict == Verdict.YES
    before = Standing(stays=MEMBER.stays, suspended=(Period(date(1990, 1, 1), date(1991, 1, 1)),))
    refused = answer(asked(before), Use.EXPLOIT, date(1990, 7, 1))
    assert (refused.verdict, refused.reason) == (Verdict.NO, Reason.SUSPENDED)
    assert answer(asked(before), Use.EXPLOIT, date(1991, 1, 1)).verdict == Verdict.YES


def test_nothing_is_allowed_before_there_is_a_result() -> None:
    held = answer(asked(MEMBER), Use.EXPLOIT, date(1990, 3, 30))
    assert (held.verdict, held.reason) == (Verdict.NO, Reason.NOT_ARISEN)
