"""Organizations that are no more, and who succeeds them."""

from datetime import date
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Cessation, Consortium, MembershipTerm, Organization, User
from consortium.operations.audit import record
from consortium.rules.choices import Left
from consortium.states import Role


class AlreadyCeased(DomainError):
    """Its end is recorded here; only a successor can still be named."""

    code = "already_ceased"


class CeasedUnexplained(DomainError):
    """Say what shows it, such as the register's entry."""

    code = "ceased_unexplained"


class CeasedMemberLater(DomainError):
    """It is a member from that day or a later one on; end that first."""

    code = "ceased_member_later"


class SucceedsItself(DomainError):
    code = "succeeds_itself"


class SuccessorCeased(DomainError):
    """Who succeeds is there on that day."""

    code = "successor_ceased"


class AlreadySucceeded(DomainError):
    code = "already_succeeded"


@operation(allow={Role.SECRETARY})
def record_cessation(
    *,
    consortium: Consortium,
    organization: Organization,
    ceased_on: date,
    evidence: str,
    successor: Organization | None = None,
    by: User | None,
    on: date,
) -> Cessation:
    """Record that an organization is no more from a day on, which ends its membership.

    What it owned passes to the successor on that day, by the sweeps. Raises AlreadyCeased,
    CeasedUnexplained, CeasedMemberLater, SucceedsItself, SuccessorCeased.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    if not evidence.strip():
        raise CeasedUnexplained
    known = Cessation.objects.filter(consortium=consortium, organization=organization).first()
    if known is not None:
        raise AlreadyCeased(organization=str(organization), ceased_on=known.ceased_on)
    refuse_successor(consortium, organization, successor, ceased_on)
    ended = end_term(consortium, organization, ceased_on)
    cessation = Cessation.objects.create(
        consortium=consortium,
        organization=organization,
        ceased_on=ceased_on,
        successor=successor,
        evidence=evidence.strip(),
    )
    said = {"ceased_on": ceased_on.isoformat(), "terms": ended}
    if successor is not None:
        said["successor"] = str(successor.uid)
    act: dict[str, Any] = {"action": "record_cessation", "by": by, "on": on, **said}
    record(consortium=consortium, subject=cessation, **act)
    return cessation


@operation(allow={Role.SECRETARY, Role.IP}, subject="cessation")
def name_successor(
    *, cessation: Cessation, successor: Organization, by: User | None, on: date
) -> Cessation:
    """Say later who succeeds; what is still there of it passes from the day it ceased.

    Raises AlreadySucceeded, SucceedsItself, SuccessorCeased.
    """
    consortium = Consortium.objects.select_for_update(no_key=True).get(pk=cessation.consortium_id)
    cessation = Cessation.objects.select_related("organization", "successor").get(pk=cessation.pk)
    if cessation.successor is not None:
        raise AlreadySucceeded(successor=str(cessation.successor))
    refuse_successor(consortium, cessation.organization, successor, cessation.ceased_on)
    cessation.successor = successor
    cessation.save(update_fields=["successor"])
    record(
        consortium=consortium,
        action="name_successor",
        by=by,
        on=on,
        subject=cessation,
        successor=str(successor.uid),
    )
    return cessation


def refuse_successor(
    consortium: Consortium, organization: Organization, successor: Organization | None, day: date
) -> None:
    """Raise SucceedsItself, or SuccessorCeased where it was gone by the day."""
    if successor is None:
        return
    if successor == organization:
        raise SucceedsItself(organization=str(organization))
    gone = Cessation.objects.filter(consortium=consortium, organization=successor)
    if gone.filter(ceased_on__lte=day).exists():
        raise SuccessorCeased(organization=str(successor), on=day)


def end_term(consortium: Consortium, organization: Organization, day: date) -> int:
    """End the membership of who has ceased; returns how many terms. Raises CeasedMemberLater."""
    terms = MembershipTerm.objects.filter(
        member__consortium=consortium, member__organization=organization
    )
    later = terms.filter(starts_on__gte=day).order_by("starts_on").first()
    if later is not None:
        raise CeasedMemberLater(organization=str(organization), starts_on=later.starts_on)
    return terms.on(day).update(ends_on=day, left=Left.CEASED, told_on=None)
