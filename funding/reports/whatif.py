"""What members would owe under any charter document, beside what they owe as things stand.

Nothing is written. Members stream: keys first, then details in batches, each in the
same few queries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import batched
from operator import or_

from django.db.models import Exists, OuterRef, Q

from consortium.errors import DomainError
from consortium.models import Consortium, Member, MembershipTerm
from funding.models import Assessment, ExchangeRate
from funding.reports.entries import Entry, members_of
from funding.reports.latest import Source, Statement, matched, statements_of
from funding.reports.roll import BATCH
from funding.reports.study import Scope, Side, Study
from funding.rules.calendar import rate_day
from funding.rules.choices import DecidedBy
from funding.rules.engine import Rate
from funding.rules.outcome import outcome
from funding.rules.supplied import owes

NONE = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side makes of a member: an amount, or an error that says why there is none.

    `category` is empty where the member does not owe the levy. `assessed`: it is the
    amount that was assessed; `sources`: else where its figures come from. `secret`:
    whether the levy, or what it was told, is confidential.
    """

    amount: Decimal | None = Decimal(0)
    category: str = ""
    decided_by: DecidedBy = DecidedBy.RATE
    assessed: bool = False
    sources: tuple[Source, ...] = ()
    error: DomainError | None = None
    secret: bool = False

    @property
    def said(self) -> bool:
        """Say whether anything is owed, or would be if it could be computed."""
        return bool(self.category or self.error or self.amount)


NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Line:
    """A member in one scope: what it owes as things stand, and under the document."""

    entry: Entry
    scope: Scope
    now: Answer
    then: Answer

    @property
    def difference(self) -> Decimal | None:
        if self.now.amount is None or self.then.amount is None:
            return None
        return self.then.amount - self.now.amount

    @property
    def category(self) -> str:
        return self.then.category or self.now.category

    @property
    def secret(self) -> bool:
        return self.now.secret or self.then.secret


def lines(study: Study) -> Iterator[list[Line]]:
    """Yield the lines of each batch of members, by key; who owes nothing either way has none."""
    rates = Rates(study.consortium)
    for pks in batched(liable(study), BATCH):
        yield list(of_batch(study, pks, rates))


def liable(study: Study) -> Iterator[int]:
    """Yield the keys of the members that belong in one of the periods looked at."""
    reaches = reduce(
        or_,
        (
            Q(starts_on__lt=each.period.end)
            & (Q(ends_on=None) | Q(ends_on__gt=each.period.starts_on))
            for each in study.sides
        ),
        NONE,
    )
    terms = MembershipTerm.objects.filter(reaches, member=OuterRef("pk"))
    members = Member.objects.filter(Exists(terms), consortium=study.consortium).order_by("pk")
    return iter(members.values_list("pk", flat=True).iterator(chunk_size=BATCH))


def of_batch(study: Study, pks: Sequence[int], rates: "Rates") -> Iterator[Line]:
    entries = members_of(pks)
    periods = {side.period.starts_on for side in study.sides}
    told = statements_of(pks, charters=study.charters, periods=periods, on=study.on)
    assessed = assessments(study, pks)
    for entry in entries.values():
        statements = told.get(entry.member, [])
        answers = {
            id(pair): (
                assessed.get((entry.member, pair.side.levy.code, pair.side.levy.unit))
                or answer(pair.now, entry, statements, rates),
                answer(pair.then, entry, statements, rates),
            )
            for pair in study.pairs
        }
        for scope in study.scopes:
            both = [answers[id(pair)] for pair in scope.pairs]
            now, then = together([now for now, _ in both]), together([then for _, then in both])
            if now.said or then.said:
                yield Line(entry, scope, now, then)


def assessments(study: Study, pks: Sequence[int]) -> dict[tuple[int, str, str], Answer]:
    """Return what members were last assessed for the periods looked at, in one query."""
    of_sides = reduce(
        or_,
        (
            Q(levy=each.levy.code, unit=each.levy.unit, period_starts_on=each.period.starts_on)
            for each in (pair.now for pair in study.pairs)
            if each
        ),
        NONE,
    )
    rows = Assessment.objects.filter(of_sides, member__in=list(pks), subject=None)
    return {
        (member, levy, unit): Answer(amount, category, assessed=True, secret=secret)
        for member, levy, unit, amount, category, secret in rows.order_by("version").values_list(
            "member_id", "levy", "unit", "amount", "category", "secret"
        )
    }


def answer(
    side: Side | None, entry: Entry, statements: Sequence[Statement], rates: "Rates"
) -> Answer:
    """Return what a levy makes of a member and its latest figures."""
    category = owes(side.levy, entry.stays, side.period) if side else None
    if side is None or category is None:
        return NOTHING
    found = matched(side.levy, side.period, statements)
    secret = side.secret or any(each.secret for each in found.sources)
    known = rates.of(side, found.sources)
    try:
        quote = outcome(side.levy, side.period, entry.stays, found.values, known).quote
    except DomainError as error:
        return Answer(None, category, sources=found.sources, error=error, secret=secret)
    return Answer(quote.amount, category, quote.decided_by, sources=found.sources, secret=secret)


def together(answers: Sequence[Answer]) -> Answer:
    """Return several levies' answers as one; without an amount where one of them has none."""
    if len(answers) == 1:
        return answers[0]
    error = next((each.error for each in answers if each.error), None)
    return Answer(
        None if error else sum((each.amount or Decimal(0) for each in answers), Decimal(0)),
        next((each.category for each in answers if each.category), ""),
        assessed=all(each.assessed for each in answers if each.said),
        sources=tuple(dict.fromkeys(source for each in answers for source in each.sources)),
        error=error,
        secret=any(each.secret for each in answers),
    )


class Rates:
    """A consortium's exchange rates, each asked for once."""

    def __init__(self, consortium: Consortium) -> None:
        self.consortium = consortium
        self.known: dict[tuple[str, str, date], dict[str, Rate]] = {}

    def of(self, side: Side, sources: Sequence[Source]) -> dict[str, Rate]:
        """Return what counts for figures of a levy, by currency."""
        exchange, into = side.levy.exchange, side.levy.unit
        if exchange is None:
            return {}
        ended = max((each.fiscal_year_ends_on for each in sources if each.fiscal_year_ends_on),
                    default=None)  # fmt: skip
        until = rate_day(side.levy, side.period, ended)
        key = (exchange.rate, into, until)
        if key not in self.known:
            self.known[key] = ExchangeRate.objects.published(
                consortium=self.consortium, rate=exchange.rate, into=into, until=until
            )
        return self.known[key]
