"""The tables of the ground: people, organizations, consortia, charters, records."""

from consortium.models.audit import AuditEvent, AuditHead, canonical, digest, encode, sha256
from consortium.models.charters import Charter, CharterSection, NoCharterInForce, NoSuchSection
from consortium.models.consortia import Consortium, Goal
from consortium.models.facts import Disagreement, Fact
from consortium.models.members import Member, MembershipTerm, Suspension
from consortium.models.notices import Notice
from consortium.models.organizations import Cessation, Control, Organization
from consortium.models.paper_acts import PaperAct
from consortium.models.records import Counter, Document, ParkedItem, RequestKey
from consortium.models.reports import Report, ReportEdition, ReportSchedule
from consortium.models.seats import Seat
from consortium.models.users import Appointment, User

__all__ = [
    "Appointment",
    "AuditEvent",
    "AuditHead",
    "Cessation",
    "Charter",
    "CharterSection",
    "Consortium",
    "Control",
    "Counter",
    "Disagreement",
    "Document",
    "Fact",
    "Goal",
    "Member",
    "MembershipTerm",
    "NoCharterInForce",
    "NoSuchSection",
    "Notice",
    "Organization",
    "PaperAct",
    "ParkedItem",
    "Report",
    "ReportEdition",
    "ReportSchedule",
    "RequestKey",
    "Seat",
    "Suspension",
    "User",
    "canonical",
    "digest",
    "encode",
    "sha256",
]
