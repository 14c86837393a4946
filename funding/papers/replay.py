"""What dues came to in a case: the recorded figures, by the rule of their day."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from consortium import words
from consortium.registry import Answered
from consortium.rules.cases import CaseDocument
from consortium.rules.documents import CharterDocument
from funding.rules.cases import DeclareEvent
from funding.rules.dues import DuesSection
from funding.rules.engine import compute
from funding.words import explanation, label


def dues(case: CaseDocument, charter: CharterDocument) -> Iterator[Answered]:
    """Answer for every recorded declaration what the member owed, line by line."""
    section, period = charter.sections.get("dues"), charter.period()
    if not isinstance(section, DuesSection) or period is None:
        return
    names = {each.key: label(each.name) for each in case.organizations}
    paths = {levy.code: f"dues.levies[{index}]" for index, levy in enumerate(section.levies)}
    for event in case.events:
        if not isinstance(event, DeclareEvent) or not period.contains(event.period):
            continue
        levy = section.levy(event.levy)
        quote = compute(levy, event.figures)
        asked = {
            "member": names[event.member],
            "levy": label(levy.label),
            "from": words.day(event.period),
        }
        yield Answered(
            on=event.on,
            asked=_("%(member)s: %(levy)s from %(from)s?") % asked,
            said=words.amount(quote.amount, quote.unit),
            detail=tuple(each["label"] for each in explanation(quote.steps, levy)),
            clause=label(levy.label),
            path=paths[levy.code],
            recorded=label(event.note) if event.note else "",
            source=event.source,
        )
