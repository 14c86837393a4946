"""Whom a member declares to compete with, so that neither judges the other's proposals."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Member, Organization, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.states import Role
from projects.models import Competitor


class OwnCompetitor(DomainError):
    code = "own_competitor"


class CompetitorDeclared(DomainError):
    """The declaration is in force already in part of this period."""

    code = "competitor_declared"


@operation(allow={Role.SIGNATORY, Role.PROJECTS}, subject="member")
def declare_competitor(
    *,
    member: Member,
    organization: Organization,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Competitor:
    """Declare an organization a competitor for a period; staff enter it on a member's behalf.

    Raises OwnCompetitor, CompetitorDeclared, EndsBeforeStart.
    """
    period = Period(starts_on, ends_on).checked()
    if organization.pk == member.organization_id:
        raise OwnCompetitor
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    same = Competitor.objects.filter(member=member, organization=organization)
    if any(each.period.overlaps(period) for each in same):
        raise CompetitorDeclared(organization=str(organization))
    declared = Competitor.objects.create(
        consortium=member.consortium,
        member=member,
        organization=organization,
        starts_on=starts_on,
        ends_on=ends_on,
        declared_by=by,
    )
    record(
        consortium=member.consortium, action="declare_competitor", by=by, on=on, subject=declared
    )
    return declared


@operation(allow={Role.SIGNATORY, Role.PROJECTS}, subject="member")
def end_competitor(
    *, member: Member, competitor: Competitor, ends_on: date, by: User | None, on: date
) -> Competitor:
    """End a member's declaration on a day (exclusive). Raises EndsBeforeStart.

    The member is named besides: `competitor.organization` is whom it fears.
    """
    Period(competitor.starts_on, ends_on).checked()
    rows = Competitor.objects.select_for_update(no_key=True)
    locked = rows.get(pk=competitor.pk, member=member)
    locked.ends_on = ends_on
    locked.save(update_fields=["ends_on"])
    record(consortium=locked.consortium, action="end_competitor", by=by, on=on, subject=locked)
    return locked
