"""Projects begin: from a granted proposal or without a call, and their contract is signed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.periods import Period, add_months
from consortium.rules.schema import SHARE_DECIMALS, plain
from consortium.states import Role
from projects.models import BudgetLine, Decision, Project, ProjectParticipant, Proposal
from projects.operations.deadlines import TOLD, schedule
from projects.rules.call import CallTerms
from projects.rules.choices import Part
from projects.rules.section import ProjectsSection
from projects.states import Outcome


class NotGranted(DomainError):
    """Not every authority the charter names has granted the proposal."""

    code = "proposal_not_granted"


class AlreadyStarted(DomainError):
    code = "already_started"


class DurationMissing(DomainError):
    """The proposal says no months, so the last day has to be given."""

    code = "project_duration_missing"


class SharesDiffer(DomainError):
    """Shares of the work or of the cost do not come to 1."""

    code = "project_shares_differ"


class ShareWrong(DomainError):
    """A share lies between 0 and 1 and has at most six decimals, as it is kept."""

    code = "project_share_wrong"


class LeadMissing(DomainError):
    """Exactly one participant leads, and it is the lead member."""

    code = "project_lead_missing"


class AlreadySigned(DomainError):
    code = "already_signed"


class SignedInFuture(DomainError):
    code = "signed_in_future"


@dataclass(frozen=True)
class Taking:
    """An organization that takes part, with its exact shares of work and cost."""

    organization: Organization
    part: Part
    work_share: Decimal
    cost_share: Decimal


@dataclass(frozen=True)
class Opening:
    """What a new project is: names, period, participants, and money in its unit."""

    lead: Member
    taking: Sequence[Taking]
    starts_on: date
    ends_on: date
    name_en: str = ""
    name_zh: str = ""
    theme: str = ""
    budget: Decimal | None = None
    unit: str = ""


@operation(allow={Role.PROJECTS}, subject="proposal")
def start_project(
    *,
    proposal: Proposal,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Project:
    """Make a project of a granted proposal: its last version's participants, shares, budget.

    From the day given or today, for the proposal's months unless an end is given. Raises
    NotGranted, AlreadyStarted, DurationMissing, NoSuchSection.
    """
    return begin(proposal, starts_on=starts_on or on, ends_on=ends_on, by=by, on=on)


def begin(
    proposal: Proposal, *, starts_on: date, ends_on: date | None = None, by: User | None, on: date
) -> Project:
    """Make a project of a granted proposal, whoever recorded the last decision on it."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if Project.objects.filter(proposal=proposal).exists():
        raise AlreadyStarted(proposal=proposal.number)
    decisions = granted(proposal)
    version = proposal.versions.filter(submitted_at__isnull=False).order_by("-version")[0]
    if ends_on is None and version.months is None:
        raise DurationMissing(proposal=proposal.number)
    taking = [
        Taking(each.organization, Part(each.part), each.work_share, each.cost_share)
        for each in version.participants.select_related("organization").order_by("pk")
    ]
    chinese = proposal.consortium.language.startswith("zh")
    opening = Opening(
        lead=proposal.lead,
        taking=taking,
        starts_on=starts_on,
        ends_on=ends_on or add_months(starts_on, version.months or 0),
        theme=version.theme,
        budget=amount_of(decisions, proposal, version.pk),
        unit=proposal.call.unit,
        **{"name_zh" if chinese else "name_en": version.title},
    )
    return write_project(proposal.consortium, opening, proposal, decisions[-1].on, by, on)


@operation(allow={Role.PROJECTS})
def open_project(*, consortium: Consortium, opening: Opening, by: User | None, on: date) -> Project:
    """Start a project that no call led to. Raises LeadMissing, SharesDiffer, NoSuchSection."""
    return write_project(consortium, opening, None, on, by, on)


def granted(proposal: Proposal) -> list[Decision]:
    """Return the decisions that grant a proposal, in order. Raises NotGranted."""
    rules: ProjectsSection = proposal.call.charter.rules("projects")
    stage = CallTerms.model_validate(proposal.call.terms).stages
    grants = Decision.objects.filter(proposal=proposal, stage=stage, outcome=Outcome.GRANTED)
    decisions = list(grants.order_by("on", "pk"))
    wanted = Counter(each.authority.value for each in rules.decisions)
    lacking = wanted - Counter(each.authority for each in decisions)
    if lacking or proposal.withdrawn_at is not None:
        raise NotGranted(proposal=proposal.number, authorities=list(lacking))
    return decisions


def amount_of(decisions: Iterable[Decision], proposal: Proposal, version: int) -> Decimal | None:
    """Return the least any authority granted, or what was asked for where none says."""
    amounts = [each.amount for each in decisions if each.amount is not None]
    if amounts:
        return min(amounts)
    lines = BudgetLine.objects.filter(participant__version=version)
    asked = sum((line.amount for line in lines), start=Decimal(0))
    return asked or None


