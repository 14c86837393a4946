"""Owners say what to pay for a patent and what to drop."""

from datetime import date
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import Instruction, OwnershipShare, PatentApplication
from ip.operations.patents import locked, look_at_family
from ip.reports.patents import Due, due_of, in_both, shares_of
from ip.rules.patent_docket import Choice, State
from ip.rules.patents import Deadline

TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
"""An owner's people who are told what is due."""


class NotDue(DomainError):
    """Nothing of this kind is due for the application."""

    code = "patent_not_due"


class NotAnOwner(DomainError):
    """Only who owns a part of the result on that day has a say."""

    code = "patent_not_an_owner"


class TooLateToSay(DomainError):
    """The last day has passed."""

    code = "patent_too_late_to_say"


@operation(allow={Role.SIGNATORY}, subject="share")
def instruct(
    *,
    share: OwnershipShare,
    application: PatentApplication,
    code: str,
    part: str = "",
    choice: Choice,
    by: User | None,
    on: date,
) -> Instruction:
    """Say as an owner whether something due is to be paid or dropped.

    The last word of each owner counts; one that pays keeps the right for all. The other
    owners are told when one wants to drop. Raises NotAnOwner, NotDue, TooLateToSay.
    """
    return take(share, application, (code, part), choice, None, by, on)


@operation(allow={Role.IP}, subject="share", on_behalf=True)
def enter_instruction(
    *,
    share: OwnershipShare,
    application: PatentApplication,
    code: str,
    part: str = "",
    choice: Choice,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> Instruction:
    """Enter an owner's instruction from paper. Raises what `instruct` does, ForeignDocument."""
    if paper is not None and paper.consortium_id != share.consortium.pk:
        raise ForeignDocument(name=paper.name)
    return take(share, application, (code, part), choice, paper, by, on)


def take(
    share: OwnershipShare,
    application: PatentApplication,
    about: tuple[str, str],
    choice: Choice,
    paper: Document | None,
    by: User | None,
    on: date,
) -> Instruction:
    application = locked(application)
    if share.result_id != application.family.result_id or not share.period.contains(on):
        raise NotAnOwner(organization=str(share.owner), on=on)
    due = due_about(application, about, on)
    if due.state in (State.MISSED, State.PAID) or due.deadline.last_on < on:
        raise TooLateToSay(last_on=due.deadline.last_on)
    instruction = Instruction.objects.create(
        application=application,
        owner=share.owner,
        code=due.deadline.code,
        part=due.deadline.part,
        choice=choice.value,
        instructed_on=on,
        paper=paper,
        recorded_by=by,
    )
    if choice == Choice.DROP:
        tell_owners(application, due.deadline, instruction, on)
    look_at_family(application, on=on)
    said = {"subject": instruction, "choice": choice.value}
    record(consortium=application.consortium, action="instruct", by=by, on=on, **said)
    return instruction


def due_about(application: PatentApplication, about: tuple[str, str], on: date) -> Due:
    """Return what an instruction is about. Raises NotDue."""
    for each in due_of(application, on):
        if (each.deadline.code, each.deadline.part) == about and each.deadline.act:
            return each
    raise NotDue(what=" ".join(about).strip())


def tell_owners(
    application: PatentApplication, deadline: Deadline, instruction: Instruction, on: date
) -> None:
    """Tell the other owners and staff at once that one wants to drop, while they can pay."""
    here: dict[str, Any] = {"consortium": application.consortium, "on": on}
    people = {
        person
        for share in shares_of(application, on)
        if share.owner_id != instruction.owner_id
        for person in appointed(**here, roles=TOLD, organization=share.owner)
    }
    staff = appointed(**here, roles=[Role.IP])
    notify(
        **here,
        to={*people, *staff},
        code="patent_drop_wanted",
        about=f"{instruction.uid}:{on.isoformat()}",
        who={"en": instruction.owner.name_en, "zh": instruction.owner.name_zh},
        patent=str(application),
        what=in_both(deadline),
        due_on=deadline.due_on.isoformat(),
    )
