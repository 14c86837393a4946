"""Why a request is for less than the dues, or for another charge: one sentence."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from consortium import words
from funding.models import Assessment, Charge, OpeningItem
from funding.rules.dues import DuesSection
from funding.words import label


class Parts:
    """What is asked of the database about some charges, once for all of them."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        anew = [each.assessment for each in charges if each.assessment.version > 1]
        earlier = Assessment.objects.filter(
            consortium__in={each.consortium_id for each in anew},
            member__in={each.member_id for each in anew},
            levy__in={each.levy for each in anew},
        )
        self.versions = {(*about(each), each.version): each for each in earlier} if anew else {}
        late = {each.assessment.subject for each in charges if each.assessment.subject}
        self.late = {each.uid: each for each in Charge.objects.filter(uid__in=late)} if late else {}
        brought = OpeningItem.objects.filter(uid__in=late)
        self.brought = {each.uid: each for each in brought} if late else {}

    def said(self, charge: Charge, section: DuesSection | None) -> str:
        """Return the sentence, in the language of the moment; empty for the dues in full."""
        assessment = charge.assessment
        former = self.brought.get(assessment.subject) if assessment.subject else None
        if former is not None:
            said = {"number": former.number, "issued": words.day(former.issued_on)}
            return _("It is what was open of number %(number)s, issued on %(issued)s.") % said
        late = self.late.get(assessment.subject) if assessment.subject else None
        if late is not None:
            values = {"number": late.number, "due": words.day(late.due_on)}
            return _("It is charged because charge %(number)s, due on %(due)s, is late.") % values
        before = self.versions.get((*about(assessment), assessment.version - 1))
        if before is not None:
            values = {"now": amount(assessment, section), "before": amount(before, section)}
            template = _(
                "The dues now come to %(now)s; %(before)s was charged before; this request is"
                " for the difference."
            )
            return template % values
        count = len(assessment.charges.all())
        if count < 2:
            return ""
        values = {"number": str(charge.instalment), "count": str(count)}
        return _("This is instalment %(number)s of %(count)s; in all %(amount)s are due.") % {
            **values, "amount": amount(assessment, section)}  # fmt: skip


def about(assessment: Assessment) -> tuple[Any, ...]:
    """Return what the versions of an assessment have in common."""
    each = assessment
    return each.member_id, each.levy, each.subject, each.period_starts_on


def amount(row: Any, section: DuesSection | None) -> str:
    """Return an amount with its currency's code, or with the in-kind unit's own name."""
    in_kind = section.units.get(row.unit) if section else None
    if in_kind is None:
        return words.amount(row.amount, row.unit)
    return f"{words.amount(row.amount)} {label(in_kind)}"
