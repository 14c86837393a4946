"""When a proposal may be made, and what keeps a member from making one."""

from datetime import date, datetime

from consortium import registry
from consortium.errors import DomainError
from consortium.models import Member
from consortium.operations.members import NotAMember
from consortium.rules.choices import SuspendedRight
from projects.models import Call
from projects.rules.choices import Measure
from projects.rules.moments import moment
from projects.rules.section import ProjectsSection


class CallNotOpen(DomainError):
    """The call has not been published, or does not open until later."""

    code = "call_not_open"


class CallClosed(DomainError):
    """The server's clock says that it is too late."""

    code = "call_closed"


class NotInvited(DomainError):
    """The second stage is for those invited after the first."""

    code = "not_invited"


class ProposalsSuspended(DomainError):
    """The member's right to propose is suspended."""

    code = "proposals_suspended"


class InArrears(DomainError):
    """The call or the charter takes no proposals from who is in arrears for so long."""

    code = "in_arrears"


def deadline(call: Call, stage: int) -> datetime:
    return call.ends_at if stage == 2 and call.ends_at else call.closes_at


def refuse_untimely(call: Call, at: datetime, *, stage: int = 1, invited: bool = False) -> None:
    """Raise what speaks against a proposal at this moment. The closing moment itself is in time."""
    zone = call.consortium.time_zone
    if call.published_at is None or at < call.opens_at:
        raise CallNotOpen(call=call.code, opens_at=moment(call.opens_at, zone))
    if stage == 2 and not invited:
        raise NotInvited(call=call.code)
    closes_at = deadline(call, stage)
    if at > closes_at:
        raise CallClosed(call=call.code, closes_at=moment(closes_at, zone), at=moment(at, zone))


def refuse_barred(call: Call, member: Member, on: date) -> None:
    """Raise what keeps a member from proposing: no membership, a suspension, arrears.

    Only ever asked of who acts; nobody is told of another's arrears.
    """
    if member.category_on(on) is None:
        raise NotAMember(organization=str(member), on=on)
    suspended = member.suspensions.on(on).filter(right=SuspendedRight.PROPOSALS.value).first()
    if suspended is not None:
        raise ProposalsSuspended(member=str(member), starts_on=suspended.starts_on)
    section: ProjectsSection = call.charter.rules("projects")
    limits = [
        each.at_most
        for each in call.rules().under(section).requirements
        if each.measure == Measure.ARREARS_DAYS and each.at_most is not None
    ]
    fact = registry.member_facts.get("funding.arrears_days")
    if limits and fact is not None:
        days = fact.fn(consortium=member.consortium, on=on).get(member, 0)
        if days > min(limits):
            raise InArrears(member=str(member), days=days, limit=min(limits))
