"""Under which rules a call is screened: its own, or else its charter's."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from consortium.rules.schema import Text
from projects.models import Call, Proposal, ProposalVersion
from projects.rules.eligibility import MEMBERS_ONLY, ONLY_MEMBERS
from projects.rules.section import Criterion, ProjectsSection, Requirement

SECTION = "projects"


def section_of(call: Call) -> ProjectsSection:
    """Return the projects section of the charter a call was opened under."""
    prefetch_related_objects([call.charter], "sections")
    section: ProjectsSection = call.charter.rules(SECTION)
    return section


def criteria_of(call: Call) -> Sequence[Criterion]:
    return call.rules().under(section_of(call)).criteria


def requirements_of(call: Call) -> Sequence[Requirement]:
    """Return what the charter requires, then what the call adds."""
    return call.rules().under(section_of(call)).requirements


def rule_label(call: Call, code: str) -> Text:
    """Return what a rule of eligibility is called."""
    if code == MEMBERS_ONLY:
        return ONLY_MEMBERS
    return next(each.label for each in requirements_of(call) if each.code == code)


def stage_of(proposal: Proposal) -> int:
    return 2 if proposal.invited_on else 1


def closing(call: Call, stage: int) -> datetime:
    """Return the moment from which nothing more is submitted in a stage."""
    return call.ends_at if stage == 2 and call.ends_at else call.closes_at


def closing_day(call: Call, stage: int) -> date:
    """Return the day a stage closes, where the consortium is."""
    return closing(call, stage).astimezone(ZoneInfo(call.consortium.time_zone)).date()


def judged_on(call: Call, stage: int, on: date) -> date:
    """Return the day all proposals of a stage are judged by: its closing, or today before it."""
    return min(closing_day(call, stage), on)


def screened(call: Call, stage: int) -> QuerySet[Proposal]:
    """Return the proposals that are screened in a stage."""
    return screened_in([call], stage)


def screened_in(calls: Iterable[Call], stage: int) -> QuerySet[Proposal]:
    """Return the proposals of some calls that are screened in a stage."""
    rows = Proposal.objects.filter(call__in=calls, submitted=True, withdrawn_at=None)
    if stage == 1:
        return rows
    second = ProposalVersion.objects.filter(
        proposal=OuterRef("pk"), stage=stage, submitted_at__isnull=False
    )
    return rows.filter(Exists(second), invited_on__isnull=False)
