"""What the ground itself adds to its mechanisms."""

from consortium import registry
from consortium.contributions import ahead as ahead
from consortium.contributions import replaying as replaying
from consortium.contributions import reports as reports
from consortium.contributions.messages import MESSAGES
from consortium.registry import Check, DocketSource, Preview, Section
from consortium.reports import docket, leaving, verify
from consortium.rules.admission import AdmissionSection
from consortium.rules.governance import GovernanceSection
from consortium.rules.profile import ProfileSection

registry.sections.add(
    Section("profile", version=1, schema=ProfileSection),
    Section("admission", version=1, schema=AdmissionSection),
    Section("governance", version=1, schema=GovernanceSection),
)
registry.docket_sources.add(
    DocketSource("terms", docket.terms, docket.ending_terms),
    DocketSource("seats", docket.seats, docket.ending_seats),
    DocketSource("appointments", docket.appointments, docket.ending_appointments),
    DocketSource("goals", docket.goals, docket.due_goals),
    DocketSource("outbound", docket.outbound, docket.held_notices),
    DocketSource("parked", docket.parked, docket.parked_items),
)
registry.previews.add(Preview("seats", leaving.seats))
registry.checks.add(
    Check("audit_chain", verify.audit_chain),
    Check("charters", verify.charters),
    Check("documents", verify.documents),
)
registry.add_messages(MESSAGES)
