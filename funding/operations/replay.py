"""Recorded events of a case, done again by the same operations."""

from consortium.models import Consortium, Member
from funding.models import Declaration
from funding.operations.declarations import Figures, record_declaration
from funding.rules.cases import DeclareEvent


def declare(
    *, consortium: Consortium, event: DeclareEvent, members: dict[str, Member]
) -> Declaration:
    """Declare what a member of a case declared, on the recorded day.

    `members`: by the organization's key in the case.
    """
    return record_declaration(
        member=members[event.member],
        figures=Figures(
            levy=event.levy,
            period_starts_on=event.period,
            values=event.figures,
            fiscal_year_ends_on=event.fiscal_year_ends_on,
            grade=event.grade,
            source=source(event, consortium),
        ),
        by=None,
        on=event.on,
    )


def source(event: DeclareEvent, consortium: Consortium) -> str:
    """Return where figures are from, and what the reader of them should know."""
    note = event.note.pick(consortium.language) if event.note else ""
    return ": ".join(part for part in (event.source, note) if part)
