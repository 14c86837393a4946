"""What is due of late payers: levels to come, what was withheld, exits to decide."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, QuerySet

from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import list_of, told
from consortium.states import Role
from funding.models import DunningStep, ExitProposal, OpenItem
from funding.reports.docket import holds, is_finance
from funding.reports.enforcing import waiting

WEEK = timedelta(days=7)


def climbing(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[OpenItem]:
    """Return the late charges that reach a level within a week, for finance staff."""
    if not is_finance(user, consortium, on):
        return OpenItem.objects.none()
    rows = OpenItem.objects.filter(
        consortium=consortium, next_on__gt=on, next_on__lte=min(until, on + WEEK)
    )
    # The day after it is due a charge is only looked at for the first time.
    return rows.exclude(next_on=F("charge__due_on") + timedelta(days=1))


def levels(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Levels that charges reach within a week."""
    items = climbing(consortium=consortium, user=user, on=on, until=until)
    found = items.aggregate(count=Count("pk"), first=Min("next_on"))
    if found["count"]:
        yield DocketItem(
            "levels_to_come",
            found["first"],
            {"count": found["count"]},
            href=f"/admin/arrears/?consortium={consortium.slug}",
        )


def steps(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[DunningStep]:
    """Return the steps taken, where some are withheld and the user is the one to release them."""
    if consortium.withheld_since is None or not holds(user, consortium, on, Role.SECRETARY):
        return DunningStep.objects.none()
    return DunningStep.objects.filter(consortium=consortium)


def withheld(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Steps that cannot be taken back and wait since an outage, to the secretary."""
    since = consortium.withheld_since
    if since is None or not holds(user, consortium, on, Role.SECRETARY):
        return
    if found := waiting(consortium=consortium, on=on):
        yield DocketItem(
            "withheld",
            since,
            {"count": len(found)},
            href=f"/admin/withheld/?consortium={consortium.slug}",
            mine=True,
        )


def proposals(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[ExitProposal]:
    """Return the exits nobody has decided on that a user may see."""
    rows = ExitProposal.objects.visible_to(user, on).filter(consortium=consortium, decided_on=None)
    return rows.select_related("member__organization").order_by("proposed_on", "pk")


def exits(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Exits over arrears, to who decides them."""
    secretary = holds(user, consortium, on, Role.SECRETARY)

    def item(proposal: ExitProposal) -> DocketItem:
        return DocketItem(
            "exit_to_decide",
            proposal.proposed_on,
            {"member": str(proposal.member)},
            member_uid=str(proposal.member.uid),
            href=f"/admin/funding/exitproposal/{proposal.pk}/change/"
            if secretary
            else f"/api/v1/exit-proposals/{proposal.uid}/",
            mine=secretary,
        )

    rows = proposals(consortium=consortium, user=user, on=on, until=until)
    return told(rows, item, href=list_of(ExitProposal, consortium) if secretary else "")
