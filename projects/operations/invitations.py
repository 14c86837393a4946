"""Inviting proposals to the second stage of their call."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.states import Role
from projects.models import Proposal
from projects.operations.assignments import NotScreened, refuse_open
from projects.operations.decisions import NothingToDecide, in_screening, next_authority
from projects.operations.proposals import inform
from projects.rules.moments import moment


class OneStage(DomainError):
    code = "one_stage"


class AlreadyInvited(DomainError):
    code = "already_invited"


@operation(allow={Role.PROJECTS}, subject="proposal")
def invite(*, proposal: Proposal, by: User | None, on: date) -> Proposal:
    """Invite a proposal of the first stage to the second; its participants are told.

    Raises NotScreened, CallStillOpen, OneStage, AlreadyInvited, NothingToDecide.
    """
    locked = in_screening(proposal)
    last, ends_at = locked.current(), locked.call.ends_at
    if last is None:
        raise NotScreened(proposal=str(locked))
    if locked.call.rules().stages != 2 or ends_at is None:
        raise OneStage(call=locked.call.code)
    if locked.invited_on is not None:
        raise AlreadyInvited(invited_on=locked.invited_on)
    refuse_open(locked.call, 1, on)
    if next_authority(locked, 1) is None:
        raise NothingToDecide(proposal=str(locked))
    locked.invited_on = on
    locked.save(update_fields=["invited_on"])
    closes_at = moment(ends_at, locked.consortium.time_zone)
    inform(last, "proposal_invited", on, closes_at=closes_at)
    record(consortium=locked.consortium, action="invite", by=by, on=on, subject=locked)
    return locked
