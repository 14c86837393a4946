"""What one organization may do with results: questions built from rows, many at a time.

The results take one query; what binds the organization takes a few, however many results.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from consortium.models import Consortium, Organization
from consortium.periods import Period, add_months
from funding.rules.choices import InstrumentKind
from ip.models import AccessRequest, ExclusivityChange, OwnershipShare, Result, ResultFunding
from ip.reports.charters import Charters
from ip.reports.licences import Held, licences_of
from ip.reports.standing import standing_of
from ip.rules.choices import ResultKind, Use
from ip.rules.facts import Bond, Question, Standing, Work
from ip.rules.rights import Answer, answer
from ip.rules.windows import Change
from projects.models import ProjectEvent, ProjectParticipant
from projects.reports.standing import FINAL

FIELDS = (
    "pk", "consortium", "project", "charter", "kind", "tier", "completed_on",
    "project__ends_on", "ended_on", "exclusivity__charter", "exclusivity__path",
    "exclusivity__starts_on", "moved", "paid_by",
)  # fmt: skip


@dataclass(frozen=True)
class Bonds:
    """What binds an organization to results, by their keys, and to projects by theirs."""

    shares: dict[int, list[tuple[Period, Fraction]]]
    took_part: dict[int, list[Period]]
    asked: dict[int, list[tuple[Use, date]]]
    licences: Held

    def to(self, result: int, project: int | None) -> Bond:
        """Return what binds the organization to a result; the same object where nothing does."""
        shares, licences = self.shares.get(result), self.licences.own.get(result)
        exclusive, sole = self.licences.exclusive.get(result), self.licences.sole.get(result)
        took_part, asked = self.took_part.get(project or 0), self.asked.get(result)
        if not (shares or licences or exclusive or sole or took_part or asked):
            return UNBOUND
        return Bond(
            shares=tuple(shares or ()),
            took_part=tuple(took_part or ()),
            licences=tuple(licences or ()),
            asked=tuple(asked or ()),
            exclusive=tuple(exclusive or ()),
            sole=tuple(sole or ()),
        )


UNBOUND = Bond()


def bonds_of(organization: Organization, results: QuerySet[Result]) -> Bonds:
    """Return what binds an organization to some results."""
    keys = results.order_by().values("pk")
    shares: dict[int, list[tuple[Period, Fraction]]] = defaultdict(list)
    owned = OwnershipShare.objects.filter(owner=organization, result__in=keys)
    parts = lru_cache(Fraction)
    for result, starts_on, ends_on, *part in owned.order_by("starts_on").values_list(
        "result", "starts_on", "ends_on", "numerator", "denominator"
    ):
        shares[result].append((Period(starts_on, ends_on), parts(*part)))
    took_part: dict[int, list[Period]] = defaultdict(list)
    taken = ProjectParticipant.objects.filter(body=organization)
    for each in taken.order_by("starts_on", "pk"):
        took_part[each.project_id].append(each.period)
    asked: dict[int, list[tuple[Use, date]]] = defaultdict(list)
    requests = AccessRequest.objects.filter(asker=organization, result__in=keys)
    for request in requests.order_by("asked_on", "pk"):
        asked[request.result_id] += [(Use(use), request.asked_on) for use in request.uses]
    return Bonds(shares, took_part, asked, licences_of(organization, results))


def rows_of(results: QuerySet[Result]) -> QuerySet[Any, tuple[Any, ...]]:
    """Return what the rules need of results, in one query."""
    here = {"result": OuterRef("pk")}
    moves = JSONObject(decided_on="decided_on", ends_on="ends_on")
    changes = ExclusivityChange.objects.filter(**here).order_by("decided_on", "pk")
    final = ProjectEvent.objects.filter(project=OuterRef("project"), kind__in=FINAL)
    return results.annotate(
        ended_on=Subquery(final.order_by("on").values("on")[:1]),
        moved=ArraySubquery(changes.values(move=moves)),
        paid_by=ArraySubquery(
            ResultFunding.objects.filter(**here).values("instrument__kind").distinct()
        ),
    ).values_list(*FIELDS)


class Asking:
    """One organization's questions about results; what they share is read and built once."""

    def __init__(self, organization: Organization, results: QuerySet[Result]) -> None:
        self.organization, self.results = organization, results
        found = Consortium.objects.filter(pk__in=results.order_by().values("consortium"))
        consortia = {each.pk: each for each in found}
        self.charters = Charters(consortia)
        self.standings = {key: standing_of(organization, each) for key, each in consortia.items()}
        self.bonds = bonds_of(organization, results)
        self.works: dict[tuple[Any, ...], Work] = {}
        self.placed: dict[tuple[int, bool], Standing] = {}

    def questions(self) -> Iterator[tuple[int, Question]]:
        """Yield each result's key with the question about it."""
        for row in rows_of(self.results).iterator(chunk_size=5000):
            yield row[0], self.question(row)

    def question(self, row: tuple[Any, ...]) -> Question:
        result, consortium, project, charter = row[:4]
        section = self.charters.sections[charter]
        return Question(
            section,
            self.work(row),
            self.standing(consortium, section.home),
            self.bonds.to(result, project),
        )

    def work(self, row: tuple[Any, ...]) -> Work:
        """Return a result as the rules see it; alike ones are one object."""
        key = row[3:12]
        if row[12] or row[13]:
            key = (*key, str(row[12]), *sorted(row[13]))
        found = self.works.get(key)
        if found is None:
            found = self.works[key] = work_in(row, self.charters)
        return found

    def standing(self, consortium: int, home: str | None) -> Standing:
        domestic = home is not None and self.organization.country == home
        key = consortium, domestic
        if key not in self.placed:
            self.placed[key] = replace(self.standings[consortium], domestic=domestic)
        return self.placed[key]


