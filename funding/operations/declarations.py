"""Taking in the figures that dues are computed from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Document, Member, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.rules.schema import MonthDay
from consortium.states import Role
from funding.models import Assessment, Declaration, DeclaredFigure, Round
from funding.reports.rounds import Due, governing, liable
from funding.rules.calendar import basis_year
from funding.rules.choices import Grade, Visibility
from funding.rules.engine import input_errors
from funding.states import Channel


class RoundNotOpen(DomainError):
    """Figures for this period are not collected yet."""

    code = "round_not_open"


class AlreadyDeclared(DomainError):
    """There is a declaration for this period; a correction must say that it is one."""

    code = "already_declared"


class NothingToCorrect(DomainError):
    code = "nothing_to_correct"


class AlreadyAssessed(DomainError):
    """The dues for this period were assessed from the earlier figures."""

    code = "already_assessed"


class NotLiable(DomainError):
    code = "not_liable"


class PaperIncomplete(DomainError):
    """An act on paper needs who signed and the date on the paper, not in the future."""

    code = "paper_incomplete"


class GradeNotYours(DomainError):
    """A member declares or estimates; certified and audited figures come with their paper."""

    code = "grade_not_yours"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is declared: a member's figures for one period of a levy.

    `values`: by input name, in the input's unit. `fiscal_year_ends_on`: exclusive;
    by default the year the levy's basis names, in the consortium's own fiscal year.
    `correction`: true to replace an earlier declaration by a new version.
    """

    levy: str
    period_starts_on: date
    values: dict[str, Decimal]
    fiscal_year_ends_on: date | None = None
    grade: Grade = Grade.DECLARED
    source: str = ""
    correction: bool = False


@operation(allow={Role.SIGNATORY}, subject="member")
def declare(*, member: Member, figures: Figures, by: User | None, on: date) -> Declaration:
    """Declare a member's figures; the person who calls attests them.

    Raises RoundNotOpen, AlreadyDeclared, NothingToCorrect, AlreadyAssessed,
    NotLiable, and what the engine refuses (Several of them at once).
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
    refuse_unready(member, due, figures, on)
    lock(member, due)
    declaration.version = next_version(member, figures)
    declaration.consortium = member.consortium
    declaration.member = member
    declaration.levy = figures.levy
    declaration.period_starts_on = due.period.starts_on
    declaration.period_ends_on = due.period.end
    declaration.grade = figures.grade
    declaration.secret = due.levy.visibility == Visibility.SECRET
    starts = MonthDay(
        month=member.consortium.fiscal_year_month, day=member.consortium.fiscal_year_day
    )
    declaration.fiscal_year_ends_on = (
        figures.fiscal_year_ends_on or basis_year(due.levy, due.period, starts).end
    )
    declaration.declared_on = on
    declaration.source = figures.source
    declaration.save(force_insert=True)
    DeclaredFigure.objects.bulk_create(
        DeclaredFigure(declaration=declaration, input=name, value=value)
        for name, value in sorted(figures.values.items())
    )
    return declaration


def lock(member: Member, due: Due) -> None:
    """Let nobody assess the round or declare for the member until this is done."""
    same = {"levy": due.levy.code, "starts_on": due.period.starts_on}
    list(Round.objects.select_for_update().filter(consortium=member.consortium, **same))
    Member.objects.select_for_update().get(pk=member.pk)


def refuse_unready(member: Member, due: Due, figures: Figures, on: date) -> None:
    """Raise what speaks against the figures themselves."""
    if on < due.schedule.opens_on:
        raise RoundNotOpen(levy=figures.levy, opens_on=due.schedule.opens_on)
    if not liable(consortium=member.consortium, due=due).filter(pk=member.pk).exists():
        raise NotLiable(member=str(member), levy=figures.levy)
    errors = list(input_errors(due.levy, figures.values))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def next_version(member: Member, figures: Figures) -> int:
    """Return the version these figures become. Round and member must be locked."""
    where = {
        "member": member,
        "levy": figures.levy,
        "period_starts_on": figures.period_starts_on,
    }
    last = Declaration.objects.filter(**where).order_by("-version").first()
    values = {"levy": figures.levy, "period": figures.period_starts_on}
    if last is None:
        if figures.correction:
            raise NothingToCorrect(**values)
        return 1
    if not figures.correction:
        raise AlreadyDeclared(**values)
    if Assessment.objects.filter(**where).exists():
        raise AlreadyAssessed(**values)
    return last.version + 1
