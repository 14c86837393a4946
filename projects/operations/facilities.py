"""Places where research is done."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Organization, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.states import Role
from projects.models import Facility
from projects.states import FacilityKind


class WhoseMissing(DomainError):
    """Only a joint facility belongs to nobody alone."""

    code = "facility_whose_missing"


class FacilityInUse(DomainError):
    """Somebody is sent there for longer."""

    code = "facility_in_use"


@operation(allow={Role.PROJECTS})
def add_facility(
    *,
    consortium: Consortium,
    kind: FacilityKind,
    name_en: str = "",
    name_zh: str = "",
    organization: Organization | None = None,
    place: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Facility:
    """Add a place where research is done. Raises WhoseMissing."""
    Period(starts_on, ends_on).checked()
    if kind != FacilityKind.JOINT and organization is None:
        raise WhoseMissing(kind=FacilityKind(kind))
    facility = Facility.objects.create(
        consortium=consortium,
        kind=kind,
        name_en=name_en,
        name_zh=name_zh,
        organization=organization,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(consortium=consortium, action="add_facility", by=by, on=on, subject=facility)
    return facility


@operation(allow={Role.PROJECTS}, subject="facility")
def close_facility(*, facility: Facility, ends_on: date, by: User | None, on: date) -> Facility:
    """Close a facility from a day on. Raises AlreadyEnded, FacilityInUse."""
    facility = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    facility.ends_on = facility.period.ended(ends_on).ends_on
    longer = facility.secondments.filter(ends_on__gt=ends_on, handed_back_on=None)
    last = longer.order_by("-ends_on").first()
    if last is not None:
        raise FacilityInUse(person=last.person, ends_on=last.ends_on)
    facility.save(update_fields=["ends_on"])
    record(consortium=facility.consortium, action="close_facility", by=by, on=on, subject=facility)
    return facility
