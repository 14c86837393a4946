"""Appointing people, as staff or on behalf of an organization."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Appointment, Consortium, Member, Organization, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.states import DESK_ROLES, MEMBER_ROLES, Role


class ForeignOrganization(DomainError):
    """The organization is no member of this consortium."""

    code = "foreign_organization"


class OrganizationMissing(DomainError):
    """This role is held on behalf of a member organization."""

    code = "organization_missing"


class OrganizationNotAllowed(DomainError):
    """This role is the consortium's own staff."""

    code = "organization_not_allowed"


class OwnAppointment(DomainError):
    """Nobody widens their own rights; another secretary or an administrator appoints."""

    code = "own_appointment"


class AlreadyAppointed(DomainError):
    code = "already_appointed"


@operation(allow={Role.SECRETARY})
def appoint(
    *,
    consortium: Consortium,
    user: User,
    role: Role,
    organization: Organization | None = None,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Appointment:
    """Appoint a person to a role for a period.

    Raises OwnAppointment, ForeignOrganization, OrganizationMissing,
    OrganizationNotAllowed, AlreadyAppointed.
    """
    period = Period(starts_on, ends_on).checked()
    if by is not None and by.pk == user.pk and not by.is_superuser:
        raise OwnAppointment(person=str(user))
    refuse_wrong_party(consortium, role, organization)
    User.objects.select_for_update().get(pk=user.pk)
    same = Appointment.objects.filter(
        user=user, consortium=consortium, role=role, organization=organization
    )
    if any(other.period.overlaps(period) for other in same):
        raise AlreadyAppointed(person=str(user), role=role)
    appointment = Appointment.objects.create(
        user=user,
        consortium=consortium,
        role=role,
        organization=organization,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if role in DESK_ROLES and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    record(consortium=consortium, action="appoint", by=by, on=on, subject=appointment)
    return appointment


def refuse_wrong_party(
    consortium: Consortium, role: Role, organization: Organization | None
) -> None:
    """Raise when the role and the organization do not go together."""
    if role not in MEMBER_ROLES:
        if organization is not None:
            raise OrganizationNotAllowed(role=role)
        return
    if organization is None:
        raise OrganizationMissing(role=role)
    if not Member.objects.filter(consortium=consortium, organization=organization).exists():
        raise ForeignOrganization(organization=str(organization), consortium=consortium.slug)


@operation(allow={Role.SECRETARY}, subject="appointment")
def end_appointment(
    *, appointment: Appointment, ends_on: date, by: User | None, on: date
) -> Appointment:
    """End an appointment; its rights are gone from that day on. Raises AlreadyEnded."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    appointment.ends_on = appointment.period.ended(ends_on).ends_on
    appointment.save(update_fields=["ends_on"])
    record(
        consortium=appointment.consortium,
        action="end_appointment",
        by=by,
        on=on,
        subject=appointment,
    )
    return appointment
