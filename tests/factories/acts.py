"""What each operation on calls and proposals is tried with, and who may run it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from consortium.models import Charter, CharterSection, Consortium, Member
from consortium.states import Role
from projects.models import Call, Proposal
from projects.operations.calls import Invitation, amend_call
from projects.operations.drafts import attach, start_proposal
from projects.operations.entering import OnPaper
from projects.operations.proposals import sign_on_paper, submit
from projects.operations.questions import answer_question, ask_question
from projects.operations.writing import Draft, Line, Party
from projects.reports.content import state_of
from projects.rules.choices import Part
from tests.cast import TODAY, Cast
from tests.factories.portfolios import CLOSES, OPENS, SECTION, TERMS, draft_of

TOLD = {Role.SIGNATORY, Role.TECHNICAL_CONTACT}
PAPER = {Role.PROJECTS, Role.SECRETARY}

PROPOSAL_ACTS: dict[str, set[Role]] = {
    "projects.amend_call": {Role.PROJECTS},
    "projects.answer_question": {Role.PROJECTS},
    "projects.ask_question": TOLD | {Role.PROJECTS, Role.SECRETARY},
    "projects.attach": TOLD,
    "projects.create_call": {Role.PROJECTS},
    "projects.detach": TOLD,
    "projects.enter_proposal": PAPER,
    "projects.publish_call": {Role.PROJECTS},
    "projects.revise": TOLD,
    "projects.sign": {Role.SIGNATORY},
    "projects.sign_on_paper": PAPER,
    "projects.start_proposal": TOLD,
    "projects.submit": {Role.SIGNATORY},
    "projects.withdraw": {Role.SIGNATORY},
    "projects.withdraw_on_paper": PAPER,
    "projects.write_draft": TOLD,
}
"""Who may do what, written a second time by hand."""

OF_ONE_PARTICIPANT = set(PROPOSAL_ACTS) - {
    "projects.amend_call", "projects.answer_question", "projects.create_call",
    "projects.publish_call",
}  # fmt: skip
"""Operations on one participant's own: a member's role counts only for that member."""


def call_of(consortium: Consortium, code: str, **more: Any) -> Call:
    """Return an open call of two stages, under a charter that has a section for projects."""
    charter, made = Charter.objects.get_or_create(
        consortium=consortium, code="projects", name_en="Projects", starts_on=TODAY
    )
    if made:
        section = {"code": "projects", "version": 1, "body": SECTION}
        CharterSection.objects.create(charter=charter, **section)
    given: dict[str, Any] = {
        "name_en": "A call", "terms": {**TERMS, "stages": 2}, "unit": "USD", "opens_at": OPENS,
        "closes_at": CLOSES, "ends_at": CLOSES + timedelta(days=30), "initiative": "top_down",
        "published_at": OPENS,
    }  # fmt: skip
    return Call.objects.create(consortium=consortium, charter=charter, code=code, **given | more)


def draft(member: Member, **changes: Any) -> Draft:
    """Return what a member proposes alone."""
    party = Party(
        organization=member.organization, part=Part.LEAD,
        work_share=Decimal(1), cost_share=Decimal(1),
        budget=(Line(category="staff", year=2026, amount=Decimal(1)),),
    )  # fmt: skip
    given: dict[str, Any] = {
        "title": "A title", "theme": "etching", "months": 12,
        "content": {"objectives": "x"}, "participants": (party,),
    }  # fmt: skip
    return Draft(**given | changes)


def started(member: Member, call: Call, **changes: Any) -> Proposal:
    return start_proposal(
        member=member, call=call, draft=draft(member, **changes),
        at=timezone.now(), by=None, on=TODAY,
    )  # fmt: skip


def sign_and_submit(proposal: Proposal) -> Proposal:
    put_name_to(proposal)
    submit(proposal=proposal, at=timezone.now(), by=None, on=TODAY)
    return Proposal.objects.get(pk=proposal.pk)


def put_name_to(proposal: Proposal) -> Proposal:
    sign_on_paper(
        participant=draft_of(proposal).participants.get(), signatory="Somebody", paper_on=TODAY,
        at=timezone.now(), by=None, on=TODAY,
    )  # fmt: skip
    return proposal


def proposal_arguments(cast: Cast, consortium: Consortium) -> dict[str, dict[str, Any]]:
    """Return what each operation is called with, apart from `by` and `on`."""
    member = Member.objects.get(pk=cast.members["newcomer"].pk)
    hidden = call_of(consortium, "hidden", published_at=None)
    call = Call.objects.get(pk=call_of(consortium, "open").pk)
    at = {"at": timezone.now()}
    mine = {"proposal": started(member, call)}
    file = {"name": "a.pdf", "content": b"%PDF-1.4\n%%EOF\n"}
    filed = started(member, call)
    attachment = attach(proposal=filed, **file, by=None, on=TODAY)
    participant = draft_of(started(member, call)).participants.get()
    question = ask_question(member=member, call=call, text="Why?", **at, by=None, on=TODAY)
    done = {"proposal": sign_and_submit(started(member, call))}
    invitation = Invitation(code="new", name_en="New", opens_at=OPENS, closes_at=CLOSES)
    paper = {"signatory": "Somebody", "paper_on": TODAY}
    return {
        "projects.amend_call": {"call": hidden, "changes": {"name_en": "Other"}, **at},
        "projects.answer_question": {"question": question, "answer": "So.", **at},
        "projects.ask_question": {"member": member, "call": call, "text": "Why?", **at},
        "projects.attach": {**mine, **file},
        "projects.create_call": {"consortium": consortium, "invitation": invitation},
        "projects.detach": {"proposal": filed, "attachment": attachment},
        "projects.enter_proposal": {
            "member": member, "call": call, "draft": draft(member),
            "signatures": {member.organization: OnPaper(**paper)},
            "received_at": at["at"], **at,
        },
        "projects.publish_call": {"call": hidden, **at},
        "projects.revise": {**done, **at},
        "projects.sign": {"participant": participant, "state": state_of(participant.version), **at},
        "projects.sign_on_paper": {"participant": participant, **paper, **at},
        "projects.start_proposal": {"member": member, "call": call, "draft": draft(member), **at},
        "projects.submit": {"proposal": put_name_to(started(member, call)), **at},
        "projects.withdraw": {**mine, **at},
        "projects.withdraw_on_paper": {**mine, **paper, **at},
        "projects.write_draft": {**mine, "draft": draft(member, title="Another")},
    }  # fmt: skip


def propose_some(cast: Cast) -> None:
    """Let the payer, a rival and an outsider submit a proposal, with a file, and ask."""
    for each in (cast.consortium, cast.other):
        call = call_of(each, "some")
        change = {"name_en": "A changed call"}
        amend_call(call=call, changes=change, reason="r", at=timezone.now(), by=None, on=TODAY)
    for name in ("payer", "rival", "outsider"):
        member = cast.members[name]
        call = Call.objects.get(consortium=member.consortium, code="some")
        proposal = started(member, call, title=f"Of {name}")
        attach(proposal=proposal, name="a.pdf", content=b"%PDF-1.4\n", by=None, on=TODAY)
        sign_and_submit(proposal)
        asked = ask_question(
            member=member, call=call, text="Why?", at=timezone.now(), by=None, on=TODAY
        )
        answer_question(question=asked, answer="So.", at=timezone.now(), by=None, on=TODAY)
