"""Registering organizations and who controls them."""

from datetime import date
from decimal import Decimal

import stdnum.cn.uscc
from django.db import connection
from stdnum.exceptions import ValidationError as BadNumber

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Control, Organization, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.rules.standards import countries
from consortium.states import Role


class NoName(DomainError):
    code = "no_name"


class UnknownCountry(DomainError):
    code = "unknown_country"


class WrongRegistrationNumber(DomainError):
    """The number's own check digits say it was mistyped."""

    code = "wrong_registration_number"


class AlreadyRegistered(DomainError):
    code = "already_registered"


class ControlAboveWhole(DomainError):
    """All shares in an organization on one day would exceed 100%."""

    code = "control_above_whole"


class NotOurOrganization(DomainError):
    """Another consortium's secretariat looks after this organization's record."""

    code = "not_our_organization"


class ControlInCircle(DomainError):
    code = "control_in_circle"


class ControlOverlaps(DomainError):
    code = "control_overlaps"


def checked_registration(country: str, number: str) -> str:
    """Return a registration number in its compact form. Raises WrongRegistrationNumber.

    In China the unified social credit code with its check digit (GB 32100-2015);
    elsewhere any text, since registers differ.
    """
    number = number.strip()
    if not number or country != "CN":
        return number
    try:
        return str(stdnum.cn.uscc.validate(number))
    except BadNumber:
        raise WrongRegistrationNumber(number=number, country=country) from None


@operation(allow={Role.SECRETARY})
def register_organization(
    *,
    consortium: Consortium | None,
    name_en: str = "",
    name_zh: str = "",
    kind: str,
    country: str,
    registration_number: str = "",
    by: User | None,
    on: date,
) -> Organization:
    """Enter an organization, once per registration number.

    One that another consortium has entered is taken up as it is, so that an error
    does not tell who deals with whom. Raises AlreadyRegistered, NoName,
    UnknownCountry, WrongRegistrationNumber.
    """
    if not (name_en.strip() or name_zh.strip()):
        raise NoName()
    if country not in countries():
        raise UnknownCountry(country=country)
    number = checked_registration(country, registration_number)
    known = Organization.objects.filter(country=country, registration_number=number).first()
    if number and known is not None:
        return taken_up(known, consortium, by, on)
    organization = Organization.objects.create(
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
        kind=kind,
        country=country,
        registration_number=number,
        registered_by=consortium,
    )
    record(
        consortium=consortium, action="register_organization", by=by, on=on, subject=organization
    )
    return organization


def taken_up(
    organization: Organization, consortium: Consortium | None, by: User | None, on: date
) -> Organization:
    """Return an organization entered elsewhere, now known here too. Raises AlreadyRegistered."""
    here = {organization.registered_by_id, *organization.known_to.values_list("pk", flat=True)}
    if consortium is None or consortium.pk in here:
        raise AlreadyRegistered(number=organization.registration_number)
    organization.known_to.add(consortium)
    record(
        consortium=consortium, action="register_organization", by=by, on=on, subject=organization
    )
    return organization


@operation(allow={Role.SECRETARY})
def record_control(
    *,
    consortium: Consortium,
    organization: Organization,
    controller: Organization,
    share: Decimal,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Control:
    """Record that one organization holds a share of another for a period.

    `share`: 0 < share ≤ 1. Raises ControlAboveWhole, ControlInCircle, ControlOverlaps.
    """
    period = Period(starts_on, ends_on).checked()
    refuse_foreign(consortium, organization, by)
    if organization == controller:
        raise ControlInCircle(organization=str(organization))
    if not (share.is_finite() and 0 < share <= 1):
        raise ControlAboveWhole(total=str(share), organization=str(organization))
    lock_controls()
    others = [
        c for c in Control.objects.filter(organization=organization) if c.period.overlaps(period)
    ]
    if any(other.controller_id == controller.pk for other in others):
        raise ControlOverlaps(organization=str(organization), controller=str(controller))
    total = share + highest_total(others, period)
    if total > 1:
        raise ControlAboveWhole(total=str(total), organization=str(organization))
    refuse_circle(organization, controller, period)
    control = Control.objects.create(
        organization=organization,
        controller=controller,
        share=share,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(consortium=consortium, action="record_control", by=by, on=on, subject=control)
    return control


@operation(allow={Role.SECRETARY})
def end_control(
    *, consortium: Consortium, control: Control, ends_on: date, by: User | None, on: date
) -> Control:
    """End a control from a day on. Raises AlreadyEnded."""
    control = Control.objects.select_for_update().get(pk=control.pk)
    refuse_foreign(consortium, control.organization, by)
    control.ends_on = control.period.ended(ends_on).ends_on
    control.save(update_fields=["ends_on"])
    record(consortium=consortium, action="end_control", by=by, on=on, subject=control)
    return control


def refuse_foreign(consortium: Consortium, organization: Organization, by: User | None) -> None:
    """Raise NotOurOrganization unless it is a member here or was first entered here."""
    ours = organization.registered_by_id == consortium.pk
    if by is None or ours or consortium.members.filter(organization=organization).exists():
        return
    raise NotOurOrganization(organization=str(organization))


def lock_controls() -> None:
    """Let one transaction at a time change controls, since a circle may span many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('consortium.control'))")


def highest_total(controls: list[Control], period: Period) -> Decimal:
    """Return the largest sum of shares on any one day of a period; it can only rise at a start."""
    days = {max(control.starts_on, period.starts_on) for control in controls}
    sums = [sum((c.share for c in controls if c.period.contains(day)), Decimal(0)) for day in days]
    return max(sums, default=Decimal(0))


def refuse_circle(organization: Organization, controller: Organization, period: Period) -> None:
    """Raise ControlInCircle when the organization already controls its new controller.

    A circle counts only if one day lies in all its periods.
    """
    controls = list(Control.objects.all())
    open_ends = [(controller.pk, period)]
    while open_ends:
        held, during = open_ends.pop()
        if held == organization.pk:
            raise ControlInCircle(organization=str(organization), controller=str(controller))
        for control in controls:
            if control.organization_id == held and control.period.overlaps(during):
                open_ends.append((control.controller_id, control.period.common(during)))
