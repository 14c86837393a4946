"""What is due of a project and done: milestones reached, deliverables handed in and accepted."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.states import MEMBER_ROLES, Role
from projects.models import Deliverable, Milestone, ProgressReport
from projects.operations.deadlines import TOLD, schedule

type Handed = Deliverable | ProgressReport

MINE = {Role.PROJECTS, Role.SIGNATORY, Role.TECHNICAL_CONTACT}
"""Who hands in what is due: the responsible organization's people, or staff from paper."""


class AlreadyDone(DomainError):
    """It was reached or accepted before."""

    code = "already_done"


class Dropped(DomainError):
    """The plan in force does not ask for it any more."""

    code = "item_dropped"


class NotHandedIn(DomainError):
    code = "item_not_handed_in"


class WaitsForAcceptance(DomainError):
    """It was handed in and is neither accepted nor sent back."""

    code = "already_handed_in"


class DoneInFuture(DomainError):
    code = "item_done_in_future"


@operation(allow=MINE, subject="milestone")
def reach_milestone(
    *, milestone: Milestone, reached_on: date | None = None, by: User | None, on: date
) -> Milestone:
    """Note that a milestone was reached. Raises AlreadyDone, Dropped, DoneInFuture."""
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    refuse_over(milestone)
    milestone.done_on = day_of(reached_on, on)
    milestone.next_on = None
    milestone.save(update_fields=["done_on", "next_on"])
    record(
        consortium=milestone.consortium,
        action="reach_milestone",
        by=by,
        on=on,
        subject=milestone,
    )
    return milestone


@operation(allow=MINE, subject="deliverable")
def submit_deliverable(
    *,
    deliverable: Deliverable,
    document: Document,
    submitted_on: date | None = None,
    by: User | None,
    on: date,
) -> Deliverable:
    """Hand a deliverable in with its file; staff who enter it from paper give its day.

    Raises AlreadyDone, Dropped, WaitsForAcceptance, DoneInFuture, ForeignDocument.
    """
    deliverable = Deliverable.objects.select_for_update(of=("self",)).get(pk=deliverable.pk)
    hand_in(deliverable, document, submitted_on, by, on)
    deliverable.save()
    record(
        consortium=deliverable.consortium,
        action="submit_deliverable",
        by=by,
        on=on,
        subject=deliverable,
        sha256=document.sha256,
    )
    return deliverable


@operation(allow={Role.PROJECTS}, subject="deliverable")
def accept_deliverable(*, deliverable: Deliverable, by: User | None, on: date) -> Deliverable:
    """Accept a deliverable that was handed in. Raises NotHandedIn, AlreadyDone, Dropped."""
    deliverable = Deliverable.objects.select_for_update(of=("self",)).get(pk=deliverable.pk)
    accept(deliverable, by, on)
    deliverable.save()
    told(deliverable, "deliverable_accepted", on)
    record(consortium=deliverable.consortium, action="accept_deliverable", by=by, on=on,
           subject=deliverable)  # fmt: skip
    return deliverable


@operation(allow={Role.PROJECTS}, subject="deliverable")
def send_back_deliverable(
    *, deliverable: Deliverable, remark: str, by: User | None, on: date
) -> Deliverable:
    """Send a deliverable back with what is missing. Raises NotHandedIn, AlreadyDone, Dropped."""
    deliverable = Deliverable.objects.select_for_update(of=("self",)).get(pk=deliverable.pk)
    send_back(deliverable, remark, on)
    deliverable.save()
    told(deliverable, "deliverable_sent_back", on)
    record(consortium=deliverable.consortium, action="send_back_deliverable", by=by, on=on,
           subject=deliverable)  # fmt: skip
    return deliverable


def refuse_over(row: Milestone | Handed) -> None:
    if row.done_on is not None:
        raise AlreadyDone(item=str(row), done_on=row.done_on)
    if row.dropped_on is not None:
        raise Dropped(item=str(row), dropped_on=row.dropped_on)


def day_of(given: date | None, on: date) -> date:
    """Return the day something was done on. Raises DoneInFuture."""
    if given is not None and given > on:
        raise DoneInFuture(on=given)
    return given or on


def hand_in(
    row: Handed, document: Document | None, submitted_on: date | None, by: User | None, on: date
) -> None:
    """Set what handing in changes; a member's own is of today, whatever it says."""
    refuse_over(row)
    if row.submitted_on is not None:
        raise WaitsForAcceptance(item=str(row), submitted_on=row.submitted_on)
    if document is not None and document.consortium_id != row.consortium_id:
        raise ForeignDocument(name=document.name)
    staff = by is None or not only_member(by, row, on)
    row.submitted_on = day_of(submitted_on if staff else None, on)
    row.submitted_by, row.document = by, document
    row.next_on = None
    row.remark = ""


def only_member(by: User, row: Handed, on: date) -> bool:
    """Say whether a person acts for a member alone, so that the day is the server's."""
    held = by.appointments.on(on).filter(consortium=row.consortium)
    return not by.is_superuser and not held.exclude(role__in=MEMBER_ROLES).exists()


def accept(row: Handed, by: User | None, on: date) -> None:
    refuse_over(row)
    if row.submitted_on is None:
        raise NotHandedIn(item=str(row))
    row.done_on, row.accepted_by = on, by


def send_back(row: Handed, remark: str, on: date) -> None:
    refuse_over(row)
    if row.submitted_on is None:
        raise NotHandedIn(item=str(row))
    row.submitted_on = row.submitted_by = None
    row.remark = remark
    schedule(row, on=on)


def told(row: Handed, code: str, on: date) -> None:
    """Tell the responsible organization's people what became of what they handed in."""
    people = appointed(consortium=row.consortium, on=on, roles=TOLD, organization=row.organization)
    notify(
        consortium=row.consortium,
        to=people,
        code=code,
        on=on,
        about=f"{row.uid}:{on.isoformat()}",
        project=row.project.number,
        item=row.code,
    )
