"""What is wrong with a disclosure, before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from consortium.errors import DomainError
from consortium.models import Document, Member, Organization
from consortium.operations.documents import ForeignDocument
from consortium.operations.organizations import NoName
from funding.models import FundingInstrument
from ip.rules.choices import Confidentiality, ResultKind
from ip.rules.ownership import whole
from ip.rules.section import IPSection
from projects.models import Project
from projects.reports.plans import in_force, parsed

FINEST = 10**15
"""Parts with a greater denominator are refused: the table keeps 64 bits."""


class CompletedInFuture(DomainError):
    code = "result_completed_in_future"


class DisclosedBeforeComplete(DomainError):
    """A paper tells of a result before it was complete, or on a day yet to come."""

    code = "result_disclosed_wrong_day"


class BeforeProject(DomainError):
    """What was complete before the project began is background, no result of it."""

    code = "result_before_project"


class NotOwnWork(DomainError):
    """One discloses the results of one's own projects, or of work one has a part in."""

    code = "result_not_own_work"


class GeneratorElsewhere(DomainError):
    """Who does a project's work takes part in it."""

    code = "generator_not_participant"


class UnknownPackage(DomainError):
    """The project's plan in force has no such work package."""

    code = "result_package_unknown"


class UnknownTier(DomainError):
    """The charter sorts results into tiers, and this is none of them."""

    code = "result_tier_unknown"


class InventorWithoutEmployer(DomainError):
    """Nobody can be given an inventor's part who works for nobody named."""

    code = "inventor_without_employer"


class InventorTwice(DomainError):
    code = "inventor_twice"


class InstrumentElsewhere(DomainError):
    """The funding is another consortium's or project's, or it began after the work was done."""

    code = "instrument_elsewhere"


class AgreementPaperMissing(DomainError):
    """What was agreed on parts counts by its signed paper."""

    code = "agreement_paper_missing"


class PartTooFine(DomainError):
    """The part cannot be kept exactly."""

    code = "part_too_fine"


@dataclass(frozen=True)
class Invention:
    """A person who made a part of a result, and for whom that person works."""

    name: str
    employer: Organization | None
    part: Fraction


@dataclass(frozen=True)
class Disclosure:
    """What a result is, who made which part of it, and what paid for it.

    `contributions`: exact parts of the work by organization. `field`: of business, where
    the project recorded core businesses.
    """

    kind: ResultKind
    completed_on: date
    contributions: Mapping[Organization, Fraction]
    name_en: str = ""
    name_zh: str = ""
    summary: str = ""
    confidentiality: Confidentiality = Confidentiality.PROJECT
    tier: str = ""
    field: str = ""
    project: Project | None = None
    work_package: str = ""
    inventors: tuple[Invention, ...] = ()
    instruments: tuple[FundingInstrument, ...] = ()


@dataclass(frozen=True)
class Received:
    """What staff add who enter a disclosure from paper: its day, its scan, what was agreed.

    `agreed`: the owners' parts by a signed agreement, in place of the charter's rule.
    """

    disclosed_on: date
    paper: Document | None = None
    agreed: Mapping[Organization, Fraction] = field(default_factory=dict)


def refuse_unsound(member: Member, given: Disclosure, section: IPSection, on: date) -> None:
    """Raise the first thing that is wrong with a disclosure of a member's."""
    if not given.name_en and not given.name_zh:
        raise NoName
    if given.completed_on > on:
        raise CompletedInFuture(completed_on=given.completed_on)
    tiers = [each.code for each in section.tiers]
    if given.tier not in (tiers or [""]):
        raise UnknownTier(tier=given.tier, choices=tiers)
    refuse_unsound_parts(given)
    if given.project is None:
        refuse_work_package(given)
        if member.organization not in given.contributions:
            raise NotOwnWork(organization=str(member))
    else:
        refuse_another_project(member, given, given.project)
    for instrument in given.instruments:
        refuse_instrument(member, given, instrument)


def refuse_unsound_parts(given: Disclosure) -> None:
    """Raise unless the contributions, and the inventors' parts where named, come to 1."""
    refuse_parts(given.contributions, "contributions")
    for each in given.inventors:
        if each.employer is None:
            raise InventorWithoutEmployer(inventor=each.name)
    people = [(each.name, each.employer) for each in given.inventors]
    if len(set(people)) < len(people):
        raise InventorTwice(inventor=next(name for name, employer in people
                                          if people.count((name, employer)) > 1))  # fmt: skip
    if given.inventors:
        refuse_parts(dict(enumerate(each.part for each in given.inventors)), "inventors")


def refuse_parts[K](parts: Mapping[K, Fraction], path: str) -> None:
    """Raise unless parts are exact, each above 0, and come to 1; `path`: whose parts."""
    refuse_too_fine(parts.values())
    whole(parts, path)


def refuse_too_fine(parts: Iterable[Fraction]) -> None:
    for part in parts:
        if part.denominator > FINEST:
            raise PartTooFine(part=str(part))


def refuse_another_project(member: Member, given: Disclosure, project: Project) -> None:
    """Raise unless the member takes part in the project, and so does who did the work."""
    ever = project.projectparticipants.all()
    if not ever.filter(body=member.organization, consortium=member.consortium).exists():
        raise NotOwnWork(organization=str(member))
    if given.completed_on < project.starts_on:
        raise BeforeProject(completed_on=given.completed_on, starts_on=project.starts_on)
    bodies = set(ever.filter(starts_on__lte=given.completed_on).values_list("body", flat=True))
    for organization in given.contributions:
        if organization.pk not in bodies:
            raise GeneratorElsewhere(organization=str(organization), project=project.number)
    refuse_work_package(given)


def refuse_work_package(given: Disclosure) -> None:
    """Raise unless a named work package is one of the project's plan in force."""
    if not given.work_package:
        return
    plan = in_force(given.project) if given.project is not None else None
    codes = [each.code for each in parsed(plan).packages] if plan is not None else []
    if given.work_package not in codes:
        raise UnknownPackage(package=given.work_package, choices=codes)


def refuse_instrument(member: Member, given: Disclosure, instrument: FundingInstrument) -> None:
    elsewhere = (
        instrument.consortium_id != member.consortium_id
        or instrument.project_id not in (None, given.project and given.project.pk)
        or instrument.starts_on > given.completed_on
    )
    if elsewhere:
        raise InstrumentElsewhere(instrument=instrument.title)


def refuse_received(member: Member, given: Disclosure, received: Received, on: date) -> None:
    """Raise unless a paper's day is possible, its scan the consortium's, the parts whole."""
    if not given.completed_on <= received.disclosed_on <= on:
        raise DisclosedBeforeComplete(
            disclosed_on=received.disclosed_on, completed_on=given.completed_on
        )
    refuse_foreign_paper(member.consortium_id, received.paper)
    if received.agreed:
        refuse_parts(received.agreed, "agreed")
        if received.paper is None:
            raise AgreementPaperMissing


def refuse_foreign_paper(consortium: int, paper: Document | None) -> None:
    """Raise ForeignDocument where a scan was filed in another consortium."""
    if paper is not None and paper.consortium_id != consortium:
        raise ForeignDocument(name=paper.name)
