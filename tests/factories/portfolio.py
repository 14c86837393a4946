"""The cast's projects: one of everything for some members, and every act on the newcomer's."""

from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Charter, Member
from consortium.operations.documents import file_document
from consortium.states import Role
from projects.models import (
    Call,
    Deliverable,
    Facility,
    Milestone,
    Plan,
    ProgressReport,
    Project,
    ProjectEvent,
    ProjectParticipant,
    Proposal,
    Risk,
    Secondment,
)
from projects.operations.people import Sending
from projects.operations.start import Opening, Taking
from projects.rules.choices import Part
from tests.cast import FOUNDED, TODAY, Cast

PDF = b"%PDF-1.4\n%%EOF\n"
END = date(2027, 1, 1)
STAFF = {Role.PROJECTS}
SENDERS = {Role.PROJECTS, Role.SECRETARY}
MINE = {Role.PROJECTS, Role.SIGNATORY, Role.TECHNICAL_CONTACT}

PROJECTS = {
    "projects": Project,
    "project-participants": ProjectParticipant,
    "project-events": ProjectEvent,
    "plans": Plan,
    "milestones": Milestone,
    "deliverables": Deliverable,
    "progress-reports": ProgressReport,
    "risks": Risk,
    "facilities": Facility,
    "secondments": Secondment,
}
"""Where REST lists them."""

EXECUTION_ACTS: dict[str, set[Role]] = {
    **{
        f"projects.{code}": STAFF
        for code in (
            "accept_deliverable", "accept_report", "add_facility", "close_facility",
            "close_project", "decide_plan", "open_project", "resume_project",
            "send_back_deliverable", "send_back_report", "start_project", "suspend_project",
            "terminate_project",
        )
    },
    **{f"projects.{code}": SENDERS for code in ("extend", "hand_back", "second")},
    **{
        f"projects.{code}": MINE
        for code in (
            "close_risk", "open_risk", "propose_plan", "reach_milestone", "revise_risk",
            "submit_deliverable", "submit_report",
        )
    },
    "projects.sign_contract": {Role.PROJECTS, Role.SIGNATORY},
}  # fmt: skip
"""Who may do what with projects, written a second time by hand."""

OF_ONE_PROJECT = set(EXECUTION_ACTS) - {"projects.open_project", "projects.add_facility"}

EXECUTION_LATER = {
    **dict.fromkeys(
        (
            "projects.extend", "projects.open_project", "projects.propose_plan",
            "projects.second", "projects.send_back_deliverable", "projects.send_back_report",
            "projects.start_project",
        ),
        "no_such_section",
    ),
    "projects.resume_project": "project_wrong_standing",
}  # fmt: skip
"""What those who may are told under the cast's charter, which has no section on projects."""


def portfolio(cast: Cast, *names: str) -> None:
    """Give each member a project of its own, with one row of everything."""
    for name in names:
        rows_of(cast.members[name])


def rows_of(member: Member) -> dict[str, Any]:
    here: dict[str, Any] = {"consortium": member.consortium}
    charter = Charter.objects.filter(consortium=member.consortium, adopted_on__isnull=False)[0]
    project = Project.objects.create(
        **here, charter=charter, number=f"P-{member.pk}", name_en=f"Project of {member}",
        lead=member, starts_on=FOUNDED, ends_on=END, unit="USD", decided_on=FOUNDED,
    )  # fmt: skip
    here["project"] = project
    item = {"title": "A title", "due_on": END}
    handed = {**item, "submitted_on": TODAY}
    participant = ProjectParticipant.objects.create(
        **here, body=member.organization, member=member, part="lead", work_share=1,
        cost_share=1, starts_on=FOUNDED,
    )  # fmt: skip
    ProjectEvent.objects.create(**here, kind="resumed", on=FOUNDED, reason="A reason")
    period = {"starts_on": FOUNDED, "ends_on": END}
    facility = Facility.objects.create(
        consortium=member.consortium, kind="joint", name_en="Lab", starts_on=FOUNDED
    )
    return {
        "project": project,
        "participant": participant,
        "plan": Plan.objects.create(**here, version=1, body={}, proposed_on=TODAY),
        "milestone": Milestone.objects.create(**here, code="m", **item),
        "deliverable": Deliverable.objects.create(**here, code="d", **item),
        "handed": Deliverable.objects.create(**here, code="h", **handed),
        "report": ProgressReport.objects.create(**here, code="r", **item, **period),
        "sent": ProgressReport.objects.create(**here, code="s", **handed, **period, final=True),
        "risk": Risk.objects.create(
            **here, title="A risk", likelihood=1, impact=1, opened_on=TODAY
        ),
        "facility": facility,
        "secondment": Secondment.objects.create(
            **here, home=member, person="Sato", facility=facility, pays="home",
            agreed_until=END, **period,
        ),
    }  # fmt: skip


