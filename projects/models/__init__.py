"""The tables of calls, proposals and projects."""

from projects.models.attachments import Attachment
from projects.models.calls import Call, CallChange, Question
from projects.models.due import Deliverable, Milestone, ProgressReport, Risk
from projects.models.execution import (
    OfProject,
    OfProjectQuerySet,
    Plan,
    Project,
    ProjectEvent,
    ProjectParticipant,
)
from projects.models.people import Facility, Secondment
from projects.models.proposals import (
    SPEAKERS,
    BudgetLine,
    Participant,
    Proposal,
    ProposalVersion,
)
from projects.models.screening import Competitor, Consensus, Decision, Review, ReviewAssignment

__all__ = [
    "SPEAKERS",
    "Attachment",
    "BudgetLine",
    "Call",
    "CallChange",
    "Competitor",
    "Consensus",
    "Decision",
    "Deliverable",
    "Facility",
    "Milestone",
    "OfProject",
    "OfProjectQuerySet",
    "Participant",
    "Plan",
    "ProgressReport",
    "Project",
    "ProjectEvent",
    "ProjectParticipant",
    "Proposal",
    "ProposalVersion",
    "Question",
    "Review",
    "ReviewAssignment",
    "Risk",
    "Secondment",
]
