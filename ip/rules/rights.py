"""What an organization may do with a result on a day, and under which clause.

One pure function answers for every organization, result, use and day. Rights come from
owning, from the charter's access rules, from a result's opening after its exclusivity,
and from licences; the most generous counts. What opens to outsiders opens to members
too, so that nobody outside ever has more than a member.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from consortium.periods import Period
from ip.rules.choices import Consent, Party, Subject, Terms, Use
from ip.rules.clauses import Access, distance
from ip.rules.facts import (
    Question,
    applies,
    deadline,
    edges,
    gained_on,
    parties,
    share,
)
from ip.rules.windows import Window


class Verdict(IntEnum):
    """Whether one may, the more the better."""

    NO = 0
    ON_TERMS = 1
    WITH_CONSENT = 2
    AFTER_NOTICE = 3
    WITHIN = 4
    YES = 5


class Reason(StrEnum):
    """Why: what gives the right, or what stands in its way."""

    OWNS = "owns"
    CO_OWNS = "co_owns"
    LICENSED = "licensed"
    ACCESS = "access"
    OPENED = "opened"
    NOT_ARISEN = "not_arisen"
    EXCLUSIVE = "exclusive"
    SUSPENDED = "suspended"
    TOO_LATE = "too_late"
    LICENSED_ELSEWHERE = "licensed_elsewhere"
    NO_RULE = "no_rule"


@dataclass(frozen=True)
class Answer:
    """What is allowed, why, and where it is written.

    `path`: the rule in the charter's `ip` section; `clause`: what it is in the agreement;
    `party`: as what; `within`: to which class, where only there; `terms`: where they are
    not free; `conditions`: codes such as `needed`, `own_field`, `notice`, `compensation`.
    """

    verdict: Verdict
    reason: Reason
    party: Party | None = None
    terms: Terms | None = None
    within: Party | None = None
    path: str = ""
    clause: str = ""
    conditions: tuple[str, ...] = ()

    def rank(self) -> tuple[int, int]:
        """Return how generous it is; a greater one is better for who asks."""
        return self.verdict, -list(Terms).index(self.terms) if self.terms else 1


@dataclass(frozen=True)
class Segment:
    """A stretch of days with one answer."""

    period: Period
    answer: Answer


def answer(question: Question, use: Use, on: date) -> Answer:
    """Return what the organization may do on a day; every combination has an answer."""
    work = question.work
    if on < work.arose_on:
        return Answer(Verdict.NO, Reason.NOT_ARISEN)
    given = max(_given(question, use, on), key=Answer.rank, default=None)
    return given or _refused(question, use, on)


def timeline(question: Question, use: Use, *, until: date | None = None) -> tuple[Segment, ...]:
    """Return the answers from the day a result arose, each for the days it holds.

    Up to `until`, or open where it is None. No answer changes but on an edge.
    """
    found = sorted(
        {
            edge
            for edge in edges(question)
            if edge > question.work.arose_on and (until is None or edge < until)
        }
    )
    starts = [question.work.arose_on, *found]
    segments: list[Segment] = []
    for start, end in zip(starts, [*found, until], strict=True):
        held = answer(question, use, start)
        if segments and segments[-1].answer == held:
            segments[-1] = Segment(Period(segments[-1].period.starts_on, end), held)
        else:
            segments.append(Segment(Period(start, end), held))
    return tuple(segments)


def next_change(question: Question, use: Use, on: date) -> Segment | None:
    """Return the next other answer after a day, or None where it stays as it is."""
    now = answer(question, use, on)
    for edge in sorted(edge for edge in edges(question) if edge > on):
        then = answer(question, use, edge)
        if then != now:
            return Segment(Period(edge), then)
    return None


# What gives


def _given(question: Question, use: Use, on: date) -> Iterator[Answer]:
    found = parties(question, on)
    if Party.OWNER in found:
        yield _owning(question, use, on)
    for licence in question.bond.licences:
        if licence.period.contains(on) and use in licence.uses:
            yield Answer(
                Verdict.YES,
                Reason.LICENSED,
                path=licence.path,
                conditions=licence.conditions,
            )
    for party, terms, path, rule, since in _grants(question, use, on, found):
        if _lost(question, party, since, on) or _closed(question, rule, party, on):
            continue
        if terms != Terms.ROYALTY_FREE and _elsewhere(question, on):
            continue
        yield Answer(
            Verdict.YES if terms == Terms.ROYALTY_FREE else Verdict.ON_TERMS,
            Reason.ACCESS if rule else Reason.OPENED,
            party=party,
            terms=terms,
            path=path,
            clause=_clause(question, rule),
            conditions=_conditions(rule),
        )


def _owning(question: Question, use: Use, on: date) -> Answer:
    """Return what an owner may do: alone, or as the co-owners' rule says; inside the window."""
    rule, bond = question.section.co_ownership, question.bond
    alone = share(bond, on) == 1
    consent = {
        Use.EXPLOIT: rule.exploit,
        Use.LICENSE: rule.license,
        Use.TRANSFER: rule.transfer,
    }.get(use, Consent.FREE)
    barred = {Use.EXPLOIT: bond.exclusive, Use.LICENSE: (*bond.exclusive, *bond.sole)}
    if any(period.contains(on) for period in barred.get(use, ())):
        return Answer(Verdict.NO, Reason.LICENSED_ELSEWHERE, Party.OWNER, path="licensing")
    reason = Reason.OWNS if alone else Reason.CO_OWNS
    path, clause = ("ownership", "") if alone else ("co_ownership", rule.clause)
    verdict = Verdict.YES
    conditions: tuple[str, ...] = ()
    if not alone:
        verdict = {
            Consent.FREE: Verdict.YES,
            Consent.NOTICE: Verdict.AFTER_NOTICE,
            Consent.ALL: Verdict.WITH_CONSENT,
        }[consent]
        shared = {Use.EXPLOIT: rule.accounting, Use.LICENSE: rule.compensation}
        if shared.get(use, False):
            conditions = ("compensation",)
    window = question.work.window
    running = window is not None and window.period.contains(on)
    if window is not None and running and use in (Use.LICENSE, Use.TRANSFER):
        verdict = min(verdict, Verdict.WITHIN)
        path, clause = window.path, window.clause
        return Answer(verdict, reason, Party.OWNER, None, window.to, path, clause, conditions)
    return Answer(verdict, reason, Party.OWNER, None, None, path, clause, conditions)


