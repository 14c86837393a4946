"""Holding the ladder by hand: until a day, with the reason."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Member, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.states import Role
from funding.models import Charge, DunningBlock
from funding.operations.agenda import look_again
from funding.operations.concession_checks import ForeignCharge


class ReasonMissing(DomainError):
    """Why nothing is to happen has to be said."""

    code = "block_reason_missing"


class AlreadyLifted(DomainError):
    code = "block_already_over"


@operation(allow={Role.FINANCE}, subject="member")
def block_dunning(
    *,
    member: Member,
    charge: Charge | None = None,
    until: date,
    reason: str,
    by: User | None,
    on: date,
) -> DunningBlock:
    """Let nothing happen to a late charge, or to any of a member's, up to a day (exclusive).

    Raises ChargeOfAnother, ReasonMissing, EndsBeforeStart.
    """
    Period(on, until).checked()
    if charge is not None and charge.member_id != member.pk:
        raise ForeignCharge(number=charge.number, member=str(member))
    if not reason.strip():
        raise ReasonMissing()
    block = DunningBlock.objects.create(
        consortium=member.consortium,
        member=member,
        charge=charge,
        starts_on=on,
        ends_on=until,
        reason=reason.strip(),
        blocked_by=by,
    )
    look_again(concerned(block), on=on)
    record(
        consortium=member.consortium,
        action="block_dunning",
        by=by,
        on=on,
        subject=block,
        until=until.isoformat(),
    )
    return block


@operation(allow={Role.FINANCE}, subject="block")
def lift_block(*, block: DunningBlock, by: User | None, on: date) -> DunningBlock:
    """End a block before its day, from tomorrow where it began today. Raises AlreadyLifted."""
    block = DunningBlock.objects.select_for_update(of=("self",), no_key=True).get(pk=block.pk)
    ends_on = max(on, date.fromordinal(block.starts_on.toordinal() + 1))
    if block.ends_on is not None and block.ends_on <= ends_on:
        raise AlreadyLifted(member=str(block.member), ends_on=block.ends_on)
    block.ends_on = ends_on
    block.save(update_fields=["ends_on"])
    look_again(concerned(block), on=on)
    record(consortium=block.consortium, action="lift_block", by=by, on=on, subject=block)
    return block


def concerned(block: DunningBlock) -> list[int]:
    """Return the charges a block holds that are on the agenda."""
    if block.charge_id is not None:
        return [block.charge_id]
    return list(Charge.objects.filter(member=block.member_id).values_list("pk", flat=True))
