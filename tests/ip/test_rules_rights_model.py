"""What may be done with a result, against a model that walks the days one by one."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortium.periods import Period, add_months
from consortium.rules.schema import parse
from ip.rules.choices import Party, ResultKind, Terms, Use
from ip.rules.clauses import Access, distance
from ip.rules.facts import Affiliation, Bond, Licensed, Question, Standing, Stay, Work
from ip.rules.rights import Answer, Reason, Verdict, answer, next_change, timeline
from ip.rules.section import IPSection
from ip.rules.windows import Change, Window, effective, promised

BASE = date(2023, 11, 30)
LAST = 420
DAY = timedelta(days=1)
GIVEN = (Reason.OWNS, Reason.CO_OWNS, Reason.LICENSED, Reason.ACCESS, Reason.OPENED)
FREE_OF_SUSPENSION = (Party.DOMESTIC, Party.ANYONE, Party.ASSOCIATION)
few = settings(max_examples=40, deadline=None)


def day(least: int = 0, most: int = LAST) -> st.SearchStrategy[date]:
    return st.integers(least, most).map(lambda days: BASE + days * DAY)


@st.composite
def periods(draw: Any, most: int = 2, open_ended: bool = True) -> tuple[Period, ...]:
    """Return periods that do not overlap; some touch."""
    edges = sorted(draw(st.sets(st.integers(0, LAST), max_size=2 * most)))
    found = [
        Period(BASE + start * DAY, BASE + end * DAY)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    if found and draw(st.booleans()):
        last = found[-1].end
        found.append(Period(last, last + 40 * DAY))
    if open_ended and len(edges) % 2:
        found.append(Period(max(BASE + edges[-1] * DAY, found[-1].end if found else BASE)))
    return tuple(found)


@st.composite
def sections(draw: Any) -> IPSection:
    parties = [party.value for party in Party if party != Party.OWNER]
    rules = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "to": st.lists(st.sampled_from(parties), min_size=1, max_size=3, unique=True),
                    "uses": st.just(["implement", "exploit"]) | st.just(["research", "license"]),
                    "terms": st.sampled_from([terms.value for terms in Terms]),
                    "needed": st.booleans(),
                    "sublicense": st.booleans(),
                },
                optional={"within_months": st.integers(0, 6)},
            ),
            max_size=3,
        )
    )
    body = {
        "home": "US",
        "ownership": [{"code": "who", "label": {"en": "Who"}, "owner": "generator"}],
        "co_ownership": {"license": draw(st.sampled_from(["free", "all"])), "compensation": True},
        "exclusivity": [
            {
                "code": "kept",
                "label": {"en": "Kept"},
                "to": draw(st.sampled_from(["participant", "member"])),
                "months": draw(st.integers(1, 9)),
                "opens": [
                    {"to": "domestic", "terms": "fair"},
                    {"to": "anyone", "terms": "fee_and_royalty", "after_months": 2},
                ],
            }
        ],
        "access": [
            {"code": f"rule_{n}", "label": {"en": "Rule"}, **rule} for n, rule in enumerate(rules)
        ],
    }
    return parse(IPSection, body)


@st.composite
def works(draw: Any, section: IPSection) -> Work:
    arose = draw(day(0, 200))
    window: Window | None = None
    if draw(st.booleans()):
        starts = arose + draw(st.integers(0, 60)) * DAY
        window = promised(section.exclusivity[0], starts_on=starts, path="exclusivity[0]")
        if draw(st.booleans()):
            window = effective(window, changes=[Change(starts, starts + 50 * DAY)])
    ends = draw(st.none() | day(60, 300))
    return Work(ResultKind.PATENT, arose, project_ends_on=ends, window=window)


@st.composite
def standings(draw: Any) -> Standing:
    affiliated = [Affiliation(each, draw(day(0, 200)), draw(periods(1)))
                  for each in draw(periods(1))[:1]]  # fmt: skip
    return Standing(
        stays=tuple(Stay(each, draw(st.booleans())) for each in draw(periods(3))),
        suspended=draw(periods(2)) + draw(periods(1)),
        affiliated=tuple(affiliated),
        domestic=draw(st.booleans()),
        association=draw(st.booleans()),
    )


@st.composite
def bonds(draw: Any) -> Bond:
    part = draw(st.sampled_from([Fraction(1), Fraction(1, 2)]))
    uses = frozenset({draw(st.sampled_from(list(Use)))})
    return Bond(
        shares=tuple((each, part) for each in draw(periods(1))),
        took_part=draw(periods(1)),
        licences=tuple(Licensed(each, uses, "licence") for each in draw(periods(1))),
        asked=tuple(draw(st.lists(st.tuples(st.sampled_from(list(Use)), day()), max_size=2))),
        exclusive=draw(periods(1)),
        sole=draw(periods(1)),
    )


@st.composite
def questions(draw: Any) -> Question:
    section = draw(sections())
    return Question(section, draw(works(section)), draw(standings()), draw(bonds()))


uses = st.sampled_from(list(Use))


# The model: sets of days, and no arithmetic on periods


class Model:
    """The same question, answered by looking at one day after the other."""

    def __init__(self, question: Question, use: Use) -> None:
        self.q, self.use = question, use
        self.work, self.bond, self.standing = question.work, question.bond, question.standing

    def in_any(self, found: Any, on: date) -> bool:
        return any(period.contains(on) for period in found)

    def member(self, on: date) -> bool:
        return self.in_any((stay.period for stay in self.standing.stays), on)

    def spell(self, on: date) -> tuple[date, date]:
        """Return the first and last day of the unbroken membership around a day."""
        first = last = on
        while self.member(first - DAY):
            first -= DAY
        while self.member(last + DAY) and last < BASE + 2 * LAST * DAY:
            last += DAY
        return first, last

    def last_spell(self, on: date) -> tuple[date, date] | None:
        """Return the last membership that was over on a day."""
        before = on - DAY
        if self.member(on):
            before = self.spell(on)[0] - DAY
        while before >= BASE and not self.member(before):
            before -= DAY
        return self.spell(before) if before >= BASE else None

    def holds(self, party: Party, on: date) -> bool:
        arose, inside = self.work.arose_on, self.member(on)
        early = inside and self.spell(on)[0] <= arose
        left = self.last_spell(on)
        breach = left is not None and any(
            stay.breach and stay.period.ends_on == left[1] + DAY for stay in self.standing.stays
        )
        left_after = left is not None and arose <= left[1]
        match party:
            case Party.OWNER:
                return self.in_any((period for period, _part in self.bond.shares), on)
            case Party.PARTICIPANT:
                return not (not inside and breach) and any(
                    each.starts_on <= on and (each.ends_on is None or each.ends_on > arose)
                    for each in self.bond.took_part
                )
            case Party.ASSOCIATION:
                return self.standing.association
            case Party.MEMBER:
                return early
            case Party.LATER_MEMBER:
                return inside and not early
            case Party.AFFILIATE:
                return early or self.affiliated(on)
            case Party.FORMER_MEMBER:
                return left_after and not breach
            case Party.EXPELLED:
                return left_after and breach
            case Party.DOMESTIC:
                return inside or self.standing.domestic
        return True

    def affiliated(self, on: date) -> bool:
        return any(
            each.period.contains(on) and each.joined_on <= self.work.arose_on
            for each in self.standing.affiliated
        )

    def suspended(self, party: Party, on: date) -> bool:
        if party in FREE_OF_SUSPENSION:
            return False
        if party == Party.AFFILIATE and not self.member(on):
            return any(self.in_any(each.suspended, on) for each in self.standing.affiliated)
        return self.in_any(self.standing.suspended, on)

    def kept(self, party: Party, on: date) -> bool:
        window = self.work.window
        return (
            window is not None
            and distance(party) > distance(window.to)
            and (window.period.ends_on is None or on < window.period.ends_on)
        )

    def available(self, party: Party, rule: Access, on: date) -> bool:
        """Say whether a rule was there for a party on a day; who left had it while inside."""
        if on < self.work.arose_on or self.kept(party, on):
            return False
        if party in (Party.FORMER_MEMBER, Party.EXPELLED):
            return self.holds(party, on) or self.member(on)
        if party == Party.AFFILIATE and not self.member(on):
            return self.affiliated(on)
        return self.holds(party, on)

    def earned(self, party: Party, rule: Access, on: date) -> bool:
        """Say whether there was a day without suspension since the rule is there for it."""
        looked = on
        while self.available(party, rule, looked):
            if not self.suspended(party, looked):
                return True
            looked -= DAY
        return False

    def too_late(self, party: Party, rule: Access, on: date) -> bool:
        if rule.within_months is None:
            return False
        anchor = self.work.project_ends_on
        if party in (Party.FORMER_MEMBER, Party.EXPELLED):
            left = self.last_spell(on)
            anchor = left[1] + DAY if left else None
        if anchor is None or on < add_months(anchor, rule.within_months):
            return False
        last = add_months(anchor, rule.within_months)
        return not any(use == self.use and asked < last for use, asked in self.bond.asked)

    def by_rules(self, on: date) -> set[Verdict]:
        given = set()
        elsewhere = self.in_any((*self.bond.exclusive, *self.bond.sole), on)
        for rule in self.q.section.access:
            if self.use not in rule.uses and not (self.use == Use.LICENSE and rule.sublicense):
                continue
            free = rule.terms == Terms.ROYALTY_FREE
            for party in rule.to:
                if (
                    self.holds(party, on)
                    and self.earned(party, rule, on)
                    and not self.too_late(party, rule, on)
                    and (free or not elsewhere)
                ):
                    given.add(self.inside_window(Verdict.YES, on) if free else Verdict.ON_TERMS)
        return given

    def inside_window(self, verdict: Verdict, on: date) -> Verdict:
        window = self.work.window
        running = window is not None and on < window.period.end
        passing_on = self.use in (Use.LICENSE, Use.TRANSFER)
        return min(verdict, Verdict.WITHIN) if running and passing_on else verdict

    def verdict(self, on: date) -> Verdict:
        if on < self.work.arose_on:
            return Verdict.NO
        found = {Verdict.NO} | self.by_rules(on)
        elsewhere = self.in_any((*self.bond.exclusive, *self.bond.sole), on)
        if any(each.period.contains(on) and self.use in each.uses for each in self.bond.licences):
            found.add(Verdict.YES)
        opens = self.work.window.opens if self.work.window else ()
        opened = any(each.from_on <= on and self.holds(each.to, on) for each in opens)
        if opened and self.use not in (Use.LICENSE, Use.TRANSFER) and not elsewhere:
            found.add(Verdict.ON_TERMS)
        barred = self.in_any(self.bond.exclusive, on) and self.use in (Use.EXPLOIT, Use.LICENSE)
        barred |= self.in_any(self.bond.sole, on) and self.use == Use.LICENSE
        if self.holds(Party.OWNER, on) and not barred:
            found.add(self.inside_window(self.owning(), on))
        return max(found)

    def owning(self) -> Verdict:
        rule = self.q.section.co_ownership
        if self.bond.shares[0][1] == 1 or self.use not in (Use.LICENSE, Use.TRANSFER):
            return Verdict.YES
        consent = rule.license if self.use == Use.LICENSE else rule.transfer
        return Verdict.YES if consent == "free" else Verdict.WITH_CONSENT


@few
@given(questions(), uses, day())
def test_every_answer_is_the_models(question: Question, use: Use, on: date) -> None:
    assert answer(question, use, on).verdict == Model(question, use).verdict(on)


@few
@given(questions(), day())
def test_every_combination_is_answered_with_a_reason(question: Question, on: date) -> None:
    for use in Use:
        found = answer(question, use, on)
        assert (found.reason in GIVEN) == (found.verdict > Verdict.NO)
        assert found.path or found.reason in (Reason.NOT_ARISEN, Reason.NO_RULE)


@few
@given(questions(), uses)
def test_the_timeline_is_the_answer_of_every_day(question: Question, use: Use) -> None:
    last = BASE + 2 * LAST * DAY
    segments = timeline(question, use, until=last)
    found: dict[date, Answer] = {}
    for segment in segments:
        on = segment.period.starts_on
        while on < segment.period.end:
            found[on] = segment.answer
            on += DAY
    on = question.work.arose_on
    while on < last:
        assert found.pop(on) == answer(question, use, on)
        on += DAY
    assert found == {}
    for one, two in pairwise(segments):
        assert one.answer != two.answer
        assert next_change(question, use, one.period.starts_on) is not None
        told = next_change(question, use, two.period.starts_on - DAY)
        assert told is not None
        assert (told.period.starts_on, told.answer) == (two.period.starts_on, two.answer)


def with_standing(question: Question, standing: Standing, bond: Bond | None = None) -> Question:
    return Question(question.section, question.work, standing, bond or question.bond)


@few
@given(questions(), uses, day(), st.booleans())
def test_nobody_outside_ever_has_more_than_a_member(
    question: Question, use: Use, on: date, domestic: bool
) -> None:
    member = Standing(stays=question.standing.stays, domestic=domestic)
    assume(member.inside(on))
    outsider = with_standing(question, Standing(domestic=domestic))
    inside = with_standing(question, member)
    assert answer(inside, use, on).rank() >= answer(outsider, use, on).rank()


@few
@given(questions(), uses, day())
def test_a_suspended_member_keeps_what_anybody_has(question: Question, use: Use, on: date) -> None:
    assume(question.standing.inside(on))
    bond = Bond(asked=question.bond.asked, exclusive=question.bond.exclusive)
    outsider = with_standing(question, Standing(domestic=question.standing.domestic), bond)
    inside = with_standing(question, question.standing, bond)
    assert answer(inside, use, on).rank() >= answer(outsider, use, on).rank()


@few
@given(questions(), uses, day())
def test_no_affiliate_has_more_than_its_member(question: Question, use: Use, on: date) -> None:
    period = Period(BASE)
    member = Standing(stays=(Stay(period),), suspended=question.standing.suspended)
    shares = Affiliation(period, period.starts_on, member.suspended)
    affiliate = with_standing(question, Standing(affiliated=(shares,)), Bond())
    assert (
        answer(with_standing(question, member, Bond()), use, on).rank()
        >= answer(affiliate, use, on).rank()
    )


@few
@given(questions(), uses)
def test_a_suspended_member_gains_nothing_by_membership(question: Question, use: Use) -> None:
    start = question.work.arose_on
    standing = Standing(stays=(Stay(Period(BASE)),), suspended=question.standing.suspended)
    mine = with_standing(question, standing, Bond(took_part=question.bond.took_part[:1]))
    for segment in timeline(mine, use)[1:]:
        on = segment.period.starts_on
        before = on - DAY
        suspended = [each for each in standing.suspended if each.contains(on)]
        if on > start and any(each.contains(before) for each in suspended):
            better = segment.answer.rank() > answer(mine, use, before).rank()
            assert not better or segment.answer.party in FREE_OF_SUSPENSION
