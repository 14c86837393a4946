"""Exclusivity: month ends and leap days, decisions, later charters, SEMATECH early and late."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import Period
from consortium.rules.schema import parse
from ip.rules.choices import Party, ResultKind, Terms, Use
from ip.rules.clauses import Exclusivity
from ip.rules.facts import Question, Standing, Stay, Work
from ip.rules.rights import Reason, Verdict, answer
from ip.rules.section import IPSection
from ip.rules.windows import (
    Change,
    EndsBeforeDecision,
    ExclusivityOver,
    LaterCharter,
    awaited,
    decided,
    effective,
    promised,
)

PATH = "exclusivity[0]"


def rule(months: int = 24, **more: Any) -> Exclusivity:
    body = {
        "code": "kept",
        "label": {"en": "Kept"},
        "months": months,
        "opens": [{"to": "anyone", "terms": "royalty", "after_months": 6}],
    }
    return parse(Exclusivity, body | more)


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on", "opens_on"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28), date(2026, 8, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2028, 8, 29)),
        (date(2023, 8, 31), 6, date(2024, 2, 29), date(2024, 8, 29)),
        (date(2023, 8, 31), 18, date(2025, 2, 28), date(2025, 8, 28)),
        (date(2023, 12, 31), 1, date(2024, 1, 31), date(2024, 7, 31)),
        (date(2024, 1, 1), 24, date(2026, 1, 1), date(2026, 7, 1)),
    ],
)
def test_month_ends_and_leap_days(
    starts_on: date, months: int, ends_on: date, opens_on: date
) -> None:
    window = promised(rule(months), starts_on=starts_on, path=PATH)
    assert window.period == Period(starts_on, ends_on)
    assert [each.from_on for each in window.opens] == [opens_on]


def test_a_decision_moves_the_end_and_what_opens_after_it() -> None:
    window = promised(rule(), starts_on=date(2020, 1, 31), path=PATH)
    moved = effective(window, changes=[Change(date(2021, 1, 1), date(2021, 8, 31))])
    assert moved.period == Period(date(2020, 1, 31), date(2021, 8, 31))
    assert moved.opens[0].from_on == date(2022, 2, 28)


def test_what_has_ended_is_not_prolonged_and_nothing_ends_in_the_past() -> None:
    window = promised(rule(), starts_on=date(2020, 1, 1), path=PATH)
    last, over = date(2021, 12, 31), date(2022, 1, 1)
    assert decided(window, ends_on=date(2023, 1, 1), on=last) == Change(last, date(2023, 1, 1))
    with pytest.raises(ExclusivityOver):
        decided(window, ends_on=date(2023, 1, 1), on=over)
    with pytest.raises(EndsBeforeDecision):
        decided(window, ends_on=date(2021, 12, 30), on=last)
    with pytest.raises(EndsBeforeDecision):
        decided(window, ends_on=date(2019, 12, 31), on=date(2019, 6, 1))


days = st.dates(date(2019, 1, 1), date(2026, 1, 1))


@given(days, st.integers(1, 60), st.integers(1, 60), days)
def test_a_later_charter_shortens_nothing_unless_it_says_so(
    starts_on: date, months: int, later: int, on: date
) -> None:
    window = promised(rule(months), starts_on=starts_on, path=PATH)
    silent = LaterCharter(on, rule(later), "exclusivity[1]", "second")
    assert effective(window, later=[silent]) == window
    speaking = LaterCharter(on, rule(later, earlier=True), "exclusivity[1]", "second")
    moved = effective(window, later=[speaking])
    if window.period.end <= on:
        assert moved == window
    else:
        assert moved.charter == "second"
        assert moved.period.end >= on
        own = promised(rule(later), starts_on=starts_on, path=PATH).period.end
        assert moved.period.end == max(on, own)


@given(days, st.lists(st.tuples(days, days), max_size=4))
def test_the_last_decision_counts(starts_on: date, made: list[tuple[date, date]]) -> None:
    window = promised(rule(), starts_on=starts_on, path=PATH)
    changes = [Change(min(pair), max(pair)) for pair in made]
    latest = max(changes, key=lambda each: each.decided_on, default=None)
    if len({each.decided_on for each in changes}) == len(changes):
        expected = latest.ends_on if latest else window.period.end
        assert effective(window, changes=changes).period.end == expected


# SEMATECH


def sematech(opens: list[dict[str, Any]], *, earlier: bool = False) -> IPSection:
    body = {
        "home": "US",
        "ownership": [{"code": "own", "label": {"en": "SEMATECH"}, "owner": "association"}],
        "exclusivity": [
            {"code": "kept", "label": {"en": "Kept"}, "months": 24, "opens": opens,
             "earlier": earlier, "clause": "2.1"}
        ],
        "access": [
            {"code": "members", "label": {"en": "Members"}, "to": ["member", "later_member"],
             "uses": ["implement", "research", "exploit"], "terms": "royalty_free"}
        ],
    }  # fmt: skip
    return parse(IPSection, body)


EARLY = sematech([{"to": "anyone", "terms": "negotiated"}])
LATE = sematech([{"to": "domestic", "terms": "fee_and_royalty"}])
US, FOREIGN = Standing(domestic=True), Standing()
JOINED = (Stay(Period(date(1987, 8, 1))),)
AROSE, OPENS = date(1996, 2, 29), date(1998, 2, 28)


def ask(section: IPSection, who: Standing, on: date) -> tuple[Verdict, Reason, Terms | None]:
    window = promised(section.exclusivity[0], starts_on=AROSE, path=PATH)
    work = Work(ResultKind.PATENT, AROSE, window=window)
    found = answer(Question(section, work, who), Use.EXPLOIT, on)
    return found.verdict, found.reason, found.terms


@pytest.mark.parametrize(
    ("section", "who", "on", "expected"),
    [
        (EARLY, Standing(stays=JOINED), AROSE,
         (Verdict.YES, Reason.ACCESS, Terms.ROYALTY_FREE)),
        (EARLY, US, date(1998, 2, 27), (Verdict.NO, Reason.EXCLUSIVE, None)),
        (EARLY, US, OPENS, (Verdict.ON_TERMS, Reason.OPENED, Terms.NEGOTIATED)),
        (EARLY, FOREIGN, OPENS, (Verdict.ON_TERMS, Reason.OPENED, Terms.NEGOTIATED)),
        (LATE, US, date(1998, 2, 27), (Verdict.NO, Reason.EXCLUSIVE, None)),
        (LATE, US, OPENS, (Verdict.ON_TERMS, Reason.OPENED, Terms.FEE_AND_ROYALTY)),
        (LATE, FOREIGN, OPENS, (Verdict.NO, Reason.NO_RULE, None)),
        # A foreign member has what members have, and keeps it when others are let in.
        (LATE, Standing(stays=JOINED), AROSE,
         (Verdict.YES, Reason.ACCESS, Terms.ROYALTY_FREE)),
        (LATE, Standing(stays=JOINED), OPENS,
         (Verdict.YES, Reason.ACCESS, Terms.ROYALTY_FREE)),
    ],
)  # fmt: skip
def test_sematech(section: IPSection, who: Standing, on: date, expected: object) -> None:
    assert ask(section, who, on) == expected


def test_what_waits_for_its_project_is_kept() -> None:
    section = sematech([{"to": "anyone", "terms": "royalty"}])
    window = awaited(section.exclusivity[0], arose_on=AROSE, path=PATH)
    question = Question(section, Work(ResultKind.PATENT, AROSE, window=window), US)
    found = answer(question, Use.EXPLOIT, date(2050, 1, 1))
    assert (found.verdict, found.reason, found.within) == (
        Verdict.NO, Reason.EXCLUSIVE, Party.MEMBER,
    )  # fmt: skip


def test_what_is_counted_from_its_disclosure_is_kept_from_its_first_day() -> None:
    section = sematech([{"to": "anyone", "terms": "royalty"}])
    window = promised(section.exclusivity[0], starts_on=date(1996, 6, 1), path=PATH)
    question = Question(section, Work(ResultKind.PATENT, AROSE, window=window), US)
    assert answer(question, Use.EXPLOIT, AROSE).reason == Reason.EXCLUSIVE
    assert answer(question, Use.EXPLOIT, date(1998, 6, 1)).reason == Reason.OPENED