def execution_arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return what each operation on the newcomer's project is called with."""
    member = cast.members["newcomer"]
    made = rows_of(member)
    return {**of_project(member, made), **of_items(member, made), **of_people(member, made)}


def of_project(member: Member, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    whole = [Taking(member.organization, Part.LEAD, Decimal(1), Decimal(1))]
    opening = Opening(lead=member, taking=whole, starts_on=TODAY, ends_on=END, name_en="New")
    project = {"project": made["project"]}
    reason = {**project, "reason": "A reason"}
    return {
        "projects.close_project": reason,
        "projects.decide_plan": {"plan": made["plan"], "adopt": False},
        "projects.open_project": {"consortium": member.consortium, "opening": opening},
        "projects.propose_plan": {**project, "body": plan(member)},
        "projects.resume_project": reason,
        "projects.sign_contract": {"participant": made["participant"], "signatory": "A"},
        "projects.start_project": {"proposal": proposal(member)},
        "projects.suspend_project": reason,
        "projects.terminate_project": reason,
    }


def of_items(member: Member, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    paper = file_document(consortium=member.consortium, name="a", content=PDF, by=None, on=TODAY)
    graded = {"likelihood": 1, "impact": 1}
    return {
        "projects.accept_deliverable": {"deliverable": made["handed"]},
        "projects.accept_report": {"report": made["sent"]},
        "projects.close_risk": {"risk": made["risk"]},
        "projects.open_risk": {"project": made["project"], "title": "A risk", **graded},
        "projects.reach_milestone": {"milestone": made["milestone"]},
        "projects.revise_risk": {"risk": made["risk"], **graded, "response": ""},
        "projects.send_back_deliverable": {"deliverable": made["handed"], "remark": "No"},
        "projects.send_back_report": {"report": made["sent"], "remark": "No"},
        "projects.submit_deliverable": {"deliverable": made["deliverable"], "document": paper},
        "projects.submit_report": {"report": made["report"], "text": "Done"},
    }


def of_people(member: Member, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    sending = Sending(
        person="Ito", facility=made["facility"], starts_on=TODAY, ends_on=END, letter_on=TODAY
    )
    new = {"consortium": member.consortium, "kind": "joint", "name_en": "New"}
    empty = Facility.objects.create(**new, starts_on=FOUNDED)
    return {
        "projects.add_facility": {**new, "starts_on": TODAY},
        "projects.close_facility": {"facility": empty, "ends_on": END},
        "projects.extend": {"secondment": made["secondment"], "ends_on": date(2027, 3, 1)},
        "projects.hand_back": {"secondment": made["secondment"]},
        "projects.second": {"home": member, "sending": sending},
    }


def plan(member: Member) -> dict[str, Any]:
    package = {
        "code": "a", "title": {"en": "A"}, "responsible": str(member.organization.uid),
        "site": "member", "starts": 0, "ends": 1,
    }  # fmt: skip
    return {"months": 1, "packages": [package]}


def proposal(member: Member) -> Proposal:
    charter = Charter.objects.filter(consortium=member.consortium, adopted_on__isnull=False)[0]
    call = Call.objects.create(
        consortium=member.consortium, code="call", charter=charter, initiative="top_down",
        unit="USD", opens_at="2026-01-01T00:00Z", closes_at="2026-02-01T00:00Z", name_en="A call",
    )  # fmt: skip
    return Proposal.objects.create(consortium=member.consortium, call=call, lead=member)
