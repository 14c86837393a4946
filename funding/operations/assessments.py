"""Computing what each member owes for a period."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Member, User, digest
from consortium.operations.audit import record
from consortium.rules.schema import plain
from consortium.states import Role
from funding.models import Assessment, Declaration, Round
from funding.operations.rounds import locked
from funding.reports.rounds import Due, governing, unassessed
from funding.rules.choices import Visibility
from funding.rules.engine import compute


class TooEarly(DomainError):
    """Figures are still being collected; an assessment is final."""

    code = "too_early"


@dataclass
class Batch:
    """What became of a round: how many were written, and which members could not be."""

    written: int = 0
    refused: list[tuple[Member, DomainError]] = field(default_factory=list)


@operation(allow={Role.FINANCE}, subject="round")
def assess(*, round: Round, leave_out: Collection[str] = (), by: User | None, on: date) -> Batch:
    """Assess every liable member of a round that has declared and is not assessed yet.

    The round is locked, so that two runs at once assess each member once. A member
    whose figures the rule refuses is returned with the reason; the others go on.
    `leave_out`: addresses of members not to try.
    """
    round = locked(round)
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    if by is not None and on < due.schedule.assess_on:
        raise TooEarly(levy=due.levy.code, assess_on=due.schedule.assess_on)
    batch = Batch()
    made = []
    for member, declaration in ready(round, due, on):
        if str(member.uid) in leave_out:
            continue
        try:
            made.append(assessment_of(member, declaration, due, on))
        except DomainError as error:
            batch.refused.append((member, error))
    if made:
        Assessment.objects.bulk_create(made, batch_size=1000)
        batch.written = len(made)
        record(
            consortium=round.consortium,
            action="assess",
            by=by,
            on=on,
            subject=round,
            count=len(made),
            batch=digest([each.digest for each in made]),
        )
    return batch


def ready(round: Round, due: Due, on: date) -> Iterator[tuple[Member, Declaration | None]]:
    """Yield the members still to assess, each with its latest figures where some are needed.

    When a day is caught up, figures declared after it wait for their own day.
    """
    declared = {
        each.member_id: each
        for each in Declaration.objects.filter(
            consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
        )
        .order_by("version")
        .prefetch_related("figures")
    }
    for member in with_category(unassessed(round, due), due):
        declaration = declared.get(member.pk)
        if declaration.declared_on <= on if declaration else not due.levy.inputs:
            yield member, declaration


def with_category(members: Iterable[Member], due: Due) -> list[Member]:
    """Return the members, each with `category`: its first levied one in the period."""
    found = list(members.prefetch_related("terms"))  # type: ignore[attr-defined]
    for member in found:
        terms = sorted(member.terms.all(), key=lambda term: term.starts_on)
        member.category = next(
            term.category
            for term in terms
            if term.category in due.levy.categories and term.period.overlaps(due.period)
        )
    return found


def assessment_of(
    member: Member, declaration: Declaration | None, due: Due, on: date
) -> Assessment:
    """Return a member's assessment, unsaved. Raises what the engine refuses."""
    inputs = declaration.inputs() if declaration else {}
    quote = compute(due.levy, inputs)
    assessment = Assessment(
        consortium_id=member.consortium_id,
        member=member,
        levy=due.levy.code,
        period_starts_on=due.period.starts_on,
        period_ends_on=due.period.end,
        charter=due.charter,
        declaration=declaration,
        category=member.category,  # type: ignore[attr-defined]
        inputs={name: plain(value) for name, value in inputs.items()},
        trace=quote.trace(),
        amount=quote.amount,
        unit=quote.unit,
        # What was declared in secret stays so, even if a later charter opens the levy.
        secret=due.levy.visibility == Visibility.SECRET
        or (declaration is not None and declaration.secret),
        assessed_on=on,
    )
    assessment.digest = digest(assessment.content())
    return assessment
