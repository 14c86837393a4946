"""Taking in the figures that dues are computed from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Document, Member, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.rules.schema import MonthDay
from consortium.states import Role
from funding.models import Declaration, DeclaredFigure, Round
from funding.operations.rounds import RoundNotOpen
from funding.reports.liability import liable
from funding.reports.rounds import Due, governing
from funding.rules.calendar import basis_year
from funding.rules.choices import Grade, Visibility
from funding.rules.dues import Levy
from funding.rules.figures import Declared, Figure, Foreign, Lines
from funding.rules.inputs import input_errors, line_errors, summed
from funding.states import Channel


class RoundFinal(DomainError):
    """The period's books are closed: its figures are no longer taken or corrected."""

    code = "round_final"


class AlreadyDeclared(DomainError):
    """There is a declaration for this period; a correction must say that it is one."""

    code = "already_declared"


class NothingToCorrect(DomainError):
    code = "nothing_to_correct"


class LessFounded(DomainError):
    """Certified or audited figures are not replaced by ones that are only declared."""

    code = "less_founded"


class NotLiable(DomainError):
    code = "not_liable"


class PaperIncomplete(DomainError):
    """An act on paper needs who signed and the date on the paper, not in the future."""

    code = "paper_incomplete"


class GradeNotYours(DomainError):
    """A member declares or estimates; certified and audited figures come with their paper."""

    code = "grade_not_yours"


FOUNDED = {Grade.ESTIMATED: 0, Grade.DECLARED: 1, Grade.CERTIFIED: 2, Grade.AUDITED: 3}
"""How well founded each grade is."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is declared: a member's figures for one period of a levy.

    `values`: by input name; plain numbers are in the input's own unit.
    `fiscal_year_ends_on`: exclusive; by default the year the levy's basis names, in the
    consortium's own fiscal year.
    `correction`: true to replace an earlier declaration by a new version.
    """

    levy: str
    period_starts_on: date
    values: Mapping[str, Declared]
    fiscal_year_ends_on: date | None = None
    grade: Grade = Grade.DECLARED
    source: str = ""
    correction: bool = False


@operation(allow={Role.SIGNATORY}, subject="member")
def declare(*, member: Member, figures: Figures, by: User | None, on: date) -> Declaration:
    """Declare a member's figures; the person who calls attests them.

    Figures that were assessed already are trued up by the next run. Raises RoundNotOpen,
    RoundFinal, AlreadyDeclared, NothingToCorrect, LessFounded, NotLiable, GradeNotYours,
    and what is wrong with the figures (Several of them at once).
    """
    if figures.grade not in (Grade.DECLARED, Grade.ESTIMATED):
        raise GradeNotYours(grade=figures.grade)
    declaration = write(member, figures, Declaration(channel=Channel.REST, attested_by=by), on)
    record(consortium=member.consortium, action="declare", by=by, on=on, subject=declaration)
    return declaration