def work_in(row: tuple[Any, ...], charters: Charters, *, on: date = date.max) -> Work:
    """Return a row's result as the rules see it, by what was decided up to a day."""
    charter, kind, tier, completed_on, planned, ended_on = row[3:9]
    under, path, starts_on, moved, paid_by = row[9:]
    work = Work(
        ResultKind(kind),
        completed_on,
        tier=tier,
        paid_by=frozenset(InstrumentKind(each) for each in paid_by),
        project_ends_on=ended_on if ended_on and ended_on <= on else planned,
    )
    window = charters.window(
        work,
        charter=charter,
        promise=None if under is None else (under, path, starts_on),
        changes=[each for each in map(changed, moved) if each.decided_on <= on],
    )
    return replace(work, window=window)


def changed(move: dict[str, str]) -> Change:
    return Change(date.fromisoformat(move["decided_on"]), date.fromisoformat(move["ends_on"]))


def questions_of(organization: Organization, results: QuerySet[Result]) -> dict[int, Question]:
    """Return the question about each of some results, by their keys."""
    return dict(Asking(organization, results).questions())


def question_of(organization: Organization, result: Result) -> Question:
    return questions_of(organization, Result.objects.filter(pk=result.pk))[result.pk]


# Many answers on one day


@dataclass
class OnDay:
    """Answers on one day; results that no rule tells apart are answered once."""

    on: date
    uses: tuple[Use, ...]
    known: dict[tuple[Any, ...], tuple[Answer, ...]] = field(default_factory=dict)
    marks: dict[int, list[date]] = field(default_factory=dict)
    months: dict[int, list[int]] = field(default_factory=dict)
    seen: dict[tuple[Any, ...], tuple[Answer, ...]] = field(default_factory=dict)

    def answers(self, question: Question) -> tuple[Answer, ...]:
        """Return the answers to a question, one for each use.

        Rules compare a result's days with the organization's days, with this one, and
        the deadlines with this one: so a day counts by its place among them. Where the
        organization took part or asked, days are compared with those as well.
        """
        bond = question.bond
        if bond.took_part or bond.asked:
            return self.known_by((id(question.section), id(question.standing), question.work, bond),
                                 question)  # fmt: skip
        tie = () if bond is UNBOUND else self.of_bond(bond)
        alike = (id(question.work), id(question.standing), id(question.section), tie)
        found = self.seen.get(alike)
        if found is None:
            found = self.seen[alike] = self.known_by((*self.of_work(question), tie), question)
        return found

    def known_by(self, key: tuple[Any, ...], question: Question) -> tuple[Answer, ...]:
        found = self.known.get(key)
        if found is None:
            found = tuple(answer(question, use, self.on) for use in self.uses)
            self.known[key] = found
        return found

    def of_bond(self, bond: Bond) -> tuple[Any, ...]:
        """Return what of a bond counts on this day: nothing, a part or all owned; licences."""
        parts = [part for period, part in bond.shares if period.contains(self.on)]
        return min(len(parts), 1), sum(parts) == 1, bond.licences, bond.exclusive, bond.sole

    def of_work(self, question: Question) -> tuple[Any, ...]:
        """Return what of a result may change an answer on this day."""
        work, window = question.work, question.work.window
        place = self.places(question.standing)
        ends = work.project_ends_on
        return (
            id(question.section), id(question.standing),
            work.kind, work.tier, work.paid_by, place(work.arose_on),
            ends and tuple(add_months(ends, each) <= self.on for each in self.limits(question)),
            window and (window.to, window.path, window.clause, window.charter,
                        window.period.ends_on and place(window.period.end),
                        tuple((each.to, each.terms, each.path, place(each.from_on))
                              for each in window.opens)),
        )  # fmt: skip

    def places(self, standing: Standing) -> Any:
        """Return what gives a day its place among the organization's days and this one."""
        marks = self.marks.get(id(standing))
        if marks is None:
            marks = self.marks[id(standing)] = sorted({self.on, *days_of(standing)})
        return lambda day: bisect_left(marks, day) + bisect_right(marks, day)

    def limits(self, question: Question) -> list[int]:
        """Return the months within which some rule wants access asked for."""
        key = id(question.section)
        if key not in self.months:
            rules = question.section.access
            found = {each.within_months for each in rules if each.within_months is not None}
            self.months[key] = sorted(found)
        return self.months[key]


def days_of(standing: Standing) -> Iterator[date]:
    """Yield the days on which an organization became something else."""
    periods: Iterable[Period] = (
        *(each.period for each in standing.stays),
        *standing.suspended,
        *(each.period for each in standing.affiliated),
        *(period for each in standing.affiliated for period in each.suspended),
    )
    for period in periods:
        yield from (day for day in period if day is not None)
    yield from (each.joined_on for each in standing.affiliated)


def answers_on(
    organization: Organization,
    results: QuerySet[Result],
    *,
    on: date,
    uses: tuple[Use, ...] = tuple(Use),
) -> Iterator[tuple[int, tuple[Answer, ...]]]:
    """Yield each result's key with the answers on a day, one for each use."""
    asked = OnDay(on, uses)
    for key, question in Asking(organization, results).questions():
        yield key, asked.answers(question)
