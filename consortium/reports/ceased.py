"""Organizations that are no more: since when, and who succeeds each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from consortium import registry
from consortium.models import Cessation, Consortium, MembershipTerm, Organization
from consortium.registry import PreviewLine
from consortium.rules.choices import Left


@dataclass(frozen=True)
class Ceased:
    """An organization that is no more from a day on; `successor`: None where nobody is named."""

    organization: Organization
    ceased_on: date
    successor: Organization | None = None


def ceased(consortium: Consortium, on: date) -> list[Ceased]:
    """Return who has ceased by a day: recorded, or known from how its membership ended."""
    rows = Cessation.objects.filter(consortium=consortium)
    found = [
        Ceased(each.organization, each.ceased_on, each.successor)
        for each in rows.filter(ceased_on__lte=on).select_related("organization", "successor")
    ]
    terms = MembershipTerm.objects.filter(member=OuterRef("member"))
    back = terms.filter(starts_on__gte=OuterRef("ends_on"))
    ended = MembershipTerm.objects.filter(
        ~Exists(back), member__consortium=consortium, left=Left.CEASED, ends_on__lte=on
    ).exclude(member__organization__in=rows.values("organization"))
    found += [
        Ceased(each.member.organization, each.ends_on)
        for each in ended.select_related("member__organization")
        if each.ends_on is not None
    ]
    return sorted(found, key=lambda each: (each.ceased_on, each.organization.pk))


def ceasing(
    *,
    consortium: Consortium,
    organization: Organization,
    successor: Organization | None,
    user: Any,
    ceased_on: date,
    on: date,
) -> Iterator[PreviewLine]:
    """Yield what an organization's end leads to, as far as the user may see it."""
    here = {"organization": organization, "successor": successor}
    terms = MembershipTerm.objects.on(ceased_on).filter(
        member__consortium=consortium, member__organization=organization
    )
    if terms.exists():
        yield PreviewLine("ceasing_membership", {"ends_on": ceased_on})
    for source in registry.ceasings.all():
        yield from source.lines(
            consortium=consortium, **here, user=user, ceased_on=ceased_on, on=on
        )
