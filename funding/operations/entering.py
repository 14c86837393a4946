"""Entering many papers at once: one by one, all of them or none, or only as a trial."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.db import transaction

from consortium.access import in_one_transaction
from consortium.errors import DomainError
from consortium.models import Member, User
from funding.models import Declaration
from funding.operations.declarations import (
    AlreadyDeclared,
    Figures,
    enter_declaration,
    rows_of,
)
from funding.rules.dues import Levy
from funding.states import Channel


@dataclass(frozen=True)
class Paper:
    """What one paper says: whose figures, who signed them, and on which day."""

    member: Member
    figures: Figures
    signed_by: str
    paper_on: date | None


class Manner(Enum):
    """What becomes of the good ones where others are refused.

    EACH: they are kept; WHOLE: they are kept only if none is refused; TRIAL: nothing is.
    """

    EACH = "each"
    WHOLE = "whole"
    TRIAL = "trial"


@dataclass
class Entered:
    """What became of some papers, by their place: entered, known before, or why refused."""

    entered: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: dict[int, DomainError] = field(default_factory=dict)


def enter_papers(
    papers: Sequence[Paper], *, levy: Levy, manner: Manner, by: User, on: date
) -> Entered:
    """Enter papers, each by `enter_declaration`.

    One that was entered before word for word, such as by a form sent twice, is known
    and not refused.
    """
    if manner == Manner.EACH:
        return one_by_one(papers, levy, by, on)
    return in_one_transaction(lambda: together(papers, levy, manner, by, on))


def together(papers: Sequence[Paper], levy: Levy, manner: Manner, by: User, on: date) -> Entered:
    """Enter papers in the present transaction, and undo them where that is asked for."""
    with transaction.atomic():
        found = one_by_one(papers, levy, by, on)
        if manner == Manner.TRIAL or found.refused:
            transaction.set_rollback(True)
    return found


def one_by_one(papers: Sequence[Paper], levy: Levy, by: User, on: date) -> Entered:
    found = Entered()
    for place, each in enumerate(papers):
        try:
            enter_declaration(
                member=each.member,
                figures=each.figures,
                signed_by=each.signed_by,
                paper_on=each.paper_on,
                by=by,
                on=on,
            )
        except AlreadyDeclared as error:
            if is_known(each, levy):
                found.known.append(place)
            else:
                found.refused[place] = error
        except DomainError as error:
            found.refused[place] = error
        else:
            found.entered.append(place)
    return found


def is_known(paper: Paper, levy: Levy) -> bool:
    """Say whether the member's last declaration says just this, from the same paper."""
    last = (
        Declaration.objects.filter(
            member=paper.member,
            levy=paper.figures.levy,
            period_starts_on=paper.figures.period_starts_on,
        )
        .order_by("-version")
        .first()
    )
    if last is None or last.channel != Channel.PAPER:
        return False
    same = (last.signed_by, last.paper_on, last.grade) == (
        paper.signed_by.strip(),
        paper.paper_on,
        paper.figures.grade,
    )
    said = {
        (row.input, row.line, row.value, row.unit, row.choice, row.answer)
        for name, value in paper.figures.values.items()
        for row in rows_of(last, levy, name, value)
    }
    kept = last.figures.values_list("input", "line", "value", "unit", "choice", "answer")
    return same and said == set(kept)
