"""SEMATECH's dues years 1988 to 1992, run again by a living consortium under its charter.

The reference case itself is never ticked; this copy is founded after it, so that
its recorded figures go through declaration, assessment, charge and ledger.
"""

from datetime import date, timedelta

from config.demo.people import Person, spokesman, staff
from consortium import registry
from consortium.models import Consortium, Member, Organization
from consortium.operations.adoption import adopt_charter
from consortium.operations.advance import advance
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found, set_goal
from consortium.operations.members import admit
from consortium.reports.cases import CASES
from consortium.rules.cases import CaseDocument, read_case
from consortium.states import Role

SLUG = "sematech-1988"
ENDS_ON = date(1993, 1, 1)
DAY = timedelta(days=1)

STAFF = {
    Role.SECRETARY: Person("austin", "Austin secretariat", "en"),
    Role.FINANCE: Person("austin-finance", "Austin finance", "en"),
    Role.AUDITOR: Person("austin-auditor", "Austin auditor", "en"),
}

COLLECTION = {
    "ladder": [
        {
            "code": "reminder",
            "label": {"en": "Reminder", "zh": "缴费提醒"},
            "after": {"days": 30},
        }
    ]
}
"""How the copy collects what it charges: a reminder. The case says nothing about it."""


def read() -> CaseDocument:
    return read_case((CASES / "sematech.toml").read_text(encoding="utf-8"))


def build(case: CaseDocument) -> Consortium:
    """Found the consortium, admit its members, and replay its recorded events to the end."""
    consortium = found(founding=founding(case), by=None, on=case.starts_on)
    staff(consortium, STAFF, since=case.starts_on)
    members = admit_all(consortium, case)
    adopt_all(consortium, case)
    for goal in case.goals:
        set_goal(
            consortium=consortium,
            text_en=goal.text.en,
            text_zh=goal.text.zh,
            set_on=goal.starts_on,
            due_on=goal.due_on,
            reached_on=goal.reached_on,
            by=None,
            on=goal.starts_on,
        )
    for event in sorted(case.events, key=lambda event: event.on):
        advance(consortium=consortium, to=event.on - DAY)
        kind = registry.case_events.get(event.kind)
        if kind is not None and event.on < ENDS_ON:
            kind.apply(consortium=consortium, event=event, members=members)
    advance(consortium=consortium, to=ENDS_ON - DAY)
    return consortium


def founding(case: CaseDocument) -> Founding:
    return Founding(
        slug=SLUG,
        name_en="SEMATECH, its dues years run again",
        name_zh="SEMATECH 会费年度重演",
        currency=case.currency,
        time_zone=case.time_zone,
        language="en",
        legal_form=case.legal_form,
        stage=case.stage,
        structure=case.structure,
        initiator=case.initiator,
        field_en=case.field.en,
        field_zh=case.field.zh,
        starts_on=case.starts_on,
        ends_on=ENDS_ON,
    )


def admit_all(consortium: Consortium, case: CaseDocument) -> dict[str, Member]:
    """Admit the recorded members for the terms within this consortium's life."""
    members = {}
    entries = {entry.key: entry for entry in case.organizations}
    for term in case.members:
        if term.starts_on >= ENDS_ON:
            continue
        organization = Organization.objects.get(
            name_en=entries[term.organization].name.en, members__consortium__slug=case.slug
        )
        members[term.organization] = admit(
            consortium=consortium,
            organization=organization,
            category=term.category,
            starts_on=term.starts_on,
            ends_on=min(term.ends_on or ENDS_ON, ENDS_ON),
            by=None,
            on=term.starts_on,
        ).member
        login = Person(term.organization, f"{organization.name_en}: signatory", "en")
        spokesman(consortium, organization, login, since=term.starts_on)
    return members


def adopt_all(consortium: Consortium, case: CaseDocument) -> None:
    """Clone the phases that fall into this consortium's life and adopt them."""
    for document in case.charters:
        if document.starts_on is None or document.starts_on >= ENDS_ON:
            continue
        draft = draft_charter(
            consortium=consortium,
            code=document.code,
            name_en=document.title.en,
            name_zh=document.title.zh,
            starts_on=document.starts_on,
            ends_on=min(document.ends_on or ENDS_ON, ENDS_ON),
            sections={
                **{code: section.stored() for code, section in document.sections.items()},
                "collection": COLLECTION,
            },
            by=None,
            on=document.starts_on,
        )
        adopt_charter(charter=draft, by=None, on=document.starts_on)