@operation(allow={Role.FINANCE}, subject="member")
def enter_declaration(
    *,
    member: Member,
    figures: Figures,
    signed_by: str,
    paper_on: date | None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> Declaration:
    """Enter a declaration that a member made on paper, on its behalf.

    Raises PaperIncomplete and what `declare` raises.
    """
    if not signed_by.strip() or paper_on is None or paper_on > on:
        raise PaperIncomplete(paper_on=paper_on)
    if paper is not None and paper.consortium_id != member.consortium_id:
        raise ForeignDocument(name=paper.name)
    entered = Declaration(
        channel=Channel.PAPER,
        attested_by=by,
        signed_by=signed_by.strip(),
        paper_on=paper_on,
        paper=paper,
    )
    declaration = write(member, figures, entered, on)
    record(
        consortium=member.consortium, action="enter_declaration", by=by, on=on, subject=declaration
    )
    return declaration


@operation(allow=set(), subject="member")
def record_declaration(
    *, member: Member, figures: Figures, by: User | None, on: date
) -> Declaration:
    """Record published figures of the past, with their source; for replaying a case."""
    declaration = write(member, figures, Declaration(channel=Channel.RECORDED), on)
    record(
        consortium=member.consortium, action="record_declaration", by=by, on=on, subject=declaration
    )
    return declaration


def write(member: Member, figures: Figures, declaration: Declaration, on: date) -> Declaration:
    """Check figures and keep them as the member's next version."""
    due = governing(
        consortium=member.consortium,
        levy=figures.levy,
        period_starts_on=figures.period_starts_on,
    )
    refuse_untimely(member, due, figures, on)
    refuse_wrong(due, figures)
    lock(member, due)
    declaration.version = next_version(member, figures)
    declaration.consortium = member.consortium
    declaration.member = member
    declaration.levy = figures.levy
    declaration.period_starts_on = due.period.starts_on
    declaration.period_ends_on = due.period.end
    declaration.grade = figures.grade
    declaration.secret = due.levy.visibility == Visibility.SECRET
    declaration.fiscal_year_ends_on = (
        figures.fiscal_year_ends_on or basis_year(due.levy, due.period, year_of(member)).end
    )
    declaration.declared_on = on
    declaration.source = figures.source
    declaration.save(force_insert=True)
    DeclaredFigure.objects.bulk_create(
        row
        for name, value in sorted(figures.values.items())
        for row in rows_of(declaration, due.levy, name, value)
    )
    return declaration


def year_of(member: Member) -> MonthDay:
    """Return the first day of the consortium's fiscal year."""
    consortium = member.consortium
    return MonthDay(month=consortium.fiscal_year_month, day=consortium.fiscal_year_day)


def rows_of(
    declaration: Declaration, levy: Levy, name: str, value: Declared
) -> Iterator[DeclaredFigure]:
    """Yield the rows of one figure, unsaved: a line each, signed, or one; none undeclared."""
    row = partial(DeclaredFigure, declaration=declaration, input=name)
    match value:
        case None:
            return
        case Lines():
            unit = other_unit(levy, name, value.unit)
            for each in levy.inputs[name].lines:
                amount = each.signed(value.amounts[each.code])
                yield row(line=each.code, value=amount, unit=unit)
        case Foreign():
            yield row(value=value.amount, unit=other_unit(levy, name, value.unit))
        case bool():
            yield row(answer=value)
        case str():
            yield row(choice=value)
        case _:
            yield row(value=value)


def other_unit(levy: Levy, name: str, unit: str) -> str:
    """Return a currency as a figure keeps it: empty for the input's own."""
    return "" if unit == levy.unit_of(name) else unit


def lock(member: Member, due: Due) -> None:
    """Let nobody assess the round or declare for the member until this is done."""
    same = {"levy": due.levy.code, "starts_on": due.period.starts_on}
    list(Round.objects.select_for_update().filter(consortium=member.consortium, **same))
    Member.objects.select_for_update().get(pk=member.pk)


def refuse_untimely(member: Member, due: Due, figures: Figures, on: date) -> None:
    """Raise what speaks against figures for this member and period on this day."""
    schedule = due.schedule
    if on < schedule.opens_on:
        raise RoundNotOpen(levy=figures.levy, opens_on=schedule.opens_on)
    if schedule.final_on is not None and on >= schedule.final_on:
        values = {"levy": figures.levy, "period": figures.period_starts_on}
        raise RoundFinal(final_on=schedule.final_on, **values)
    if not liable(consortium=member.consortium, due=due).filter(pk=member.pk).exists():
        raise NotLiable(member=str(member), levy=figures.levy)


def refuse_wrong(due: Due, figures: Figures) -> None:
    """Raise what is wrong with the figures themselves, all of it at once."""
    inputs = due.levy.inputs
    errors: list[DomainError] = [
        error
        for name, value in figures.values.items()
        # What is only estimated may come in one piece.
        if name in inputs and (figures.grade != Grade.ESTIMATED or isinstance(value, Lines))
        for error in line_errors(name, inputs[name], value)
    ]
    if not errors:
        errors = list(input_errors(inputs, totals(due.levy, figures.values)))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def totals(levy: Levy, values: Mapping[str, Declared]) -> dict[str, Figure]:
    """Return figures in one piece each, in the input's own currency where that was named."""
    found: dict[str, Figure] = {}
    for name, value in values.items():
        total = summed(levy.inputs[name], value) if name in levy.inputs else value
        if isinstance(total, Foreign) and not other_unit(levy, name, total.unit):
            total = total.amount
        found[name] = total if not isinstance(total, Lines) else None
    return found


def next_version(member: Member, figures: Figures) -> int:
    """Return the version these figures become. Round and member must be locked.

    Whoever declares for the first time after an estimate corrects nothing of its own.
    """
    where = {
        "member": member,
        "levy": figures.levy,
        "period_starts_on": figures.period_starts_on,
    }
    last = Declaration.objects.filter(**where).order_by("-version").first()
    values = {"levy": figures.levy, "period": figures.period_starts_on}
    if last is None or last.channel == Channel.ESTIMATED:
        if figures.correction and last is None:
            raise NothingToCorrect(**values)
        return last.version + 1 if last else 1
    if not figures.correction:
        raise AlreadyDeclared(**values)
    if FOUNDED[Grade(last.grade)] > FOUNDED[figures.grade]:
        raise LessFounded(grade=last.grade, **values)
    return last.version + 1