type Grant = tuple[Party, Terms, str, Access | None, date]


def _grants(question: Question, use: Use, on: date, found: Iterable[Party]) -> Iterator[Grant]:
    """Yield what rules give to a party on a day: terms, path, rule (None: an opening), since."""
    held = set(found)
    window = question.work.window
    for path, rule in _rules(question, use):
        for party in rule.to:
            if party in held and not _kept_from(window, party, on):
                yield party, rule.terms, path, rule, gained_on(question, party, on)
    if use not in (Use.LICENSE, Use.TRANSFER):
        for opened in window.opens if window else ():
            if opened.from_on <= on and opened.to in held:
                since = max(gained_on(question, opened.to, on), opened.from_on)
                yield opened.to, opened.terms, opened.path, None, since


def _rules(question: Question, use: Use) -> Iterator[tuple[str, Access]]:
    for index, rule in enumerate(question.section.access):
        usable = use in rule.uses or (use == Use.LICENSE and rule.sublicense)
        if rule.of == Subject.RESULTS and usable and applies(rule.when, question.work):
            yield f"access[{index}]", rule


def _conditions(rule: Access | None) -> tuple[str, ...]:
    if rule is None:
        return ()
    named = {"needed": rule.needed, "own_field": rule.own_field}
    return tuple(name for name, holds in named.items() if holds)


def _clause(question: Question, rule: Access | None) -> str:
    if rule is not None:
        return rule.clause
    return question.work.window.clause if question.work.window else ""


# What stands in the way


def _refused(question: Question, use: Use, on: date) -> Answer:
    """Return why nothing is given: what stands in the way of a rule, else that none gives it."""
    found = parties(question, on)
    window = question.work.window
    for party, terms, path, rule, since in _grants(question, use, on, found):
        if _lost(question, party, since, on):
            return Answer(Verdict.NO, Reason.SUSPENDED, party, path=path)
        if _closed(question, rule, party, on):
            clause = _clause(question, rule)
            return Answer(Verdict.NO, Reason.TOO_LATE, party, terms, path=path, clause=clause)
        return Answer(Verdict.NO, Reason.LICENSED_ELSEWHERE, party, path="licensing")
    if window is not None and all(_kept_from(window, party, on) for party in found):
        return Answer(
            Verdict.NO, Reason.EXCLUSIVE, within=window.to, path=window.path, clause=window.clause
        )
    return Answer(Verdict.NO, Reason.NO_RULE)


def _kept_from(window: Window | None, party: Party, on: date) -> bool:
    """Say whether a result's exclusivity keeps a class of parties out on a day."""
    if window is None or not window.period.contains(on):
        return False
    return distance(party) > distance(window.to)


def _lost(question: Question, party: Party, since: date, on: date) -> bool:
    """Say whether a suspended member would gain it only now; what it earned it keeps."""
    if party in (Party.DOMESTIC, Party.ANYONE, Party.ASSOCIATION):
        return False
    return any(
        period.contains(on) and period.starts_on <= since for period in question.standing.suspended
    )


def _closed(question: Question, rule: Access | None, party: Party, on: date) -> bool:
    """Say whether the time to ask for access is over and nobody asked in it."""
    last = deadline(question, rule, party, on)
    if last is None or on < last:
        return False
    asked = question.bond.asked_on
    return asked is None or asked >= last


def _elsewhere(question: Question, on: date) -> bool:
    return any(period.contains(on) for period in (*question.bond.exclusive, *question.bond.sole))
