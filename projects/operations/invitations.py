"""Inviting proposals to the second stage of their call."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from projects.models import Proposal
from projects.operations.assignments import refuse_open
from projects.operations.decisions import NothingToDecide, in_screening, next_authority


class OneStage(DomainError):
    code = "one_stage"


class AlreadyInvited(DomainError):
    code = "already_invited"


@operation(allow={Role.PROJECTS}, subject="proposal")
def invite(*, proposal: Proposal, by: User | None, on: date) -> Proposal:
    """Invite a proposal to the call's second stage.

    Raises NotScreened, CallStillOpen, OneStage, AlreadyInvited, NothingToDecide.
    """
    locked = in_screening(proposal)
    if locked.call.rules().stages != 2:
        raise OneStage(call=locked.call.code)
    if locked.invited_on is not None:
        raise AlreadyInvited(invited_on=locked.invited_on)
    refuse_open(locked.call, 1, on)
    if next_authority(locked, 1) is None:
        raise NothingToDecide(proposal=str(locked))
    locked.invited_on = on
    locked.save(update_fields=["invited_on"])
    notify(
        consortium=locked.consortium,
        to=appointed(
            consortium=locked.consortium,
            on=on,
            roles=[Role.SIGNATORY, Role.TECHNICAL_CONTACT],
            organization=locked.lead.organization,
        ),
        code="proposal_invited",
        on=on,
        about=str(locked.uid),
        href=f"/api/v1/proposals/{locked.uid}/",
        number=locked.number,
    )
    record(consortium=locked.consortium, action="invite", by=by, on=on, subject=locked)
    return locked
