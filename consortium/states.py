"""Closed choices with their labels in both languages, and the roles people hold."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.rules.choices import (
    Agreement,
    Basis,
    BodyKind,
    Confidence,
    FileFormat,
    Initiator,
    Left,
    LegalForm,
    Level,
    Matter,
    OrganizationKind,
    Rank,
    Rhythm,
    Row,
    SecondPerson,
    Stage,
    Structure,
    SuspendedRight,
)


class Role(TextChoices):
    """What a person is appointed to; the member roles are held for one organization."""

    SECRETARY = "secretary", pgettext_lazy("role", "Secretary")
    FINANCE = "finance", pgettext_lazy("role", "Finance")
    PROJECTS = "projects", pgettext_lazy("role", "Projects")
    IP = "ip", pgettext_lazy("role", "Intellectual property")
    READER = "reader", pgettext_lazy("role", "Reader")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    REVIEWER = "reviewer", pgettext_lazy("role", "Reviewer")
    ACCOUNTANT = "accountant", pgettext_lazy("role", "Accountant")
    FUNDER = "funder", pgettext_lazy("role", "Funder")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervising department")
    SIGNATORY = "signatory", pgettext_lazy("role", "Signatory")
    FINANCE_CONTACT = "finance_contact", pgettext_lazy("role", "Finance contact")
    TECHNICAL_CONTACT = "technical_contact", pgettext_lazy("role", "Technical contact")


MEMBER_ROLES = frozenset({Role.SIGNATORY, Role.FINANCE_CONTACT, Role.TECHNICAL_CONTACT})
STAFF_ROLES = frozenset(Role) - MEMBER_ROLES
OFFICE_ROLES = STAFF_ROLES - {Role.SUPERVISOR}
"""Staff of one consortium; the supervising department sees aggregates only."""
DESK_ROLES = frozenset(
    {Role.SECRETARY, Role.FINANCE, Role.PROJECTS, Role.IP, Role.READER, Role.AUDITOR}
)
"""Staff who work in the admin."""


SECOND_ROLES = frozenset(Role(person.value) for person in SecondPerson)
"""Staff whom a charter may name to confirm what another has proposed."""


class NoticeState(TextChoices):
    """Where a notice stands: waiting → sending → sent, or failed and tried again, or dropped."""

    WAITING = "waiting", pgettext_lazy("notice", "Waiting")
    SENDING = "sending", pgettext_lazy("notice", "Being sent")
    SENT = "sent", pgettext_lazy("notice", "Sent")
    FAILED = "failed", pgettext_lazy("notice", "Failed")
    DROPPED = "dropped", pgettext_lazy("notice", "Dropped")


def labelled(labels: Mapping[StrEnum, Any]) -> list[tuple[str, Any]]:
    """Return model choices from an enumeration's labels."""
    return [(value.value, label) for value, label in labels.items()]


