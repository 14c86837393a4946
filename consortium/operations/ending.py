"""The end of a consortium."""

from datetime import date, timedelta

from django.db.models import Q

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, MembershipTerm, User
from consortium.operations.audit import record
from consortium.operations.notices import appointed, notify
from consortium.operations.seats import vacate
from consortium.states import Role

ASKERS = (Role.SIGNATORY, Role.FINANCE_CONTACT)
"""Of a member's people those who are told what its leaving leads to."""


class ConsortiumOver(DomainError):
    """It has ended; that is not moved any more."""

    code = "consortium_over"


class EndsTooSoon(DomainError):
    """A consortium ends on a day to come, after its first, that is not swept yet."""

    code = "consortium_ends_too_soon"


class MembersJoinLater(DomainError):
    """Terms begin on or after the end."""

    code = "members_join_later"


class EndUnexplained(DomainError):
    code = "consortium_end_unexplained"


@operation(allow={Role.SECRETARY})
def end_consortium(
    *, consortium: Consortium, ends_on: date, reason: str, by: User | None, on: date
) -> Consortium:
    """End a consortium, and with it all memberships, from a day on.

    `reason` names the resolution, or what else ended it. Until the day has come it may be
    said again with another one. The last day before it is the last that is swept. Every
    member's people are told, once for each day that is said. Raises ConsortiumOver,
    EndsTooSoon, MembersJoinLater, EndUnexplained.
    """
    consortium.refresh_from_db(from_queryset=Consortium.objects.select_for_update(no_key=True))
    before = consortium.ends_on
    if not reason.strip():
        raise EndUnexplained
    if before is not None and before <= on:
        raise ConsortiumOver(consortium=consortium.name, ends_on=before)
    if ends_on <= max(on, consortium.starts_on, consortium.advanced_to):
        raise EndsTooSoon(ends_on=ends_on)
    terms = MembershipTerm.objects.filter(member__consortium=consortium)
    if later := terms.filter(starts_on__gte=ends_on).count():
        raise MembersJoinLater(count=later, ends_on=ends_on)
    running = Q(ends_on=None) | Q(ends_on__gt=ends_on)
    # With the end move the terms that ended because of it, not who left on that day.
    moved = running if before is None else running | Q(ends_on=before, left="")
    ended = terms.filter(moved).update(ends_on=ends_on)
    vacate(consortium.members.values_list("pk", flat=True), ends_on)
    consortium.ends_on, consortium.end_reason = ends_on, reason.strip()
    consortium.save(update_fields=["ends_on", "end_reason"])
    tell_members(consortium, ends_on, on)
    record(
        consortium=consortium,
        action="end_consortium",
        by=by,
        on=on,
        subject=consortium,
        before=before.isoformat() if before else None,
        ends_on=ends_on.isoformat(),
        terms=ended,
    )
    return consortium


def tell_members(consortium: Consortium, ends_on: date, on: date) -> None:
    """Tell the people of who is a member to the last, with where they read what stays theirs."""
    last = MembershipTerm.objects.on(ends_on - timedelta(days=1))
    for member in Member.objects.filter(
        consortium=consortium, pk__in=last.values("member")
    ).select_related("organization"):
        here = f"/api/v1/members/{member.uid}/"
        leads_to = f"{here}ending/?ends_on={ends_on.isoformat()}"
        for roles, href in ((ASKERS, leads_to), ((Role.TECHNICAL_CONTACT,), here)):
            notify(
                consortium=consortium,
                to=appointed(
                    consortium=consortium, on=on, roles=roles, organization=member.organization
                ),
                code="consortium_ends",
                on=on,
                about=f"{member.uid}:{ends_on.isoformat()}",
                href=href,
                name={"en": consortium.name_en, "zh": consortium.name_zh},
                ends_on=ends_on.isoformat(),
            )
