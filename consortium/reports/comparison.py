"""The table that compares consortia, from their charters and recorded facts."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.translation import get_language

from consortium import access
from consortium.models import Charter, Consortium, Disagreement, Fact
from consortium.periods import Period
from consortium.rules.choices import Row
from consortium.rules.comparison import Cell, Change, Line, Phase, Subject, compare, diff
from consortium.rules.schema import Text
from consortium.states import INITIATORS, LEGAL_FORMS, ROWS, STAGES, STRUCTURES

SECTION = "profile"

CHOICES = {
    Row.LEGAL_FORM: LEGAL_FORMS,
    Row.STAGE: STAGES,
    Row.STRUCTURE: STRUCTURES,
    Row.INITIATOR: INITIATORS,
}

PHASES = Prefetch(
    "charters",
    Charter.objects.adopted().order_by("starts_on").prefetch_related("sections"),
    to_attr="phases",
)
FACTS = Prefetch("facts", Fact.objects.order_by("position"), to_attr="recorded")
DISAGREEMENTS = Prefetch(
    "disagreements", Disagreement.objects.order_by("position"), to_attr="disputed"
)


def table(*, consortia: Sequence[Consortium]) -> tuple[Line, ...]:
    """Return the rows of the comparison, with a cell for each consortium."""
    return compare(subjects(consortia))


def subjects(consortia: Sequence[Consortium]) -> list[Subject]:
    """Return consortia as the table sees them; as many queries for one as for many."""
    prefetch_related_objects(list(consortia), PHASES, FACTS, DISAGREEMENTS)
    return [subject(each) for each in consortia]


def subject(consortium: Any) -> Subject:
    """Return a consortium that has been read with its phases and recorded facts."""
    return Subject(
        slug=consortium.slug,
        name=Text(en=consortium.name_en, zh=consortium.name_zh),
        period=consortium.period,
        phases=tuple(
            Phase(
                charter.code,
                Text(en=charter.name_en, zh=charter.name_zh),
                charter.period,
                charter.rules(SECTION),
            )
            for charter in consortium.phases
            if SECTION in {section.code for section in charter.sections.all()}
        ),
        facts=tuple(fact.entry() for fact in consortium.recorded),
        disagreements=tuple(each.entry() for each in consortium.disputed),
    )


ORDER = {slug: n for n, slug in enumerate(("sematech", "vlsi", "envib", "airbus", "tlpc"))}
"""The columns of table 1 of the source paper; other cases follow by their start."""


def comparable(*, user: Any, on: date, slugs: Iterable[str] = ()) -> list[Consortium]:
    """Return the consortia of a comparison: those named that a person may see, else the cases.

    Only whoever may read a consortium's charters may compare it.
    """
    read = access.in_consortium(user, on, at="pk") | Q(is_reference=True)
    seen = Consortium.objects.visible_to(user, on).filter(read)
    if wanted := list(slugs):
        found = {each.slug: each for each in seen.filter(slug__in=wanted)}
        return [found[slug] for slug in dict.fromkeys(wanted) if slug in found]
    return in_order(seen.filter(is_reference=True))


def in_order(cases: Iterable[Consortium]) -> list[Consortium]:
    """Return cases as table 1 has them, others after them by their first day."""
    return sorted(
        cases, key=lambda case: (ORDER.get(case.slug, len(ORDER)), case.starts_on, case.slug)
    )


def sheet(consortia: Iterable[Consortium], lines: Iterable[Line]) -> list[list[str]]:
    """Return the table as rows of texts in the reader's language."""
    labels = dict(ROWS)
    rows = [["", *(each.name for each in consortia)]]
    for line in lines:
        rows.append([str(labels[line.row]), *(said(line.row, cell) for cell in line.cells)])
    return rows


def said(row: Row, cell: Cell) -> str:
    """Return what a consortium says in a row, in the reader's language.

    Where no phase has words for it, the labels of the coded answers.
    """
    labels = dict(CHOICES.get(row, ()))
    return cell.text(get_language() or "en") or ", ".join(
        str(labels.get(choice, choice)) for choice in cell.choices
    )


def gaps(consortium: Consortium, governed: Iterable[Period]) -> list[Period]:
    """Return the days of a consortium's life in none of some periods that do not overlap."""
    found, day = [], consortium.starts_on
    end = consortium.ends_on
    for period in sorted(governed, key=lambda each: each.starts_on):
        if period.starts_on > day:
            found.append(Period(day, period.starts_on))
        if period.ends_on is None:
            return found
        day = max(day, period.ends_on)
    return found if end is not None and day >= end else [*found, Period(day, end)]


def changes(charter: Charter, against: Charter | None = None) -> tuple[Change, ...]:
    """Return what a charter changes against another one, or else against its predecessor."""
    before = against or predecessor(charter)
    return diff(before.document() if before else None, charter.document())


def predecessor(charter: Charter) -> Charter | None:
    """Return the adopted charter another one takes over from on its first day."""
    adopted = Charter.objects.adopted().filter(consortium=charter.consortium)
    others = adopted.exclude(pk=charter.pk).prefetch_related("sections")
    eve = charter.starts_on - timedelta(days=1)
    return others.on(charter.starts_on).first() or others.on(eve).first()
