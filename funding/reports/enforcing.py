"""What levels do beyond their letters: what still waits, and what keeps a right suspended."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from consortium.models import Charter, Consortium, Suspension
from consortium.models.base import among
from funding.models import DunningStep, Enforcement, ExitProposal
from funding.reports.holds import collection, holds, owing, planned, rules_of
from funding.reports.open_items import open_amounts
from funding.rules.collection import DunningLevel
from funding.rules.ladder import free_on

ARREARS = "arrears"
"""The cause of suspensions that late charges bring, and that end with them."""

EXIT = "exit"
DAY = timedelta(days=1)


def suspends(right: str) -> str:
    """Return the effect that suspends a right."""
    return f"suspend_{right}"


def effects(level: DunningLevel) -> list[str]:
    found = [suspends(right.value) for right in level.suspends]
    return [*found, EXIT] if level.exit else found


@dataclass(frozen=True)
class Waiting:
    """An effect of a step that has not happened.

    `called_for`: whether its charge is still open; `held`: by a block, a plan, an announced
    payment, so that it goes on waiting; `free_on`: until when, None where that has no end.
    """

    step: DunningStep
    level: DunningLevel
    effect: str
    called_for: bool = True
    held: bool = False
    free_on: date | None = None

    @property
    def code(self) -> str:
        return f"{self.step.uid} {self.effect}"


def waiting(*, consortium: Consortium, on: date) -> list[Waiting]:
    """Return what waits to be done, exits last, as it stands on a day. Constant queries."""
    grave = irreversible(consortium)
    if not grave:
        return []
    found = list(undone(consortium, grave, on))
    charges = owing({each.step.charge_id for each in found})
    rules = rules_of({each.charter for each in charges})
    keys = [each.pk for each in charges]
    amounts, held_by = open_amounts(keys, on=on), holds(charges, rules)
    free = {key: free_on(None, held_by.get(key, ()), on) for key in keys}
    return [
        replace(
            each,
            called_for=amounts.get(each.step.charge_id, 0) > 0,
            held=free[each.step.charge_id] != on,
            free_on=free[each.step.charge_id],
        )
        for each in found
    ]


def levels(consortium: Consortium) -> dict[tuple[int, str], DunningLevel]:
    """Return the levels of a consortium by charter and code, earlier charters first."""
    charters = Charter.objects.adopted().filter(consortium=consortium).order_by("starts_on")
    return {
        (charter.pk, level.code): level
        for charter in charters.prefetch_related("sections")
        for level in collection(charter).ladder
    }


def irreversible(consortium: Consortium) -> dict[tuple[int, str], DunningLevel]:
    """Return the levels that do more than write."""
    return {key: level for key, level in levels(consortium).items() if level.irreversible}


def undone(
    consortium: Consortium, grave: dict[tuple[int, str], DunningLevel], on: date
) -> Iterator[Waiting]:
    """Yield the effects of steps taken up to a day that are not enforced. One query an effect."""
    by_effect: dict[str, set[str]] = defaultdict(set)
    for (_charter, code), level in grave.items():
        for effect in effects(level):
            by_effect[effect].add(code)
    related = ("charge__assessment", "member__organization", "member__consortium")
    for effect, codes in sorted(by_effect.items(), key=lambda found: found[0] == EXIT):
        done = Enforcement.objects.filter(step=OuterRef("pk"), effect=effect)
        steps = DunningStep.objects.filter(
            ~Exists(done), consortium=consortium, on__lte=on, level__in=codes
        )
        for step in steps.select_related(*related).order_by("on", "pk"):
            found = grave.get((step.charge.assessment.charter_id, step.level))
            if found is not None and effect in effects(found):
                yield Waiting(step, found, effect)


def to_reinstate(
    *, consortium: Consortium, on: date, members: Collection[int] | None = None
) -> list[Suspension]:
    """Return the suspensions over arrears that nothing open calls for any more. Constant queries.

    Only those that a level brought; what staff suspended by hand, staff give back.
    """
    given_back = Q(ends_on__lte=on + DAY)
    rows = Suspension.objects.on(on).filter(
        ~given_back, member__consortium=consortium, cause=ARREARS
    )
    if members is not None:
        rows = rows.filter(member__in=members)
    suspended = list(rows.select_related("member__consortium", "member__organization"))
    brought = enforced({each.member_id for each in suspended}, on)
    return [
        each for each in suspended if brought.get((each.member_id, suspends(each.right))) is False
    ]


def to_settle(*, consortium: Consortium, on: date) -> list[ExitProposal]:
    """Return the open exit proposals of members who owe nothing that calls for one any more."""
    rows = ExitProposal.objects.filter(consortium=consortium, decided_on=None)
    proposals = list(rows.select_related("member__consortium", "step"))
    brought = enforced({each.member_id for each in proposals}, on)
    return [each for each in proposals if brought.get((each.member_id, EXIT)) is False]


def enforced(members: Collection[int], on: date) -> dict[tuple[int, str], bool]:
    """Return, for each effect that hit a member, whether something still calls for it on a day.

    A charge calls for it while it is open, unless a payment plan that is kept covers it.
    """
    if not members:
        return {}
    rows = Enforcement.objects.filter(
        dropped=False, member__in=among(members), on__lte=on
    ).values_list("member", "effect", "step__charge")
    charges = {charge for _member, _effect, charge in rows}
    covered = {charge for charge, period in planned(charges) if period.contains(on)}
    calling = open_amounts(charges, on=on).keys() - covered
    found: dict[tuple[int, str], bool] = defaultdict(bool)
    for member, effect, charge in rows:
        found[member, effect] |= charge in calling
    return dict(found)
