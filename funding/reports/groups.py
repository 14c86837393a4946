"""Groups of members under one controller, for dues on the figures of a whole group."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from consortium.models import Control, Member
from funding.reports.entries import Entry
from funding.reports.rounds import Due

MAJORITY = Decimal("0.5")
"""Whoever holds more than this part of an organization controls it."""


def head_of(organization: int, controllers: dict[int, int]) -> int:
    """Return who stands at the top above an organization; a ring ends where it began."""
    seen = {organization}
    while (above := controllers.get(organization)) is not None and above not in seen:
        seen.add(above)
        organization = above
    return organization


def controllers_on(on: date) -> dict[int, int]:
    """Return each organization's majority holder on a day."""
    rows = Control.objects.on(on).filter(share__gt=MAJORITY)
    return dict(rows.values_list("organization_id", "controller_id"))


def heads(entries: list[Entry], due: Due) -> dict[int, list[str]]:
    """Return, by member, the other members of the consortium that belong to the same group."""
    controllers = controllers_on(due.period.starts_on)
    groups: dict[int, list[tuple[int, str]]] = defaultdict(list)
    members = Member.objects.filter(consortium=due.charter.consortium_id)
    for member in members.select_related("organization"):
        head = head_of(member.organization_id, controllers)
        groups[head].append((member.pk, str(member.organization)))
    wanted = {each.member for each in entries}
    return {
        pk: [name for other, name in group if other != pk]
        for group in groups.values()
        if len(group) > 1
        for pk, _ in group
        if pk in wanted
    }
