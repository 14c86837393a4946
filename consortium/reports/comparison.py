"""The table that compares consortia, from their charters and recorded facts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from consortium.models import Charter, Consortium
from consortium.rules.comparison import Change, Line, Phase, Subject, compare, diff
from consortium.rules.schema import Text

SECTION = "profile"


def subject(consortium: Consortium) -> Subject:
    """Return a consortium as the table sees it: its adopted charters and recorded facts."""
    charters = Charter.objects.adopted().filter(consortium=consortium).order_by("starts_on")
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
            for charter in charters.prefetch_related("sections")
            if SECTION in {section.code for section in charter.sections.all()}
        ),
        facts=tuple(fact.entry() for fact in consortium.facts.order_by("position")),
        disagreements=tuple(each.entry() for each in consortium.disagreements.order_by("position")),
    )


def table(*, consortia: Sequence[Consortium]) -> tuple[Line, ...]:
    """Return the rows of the comparison, with a cell for each consortium."""
    return compare([subject(each) for each in consortia])


def comparable(*, user: Any, on: date, slugs: Iterable[str] = ()) -> list[Consortium]:
    """Return the consortia a person may compare: the cases, then one's own, or those named."""
    seen = Consortium.objects.visible_to(user, on)
    if wanted := list(slugs):
        found = {each.slug: each for each in seen.filter(slug__in=wanted)}
        return [found[slug] for slug in wanted if slug in found]
    return list(seen.filter(is_reference=True).order_by("starts_on"))


def changes(charter: Charter) -> tuple[Change, ...]:
    """Return what a draft changes against the charter in force on its first day."""
    before = (
        Charter.objects.adopted()
        .on(charter.starts_on)
        .filter(consortium=charter.consortium)
        .exclude(pk=charter.pk)
        .first()
    )
    return diff(before.document() if before else None, charter.document())
