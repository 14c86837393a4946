"""The end of a consortium."""

from datetime import date

from django.db.models import Q

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, MembershipTerm, User
from consortium.operations.audit import record
from consortium.operations.seats import vacate
from consortium.states import Role


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
    said again with another one. The last day before it is the last that is swept. Raises
    ConsortiumOver, EndsTooSoon, MembersJoinLater, EndUnexplained.
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