ORGANIZATION_KINDS = labelled(
    {
        OrganizationKind.ENTERPRISE: _("Enterprise"),
        OrganizationKind.UNIVERSITY: _("University"),
        OrganizationKind.RESEARCH_INSTITUTE: _("Research institute"),
        OrganizationKind.INTERMEDIARY: _("Intermediary"),
        OrganizationKind.GOVERNMENT: _("Government body"),
        OrganizationKind.OTHER: _("Other body"),
    }
)
LEGAL_FORMS = labelled(
    {
        LegalForm.CONTRACT: _("Contract alliance"),
        LegalForm.ASSOCIATION: _("Non-profit association"),
        LegalForm.SOCIAL_ORGANIZATION: _("Registered social organization"),
        LegalForm.COMPANY: _("Company"),
        LegalForm.JOINT_VENTURE: _("Joint venture"),
        LegalForm.OTHER: _("Other form"),
    }
)
STAGES = labelled(
    {
        Stage.PRE_COMPETITIVE: _("Pre-competitive generic technology"),
        Stage.KEY_TECHNOLOGY: _("Key technologies along the chain"),
        Stage.MARKET_DRIVEN: _("Market-driven development and use"),
    }
)
STRUCTURES = labelled({Structure.HORIZONTAL: _("Horizontal"), Structure.VERTICAL: _("Vertical")})
INITIATORS = labelled(
    {
        Initiator.GOVERNMENT: pgettext_lazy("initiator", "Government"),
        Initiator.PROJECT: pgettext_lazy("initiator", "Project"),
        Initiator.ENTERPRISE: pgettext_lazy("initiator", "Enterprise"),
        Initiator.RESEARCH_INSTITUTE: pgettext_lazy("initiator", "Research institute"),
    }
)
BASES = labelled(
    {
        Basis.SEED: _("Source paper"),
        Basis.OTHER_SOURCE: _("Other source"),
        Basis.ASSUMPTION: _("Assumption"),
    }
)
ROWS = labelled(
    {
        Row.COUNTRY: pgettext_lazy("row", "Country or region"),
        Row.PERIOD: pgettext_lazy("row", "Period"),
        Row.GOAL: pgettext_lazy("row", "Goal"),
        Row.STAGE: pgettext_lazy("row", "Stage of cooperation"),
        Row.STRUCTURE: pgettext_lazy("row", "Structure"),
        Row.INITIATOR: pgettext_lazy("row", "Initiator and lead"),
        Row.MEMBERS: pgettext_lazy("row", "Members"),
        Row.LEGAL_FORM: pgettext_lazy("row", "Legal form"),
        Row.GOVERNANCE: pgettext_lazy("row", "Governance"),
        Row.MONEY: pgettext_lazy("row", "Money"),
        Row.RESEARCH: pgettext_lazy("row", "How research is done"),
        Row.GOVERNMENT: pgettext_lazy("row", "Government's role"),
        Row.RESULTS: pgettext_lazy("row", "Results and intellectual property"),
        Row.END: pgettext_lazy("row", "End"),
    }
)
LEVELS = labelled({Level.HARD: _("Refused"), Level.WARNING: _("Warning only")})
BODY_KINDS = labelled(
    {
        BodyKind.ASSEMBLY: pgettext_lazy("body", "Assembly"),
        BodyKind.BOARD: pgettext_lazy("body", "Board"),
        BodyKind.EXECUTIVE: pgettext_lazy("body", "Executive"),
        BodyKind.ADVISORY: pgettext_lazy("body", "Advisory body"),
        BodyKind.SECRETARIAT: pgettext_lazy("body", "Secretariat"),
    }
)
RANKS = labelled(
    {
        Rank.CHAIR: pgettext_lazy("rank", "Chair"),
        Rank.VICE_CHAIR: pgettext_lazy("rank", "Vice chair"),
        Rank.STANDING: pgettext_lazy("rank", "Standing member"),
        Rank.MEMBER: pgettext_lazy("rank", "Member"),
    }
)
"""What a member is on a body; which body, the charter says."""

MATTERS = labelled(
    {
        Matter.ADOPT_CHARTER: _("Adopt a charter"),
        Matter.ADMIT: _("Admit a member"),
        Matter.EXPEL: _("Expel a member"),
        Matter.APPROVE_WRITE_OFF: _("Approve a write-off"),
        Matter.CONFIRM_DUES: _("Confirm dues"),
    }
)
AGREEMENTS = labelled(
    {
        Agreement.YES: pgettext_lazy("agreement", "Agrees with the paper"),
        Agreement.PARTLY: pgettext_lazy("agreement", "Agrees in part"),
        Agreement.NO: pgettext_lazy("agreement", "Contradicts the paper"),
        Agreement.NOT_IN_PAPER: pgettext_lazy("agreement", "Not in the paper"),
        Agreement.PAPER_ONLY: pgettext_lazy("agreement", "In the paper only"),
        Agreement.NOT_CHECKED: pgettext_lazy("agreement", "Not checked"),
    }
)
CONFIDENCES = labelled(
    {
        Confidence.HIGH: pgettext_lazy("confidence", "High"),
        Confidence.MEDIUM: pgettext_lazy("confidence", "Medium"),
        Confidence.LOW: pgettext_lazy("confidence", "Low"),
        Confidence.CONTESTED: pgettext_lazy("confidence", "Contested"),
    }
)
RIGHTS = labelled(
    {
        SuspendedRight.VOTING: _("Voting"),
        SuspendedRight.PROPOSALS: _("Proposals"),
        SuspendedRight.ACCESS: _("New access to results"),
    }
)
LEFT = labelled(
    {
        Left.NOTICE: pgettext_lazy("left", "Gave notice"),
        Left.AGREEMENT: pgettext_lazy("left", "By agreement"),
        Left.WITHOUT_NOTICE: pgettext_lazy("left", "Without notice (in breach)"),
        Left.EXPELLED: pgettext_lazy("left", "Expelled (in breach)"),
        Left.CEASED: pgettext_lazy("left", "Ceased to exist"),
    }
)
"""How a membership ended."""

RHYTHMS = labelled(
    {
        Rhythm.MONTH: pgettext_lazy("rhythm", "Every month"),
        Rhythm.QUARTER: pgettext_lazy("rhythm", "Every quarter"),
        Rhythm.HALF_YEAR: pgettext_lazy("rhythm", "Every half-year"),
        Rhythm.YEAR: pgettext_lazy("rhythm", "Every year"),
    }
)
FILE_FORMATS = labelled(
    {
        FileFormat.PDF: "PDF",
        FileFormat.XLSX: pgettext_lazy("file", "Workbook (XLSX)"),
        FileFormat.CSV: pgettext_lazy("file", "Text table (CSV)"),
        FileFormat.JSON: "JSON",
    }
)

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
