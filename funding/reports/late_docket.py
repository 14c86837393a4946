"""What is due of late payers: levels to come, what was withheld, exits to decide."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from funding.models import ExitProposal, OpenItem
from funding.reports.enforcing import waiting

WEEK = timedelta(days=7)


def dunning(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Levels that charges reach within a week, to finance staff; exits, to who decides them."""
    if holds(user, consortium, on, Role.FINANCE):
        # The day after it is due a charge is only looked at for the first time.
        items = OpenItem.objects.filter(
            consortium=consortium, next_on__gt=on, next_on__lte=min(until, on + WEEK)
        ).exclude(next_on=F("charge__due_on") + timedelta(days=1))
        first = items.order_by("next_on").values_list("next_on", flat=True).first()
        if first is not None:
            yield DocketItem(
                "levels_to_come",
                first,
                {"count": items.count()},
                href=f"/admin/arrears/?consortium={consortium.slug}",
            )
    secretary = holds(user, consortium, on, Role.SECRETARY)
    if secretary and consortium.withheld_since is not None:
        found = waiting(consortium=consortium, on=on)
        if found:
            yield DocketItem(
                "withheld",
                consortium.withheld_since,
                {"count": len(found)},
                href=f"/admin/withheld/?consortium={consortium.slug}",
                mine=True,
            )
    proposals = ExitProposal.objects.visible_to(user, on).filter(
        consortium=consortium, decided_on=None
    )
    for proposal in proposals.select_related("member__organization").order_by("proposed_on", "pk"):
        yield DocketItem(
            "exit_to_decide",
            proposal.proposed_on,
            {"member": str(proposal.member)},
            member_uid=str(proposal.member.uid),
            href=f"/admin/funding/exitproposal/{proposal.pk}/change/"
            if secretary
            else f"/api/v1/exit-proposals/{proposal.uid}/",
            mine=secretary,
        )


def holds(user: Any, consortium: Consortium, on: date, role: Role) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles={role}, organization=None)
