"""What becomes of each result when the consortium ends: who owns it, and who succeeds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, Q

from consortium.models import Consortium, Member, Organization
from consortium.registry import PreviewLine
from ip.models import Licence, OwnershipShare, Result
from ip.reports.charters import section_of
from ip.rules.choices import Owner
from ip.rules.clauses import Ownership
from ip.rules.leaving import heirs
from ip.rules.section import IPSection

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """A result's owners on the last day, and what of the association's passes to whom.

    `stays`: the association's part that nobody succeeds to; it needs an agreement.
    """

    result: Result
    owners: dict[Organization, Fraction]
    passes: dict[Organization, Fraction]
    stays: Fraction = Fraction(0)


def association_of(consortium: Consortium) -> Organization | None:
    """Return the organization that holds what belongs to the association."""
    return consortium.liable_unit or consortium.host_unit


def end_of(consortium: Consortium, on: date) -> date:
    """Return the day from which the consortium is no more, or would be if it ended today."""
    return consortium.ends_on or on


def with_owners(results: Iterable[Result], day: date) -> list[Result]:
    """Return results with their owners of the day before, in a fixed number of queries."""
    held = OwnershipShare.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lt=day)
    shares = held.select_related("owner").order_by("pk")
    rows = Result.objects.filter(pk__in=[each.pk for each in results])
    return list(
        rows.select_related("consortium__liable_unit", "consortium__host_unit", "charter")
        .prefetch_related("charter__sections", Prefetch("shares", shares, to_attr="last_owned"))
        .order_by("number", "pk")
    )


def endings(consortium: Consortium, results: Iterable[Result], day: date) -> Iterator[Ending]:
    """Yield what becomes of results of a consortium that ends on a day.

    Where the association is itself a member, what a rule gave it for its own work is its
    own and stays.
    """
    association, host = association_of(consortium), consortium.host_unit
    members = Member.objects.filter(consortium=consortium).on(day - DAY)
    last = [each.organization for each in members.select_related("organization").order_by("pk")]
    heads = [each for each in last if each != association]
    for result in with_owners(results, day):
        section = section_of(result.charter)
        rows: list[OwnershipShare] = result.last_owned  # type: ignore[attr-defined]
        owners = {each.owner: each.part for each in rows}
        others = {owner: part for owner, part in owners.items() if owner != association}
        part = owners.get(association, Fraction(0)) if association else Fraction(0)
        if association in last and any(
            each.owner == association and is_own_work(each, section) for each in rows
        ):
            part = Fraction(0)
        passes = heirs(
            section.leaving.succession,
            part,
            others=others,
            members=heads,
            host=host if host != association else None,
        )
        passing = passes if part else {}
        yield Ending(result, owners, passing, part if not passing else Fraction(0))


def is_own_work(share: OwnershipShare, section: IPSection) -> bool:
    """Say whether a rule gave a share to who did the work, not to the association as such."""
    rule = dict(section.clauses()).get(share.path)
    return isinstance(rule, Ownership) and rule.owner != Owner.ASSOCIATION


def succession(
    *, consortium: Consortium, user: Any, ends_on: date, on: date
) -> Iterator[PreviewLine]:
    """Yield of how many results the association's part passes or stays, and what goes on."""
    seen = Result.objects.visible_to(user, on).filter(consortium=consortium)
    held = seen.filter(shares__in=OwnershipShare.objects.on(ends_on - DAY).filter(
        owner=association_of(consortium)
    ))  # fmt: skip
    passes = stays = 0
    for each in endings(consortium, held, ends_on):
        passes, stays = passes + bool(each.passes), stays + bool(each.stays)
    licences = Licence.objects.visible_to(user, on).granted().filter(result__in=seen)
    going_on = sum(1 for each in licences if each.term.contains(ends_on))
    for code, count in (
        ("ending_results_pass", passes),
        ("ending_results_stay", stays),
        ("ending_licences", going_on),
    ):
        if count:
            yield PreviewLine(code, {"count": count})
