"""What members bring in and keep out; core businesses within a project."""

from dataclasses import dataclass
from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import Background, CoreBusiness
from ip.operations.soundness import GeneratorElsewhere, refuse_foreign_paper
from ip.operations.telling import TOLD
from ip.rules.choices import Listing, ResultKind
from ip.rules.section import Background as Rules
from projects.models import Project

MINE = {Role.IP, Role.SIGNATORY, Role.TECHNICAL_CONTACT}


class ExclusionNeedless(DomainError):
    """Only what is listed counts as background; what is not listed is kept out anyway."""

    code = "exclusion_needless"


class BackgroundAddOnly(DomainError):
    """The charter lets background only grow: nothing listed ends, nothing is kept out later."""

    code = "background_add_only"


class NoApprovalNeeded(DomainError):
    """The charter names no body that approves background."""

    code = "background_needs_no_approval"


class AlreadyApproved(DomainError):
    code = "background_already_approved"


class ApprovedOutside(DomainError):
    code = "background_approved_outside"


@dataclass(frozen=True)
class Brought:
    """What a member brings in, or keeps out: for one project, or for all of them."""

    title: str
    kind: ResultKind
    project: Project | None = None
    excluded: bool = False
    reference: str = ""
    description: str = ""
    limits: str = ""
    starts_on: date | None = None
    paper: Document | None = None


@operation(allow=MINE, subject="member")
def add_background(*, member: Member, brought: Brought, by: User | None, on: date) -> Background:
    """List what a member brings in, or keeps out; it waits where a body must approve it.

    Raises ExclusionNeedless, BackgroundAddOnly, GeneratorElsewhere, ForeignDocument,
    NoCharterInForce, NoSuchSection.
    """
    starts_on = brought.starts_on or on
    rules = rules_on(member, starts_on)
    refuse_outsider(member.organization, brought.project, member)
    refuse_foreign_paper(member.consortium_id, brought.paper)
    if brought.excluded:
        refuse_exclusion(rules, brought, starts_on)
    row = Background.objects.create(
        consortium=member.consortium,
        member=member,
        project=brought.project,
        title=brought.title,
        kind=brought.kind,
        reference=brought.reference,
        description=brought.description,
        limits=brought.limits,
        excluded=brought.excluded,
        starts_on=starts_on,
        paper=brought.paper,
    )
    if rules.approved_by is not None:
        tell(row, [Role.IP], "background_waits", on)
    record(consortium=row.consortium, action="add_background", by=by, on=on, subject=row)
    return row


@operation(allow={Role.IP}, subject="background")
def approve_background(
    *,
    background: Background,
    approved_on: date | None = None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> Background:
    """Enter that the body the charter names agreed to what a member brings in or keeps out.

    Raises NoApprovalNeeded, AlreadyApproved, ApprovedOutside, ForeignDocument.
    """
    row = Background.objects.select_for_update(of=("self",)).get(pk=background.pk)
    day = approved_on or on
    refuse_foreign_paper(row.consortium_id, paper)
    if rules_on(row.member, row.starts_on).approved_by is None:
        raise NoApprovalNeeded
    if row.approved_on is not None:
        raise AlreadyApproved(approved_on=row.approved_on)
    if day > on:
        raise ApprovedOutside(day=day)
    row.approved_on, row.approved_by, row.paper = day, by, paper or row.paper
    row.save(update_fields=["approved_on", "approved_by", "paper"])
    tell(row, TOLD, "background_approved", on)
    record(consortium=row.consortium, action="approve_background", by=by, on=on, subject=row)
    return row


@operation(allow={Role.IP, Role.SIGNATORY}, subject="background")
def end_background(
    *, background: Background, ends_on: date, by: User | None, on: date
) -> Background:
    """Let an entry end on a day (exclusive); under an add-only rule, an exclusion at most.

    Raises BackgroundAddOnly, AlreadyEnded, EndsBeforeStart.
    """
    row = Background.objects.select_for_update(of=("self",)).get(pk=background.pk)
    if rules_on(row.member, row.starts_on).add_only and not row.excluded:
        raise BackgroundAddOnly(title=row.title)
    row.ends_on = row.period.ended(ends_on).ends_on
    row.save(update_fields=["ends_on"])
    record(consortium=row.consortium, action="end_background", by=by, on=on, subject=row)
    return row


@operation(allow={Role.IP, Role.PROJECTS}, subject="project")
def record_core_business(
    *, project: Project, field: str, organization: Organization, by: User | None, on: date
) -> CoreBusiness:
    """Record whose core business a field is in a project; results disclosed later follow it.

    Raises GeneratorElsewhere.
    """
    member = project.lead
    refuse_outsider(organization, project, member)
    row, _created = CoreBusiness.objects.update_or_create(
        project=project,
        field=field,
        defaults={"consortium": project.consortium, "body": organization, "recorded_by": by},
    )
    record(consortium=project.consortium, action="record_core_business", by=by, on=on, subject=row)
    return row


def rules_on(member: Member, day: date) -> Rules:
    """Return what the charter of a day says of background. Raises NoCharterInForce."""
    charter = Charter.objects.in_force(consortium=member.consortium, on=day)
    rules: Rules = charter.rules("ip").background
    return rules


def refuse_outsider(organization: Organization, project: Project | None, member: Member) -> None:
    """Raise unless a project is the consortium's and the organization takes part in it."""
    if project is None:
        return
    here = project.projectparticipants.filter(body=organization, consortium=member.consortium_id)
    if not here.exists():
        raise GeneratorElsewhere(organization=str(organization), project=project.number)


def refuse_exclusion(rules: Rules, brought: Brought, starts_on: date) -> None:
    """Raise where keeping out says nothing, or would take away what was there."""
    if rules.listing == Listing.LISTED:
        raise ExclusionNeedless
    began = brought.project is not None and brought.project.starts_on < starts_on
    if rules.add_only and began and rules.approved_by is None:
        raise BackgroundAddOnly(title=brought.title)


def tell(row: Background, roles: tuple[Role, ...] | list[Role], code: str, on: date) -> None:
    people = appointed(
        consortium=row.consortium,
        on=on,
        roles=roles,
        organization=row.organization if roles == TOLD else None,
    )
    notify(
        consortium=row.consortium,
        to=people,
        code=code,
        on=on,
        about=f"{row.uid}:{row.starts_on.isoformat()}",
        member=str(row.member),
    )