def write_project(
    consortium: Consortium,
    opening: Opening,
    proposal: Proposal | None,
    decided_on: date,
    by: User | None,
    on: date,
) -> Project:
    """Write a project with its participants, and tell them by when the contract is signed."""
    period = Period(opening.starts_on, opening.ends_on).checked()
    refuse_wrong_shares(opening)
    charter = Charter.objects.in_force(consortium=consortium, on=decided_on)
    rules: ProjectsSection = charter.rules("projects")
    (number,) = take_numbers(consortium=consortium, kind="project", on=on)
    weeks = rules.contract_weeks
    project = Project(
        consortium=consortium,
        proposal=proposal,
        charter=charter,
        number=f"P-{fiscal_year(consortium, on)}-{number:04d}",
        name_en=opening.name_en,
        name_zh=opening.name_zh,
        theme=opening.theme,
        lead=opening.lead,
        starts_on=period.starts_on,
        ends_on=period.end,
        budget=opening.budget,
        unit=opening.unit or consortium.currency,
        decided_on=decided_on,
        contract_due_on=on + timedelta(weeks=weeks) if weeks else None,
        created_by=by,
    )
    schedule(project, on=on)
    project.save(force_insert=True)
    ProjectParticipant.objects.bulk_create(participants(project, opening.taking))
    tell_participants(project, opening.taking, on)
    record(consortium=consortium, action="start_project", by=by, on=on, subject=project)
    return project


def participants(project: Project, taking: Iterable[Taking]) -> list[ProjectParticipant]:
    members = {
        each.organization_id: each for each in Member.objects.filter(consortium=project.consortium)
    }
    return [
        ProjectParticipant(
            consortium=project.consortium,
            project=project,
            starts_on=project.starts_on,
            part=each.part.value,
            body=each.organization,
            member=members.get(each.organization.pk),
            work_share=each.work_share,
            cost_share=each.cost_share,
        )
        for each in taking
    ]


def refuse_wrong_shares(opening: Opening) -> None:
    """Raise unless one participant leads and the shares come to 1 exactly."""
    leads = [each.organization.pk for each in opening.taking if each.part == Part.LEAD]
    if leads != [opening.lead.organization_id]:
        raise LeadMissing(lead=str(opening.lead))
    for name in ("work_share", "cost_share"):
        given = [getattr(each, name) for each in opening.taking]
        for share in given:
            if not 0 <= share <= 1 or round(share, SHARE_DECIMALS) != share:
                raise ShareWrong(field=name, share=plain(share))
        total = sum(given, start=Decimal(0))
        if total != 1:
            raise SharesDiffer(field=name, total=str(total))


def tell_participants(project: Project, taking: Iterable[Taking], on: date) -> None:
    people = [
        person
        for each in taking
        for person in appointed(
            consortium=project.consortium, on=on, roles=TOLD, organization=each.organization
        )
    ]
    due_on = project.contract_due_on
    notify(
        consortium=project.consortium,
        to=people,
        code="project_started",
        on=on,
        about=str(project.uid),
        project=project.number,
        due_on=due_on.isoformat() if due_on else "—",
    )


@operation(allow={Role.PROJECTS, Role.SIGNATORY}, subject="participant", on_behalf=False)
def sign_contract(
    *,
    participant: ProjectParticipant,
    signatory: str,
    signed_on: date | None = None,
    contract: Document | None = None,
    by: User | None,
    on: date,
) -> ProjectParticipant:
    """Note that a participant has signed; staff enter paper with its date and scan.

    Once all have signed the project runs. Raises AlreadySigned, SignedInFuture,
    ForeignDocument.
    """
    project = Project.objects.select_for_update(of=("self",)).get(pk=participant.project_id)
    participant = project.projectparticipants.select_related("body", "consortium").get(
        pk=participant.pk
    )
    day = signed_on or on
    if participant.signed_on is not None:
        raise AlreadySigned(who=str(participant), signed_on=participant.signed_on)
    if day > on:
        raise SignedInFuture(signed_on=day)
    if contract is not None and contract.consortium_id != project.consortium_id:
        raise ForeignDocument(name=contract.name)
    participant.signed_on, participant.signatory = day, signatory
    participant.contract = contract
    participant.save(update_fields=["signed_on", "signatory", "contract"])
    if not project.projectparticipants.filter(signed_on=None).exists():
        project.contract_next_on = None
        project.save(update_fields=["contract_next_on"])
    record(consortium=project.consortium, action="sign_contract", by=by, on=on, subject=participant)
    return participant
