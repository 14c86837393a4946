"""Results are disclosed: numbered, owned by the charter's rule, kept to whom it promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consortium.access import operation
from consortium.models import Charter, Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.rules.choices import OrganizationKind
from consortium.states import Role
from funding.rules.choices import InstrumentKind
from ip.models import (
    Contribution,
    CoreBusiness,
    Inventor,
    OwnershipShare,
    Result,
    ResultFunding,
)
from ip.operations.exclusivity import promise
from ip.operations.soundness import Disclosure, Received, refuse_received, refuse_unsound
from ip.operations.telling import tell_owners, tell_staff
from ip.reports.exclusivity import work_of
from ip.rules.ownership import Inventor as Part
from ip.rules.ownership import Making, owned
from ip.rules.section import IPSection
from ip.states import Cause

DISCLOSERS = {Role.SIGNATORY, Role.TECHNICAL_CONTACT}


@dataclass(frozen=True)
class Ownership:
    """Each owner's part, by what, and the rule where it was one."""

    parts: Mapping[int, Fraction]
    cause: Cause
    path: str = ""
    deed: Document | None = None


@operation(allow=DISCLOSERS, subject="member")
def disclose(*, member: Member, disclosure: Disclosure, by: User | None, on: date) -> Result:
    """Disclose a result of a member's own project or work.

    The charter in force on the day it was complete says who owns it from then on and for
    how long it is exclusive. Raises what `refuse_unsound` does, NoCharterInForce,
    NoSuchSection, NoOwnershipRule.
    """
    return write_result(member, disclosure, Received(on), by, on)


@operation(allow={Role.IP}, subject="member", on_behalf=True)
def enter_disclosure(
    *, member: Member, disclosure: Disclosure, received: Received, by: User | None, on: date
) -> Result:
    """Enter a result that a member disclosed on paper, with what was agreed on its owners.

    Raises besides DisclosedBeforeComplete, ForeignDocument, AgreementPaperMissing.
    """
    refuse_received(member, disclosure, received, on)
    return write_result(member, disclosure, received, by, on)


def write_result(
    member: Member, given: Disclosure, received: Received, by: User | None, on: date
) -> Result:
    """Write a result with all that hangs from it, and tell its owners."""
    consortium = member.consortium
    charter = Charter.objects.in_force(consortium=consortium, on=given.completed_on)
    refuse_unsound(member, given, charter.rules("ip"), on)
    (number,) = take_numbers(consortium=consortium, kind="result", on=on)
    result = Result.objects.create(
        consortium=consortium,
        charter=charter,
        number=f"R-{fiscal_year(consortium, on)}-{number:04d}",
        kind=given.kind,
        tier=given.tier,
        field=given.field,
        confidentiality=given.confidentiality,
        name_en=given.name_en,
        name_zh=given.name_zh,
        summary=given.summary,
        project=given.project,
        work_package=given.work_package,
        completed_on=given.completed_on,
        disclosed_on=received.disclosed_on,
        disclosed_by=member.organization,
        paper=received.paper,
        recorded_by=by,
    )
    write_making(result, given)
    write_shares(result, ownership(result, given, received), given.completed_on)
    promise(result, on=on)
    tell_owners(result, "result_disclosed", on)
    tell_staff(result, "result_disclosed", on)
    record(consortium=consortium, action="disclose", by=by, on=on, subject=result)
    return result


def write_making(result: Result, given: Disclosure) -> None:
    Contribution.objects.bulk_create(
        Contribution(
            result=result,
            generator=organization,
            numerator=part.numerator,
            denominator=part.denominator,
        )
        for organization, part in given.contributions.items()
    )
    Inventor.objects.bulk_create(
        Inventor(
            result=result,
            name=each.name,
            employer=each.employer,
            numerator=each.part.numerator,
            denominator=each.part.denominator,
        )
        for each in given.inventors
    )
    ResultFunding.objects.bulk_create(
        ResultFunding(result=result, instrument=each) for each in given.instruments
    )


def write_shares(result: Result, ownership: Ownership, starts_on: date) -> None:
    OwnershipShare.objects.bulk_create(
        OwnershipShare(
            result=result,
            owner_id=owner,
            numerator=part.numerator,
            denominator=part.denominator,
            starts_on=starts_on,
            cause=ownership.cause,
            path=ownership.path,
            deed=ownership.deed,
        )
        for owner, part in ownership.parts.items()
    )


def ownership(result: Result, given: Disclosure, received: Received) -> Ownership:
    """Return who owns a result: as was agreed, or by the charter's rule."""
    if received.agreed:
        parts = {organization.pk: part for organization, part in received.agreed.items()}
        return Ownership(parts, Cause.AGREEMENT, deed=received.paper)
    section: IPSection = result.charter.rules("ip")
    found = owned(section, work_of(result), making(result, given))
    return Ownership(found.parts, Cause.RULE, found.path)


def making(result: Result, given: Disclosure) -> Making[int]:
    """Return how a result was made, by the keys of the organizations."""
    consortium, project = result.consortium, given.project
    association = consortium.liable_unit or consortium.host_unit
    lead = project.lead.organization if project is not None else consortium.lead
    paid = (each for each in given.instruments if each.kind == InstrumentKind.RESEARCH_CONTRACT)
    funder = next((each.funder for each in paid), None)
    core = CoreBusiness.objects.filter(project=project, field=given.field).select_related("body")
    business = next((each.body for each in core if given.field), None)
    people = [(each.employer, each.part) for each in given.inventors if each.employer is not None]
    known = [*given.contributions, *(employer for employer, _part in people)]
    known += [each for each in (association, lead, funder, business) if each is not None]
    return Making(
        contributions={each.pk: part for each, part in given.contributions.items()},
        kinds={each.pk: OrganizationKind(each.kind) for each in known},
        inventors=[Part(employer.pk, part) for employer, part in people],
        association=key(association),
        lead=key(lead),
        funder=key(funder),
        core_business=key(business),
    )


def key(organization: Organization | None) -> int | None:
    return organization.pk if organization is not None else None
