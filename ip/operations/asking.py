"""Requests for access: within the time the charter gives, by a member's people or from paper."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.access import holds, operation
from consortium.errors import Denied, DomainError
from consortium.models import Consortium, Document, Organization, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.states import Role
from ip.models import AccessRequest, Result
from ip.operations.exclusivity import announce
from ip.reports.rights import question_of
from ip.rules.choices import Use
from ip.rules.rights import Reason, Verdict, answer
from ip.states import USES

LABELS = dict(USES)


class NothingAskedFor(DomainError):
    """A request names the uses, each once, and what they are for."""

    code = "access_nothing_asked"


class AskedInTheFuture(DomainError):
    code = "access_asked_in_future"


class AskedTooLate(DomainError):
    """The time in which access can be asked for is over."""

    code = "access_too_late"


class AskedWhileSuspended(DomainError):
    """Who is suspended from access gains none."""

    code = "access_suspended"


class KeptToOthers(DomainError):
    """The result is kept to a class that who asks is not of."""

    code = "access_kept"


class NoAccess(DomainError):
    """No rule gives that use to who asks."""

    code = "access_not_given"


REFUSALS: dict[Reason, type[DomainError]] = {
    Reason.TOO_LATE: AskedTooLate,
    Reason.SUSPENDED: AskedWhileSuspended,
    Reason.EXCLUSIVE: KeptToOthers,
}


@dataclass(frozen=True)
class Asked:
    """Who asks for what of a result, what for, and since when where paper says so."""

    result: Result
    asker: Organization
    uses: tuple[Use, ...]
    purpose: str
    asked_on: date | None = None
    paper: Document | None = None

    @property
    def consortium(self) -> Consortium:
        return self.result.consortium

    @property
    def organization(self) -> Organization:
        return self.asker


@operation(allow={Role.IP, Role.SIGNATORY, Role.TECHNICAL_CONTACT}, subject="asked")
def request_access(*, asked: Asked, by: User | None, on: date) -> AccessRequest:
    """Ask for access to a result; staff who enter it from paper give its day.

    Raises NothingAskedFor, AskedInTheFuture, ForeignDocument, and for a use that is not
    to be had on that day AskedTooLate, AskedWhileSuspended, KeptToOthers or NoAccess.
    """
    result, asked_on = asked.result, asked.asked_on or on
    if not asked.uses or len(set(asked.uses)) < len(asked.uses) or not asked.purpose.strip():
        raise NothingAskedFor(number=result.number)
    if asked_on > on:
        raise AskedInTheFuture(asked_on=asked_on)
    if asked_on < on or asked.paper is not None:
        refuse_unless_staff(asked, by, on)
    if asked.paper is not None and asked.paper.consortium_id != result.consortium_id:
        raise ForeignDocument(name=asked.paper.name)
    refuse_not_to_be_had(asked, asked_on)
    row = AccessRequest.objects.create(
        result=result, asker=asked.asker, uses=[use.value for use in asked.uses],
        purpose=asked.purpose, asked_on=asked_on, paper=asked.paper, recorded_by=by,
    )  # fmt: skip
    announce(result, "access_requested", on=on, about=str(row.uid), asked_on=asked_on)
    record(consortium=result.consortium, action="request_access", by=by, on=on, subject=row)
    return row


def refuse_unless_staff(asked: Asked, by: User | None, on: date) -> None:
    """Only staff know of paper and of another day than today. Raises Denied."""
    here: dict[str, Any] = {"consortium": asked.consortium, "on": on, "organization": None}
    if by is not None and not holds(by, roles={Role.IP}, **here):
        raise Denied(roles=[Role.IP])


def refuse_not_to_be_had(asked: Asked, on: date) -> None:
    question = question_of(asked.asker, asked.result)
    for use in asked.uses:
        found = answer(question, use, on)
        if found.verdict == Verdict.NO:
            raise REFUSALS.get(found.reason, NoAccess)(
                number=asked.result.number, use=str(LABELS[use.value])
            )
