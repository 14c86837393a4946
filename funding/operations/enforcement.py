"""Enforcing late payment: rights suspended and given back, exits proposed and decided."""

from collections.abc import Iterable
from datetime import date, timedelta

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import (
    Charter,
    Consortium,
    Document,
    Member,
    ParkedItem,
    Suspension,
    User,
)
from consortium.operations.adoption import DecidedInTheFuture, WrongBody
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.members import (
    AlreadySuspended,
    NotAMember,
    end_membership,
    reinstate,
    suspend,
)
from consortium.operations.notices import notify
from consortium.rules.choices import Left, Matter
from consortium.rules.governance import GovernanceSection
from consortium.states import Role
from funding.models import Enforcement, ExitProposal
from funding.operations.asking import speakers
from funding.reports.enforcing import (
    ARREARS,
    EXIT,
    Waiting,
    to_reinstate,
    to_settle,
    waiting,
)
from funding.reports.open_items import open_amount
from funding.rules.collection import Exit
from funding.states import ExitOutcome

ENFORCE = "enforce"
DAY = timedelta(days=1)


class AlreadyDecided(DomainError):
    """Whether the membership ends has been decided."""

    code = "exit_already_decided"


def enforce(*, consortium: Consortium, on: date) -> int:
    """Give back what nothing calls for any more, then do what levels call for.

    The latter waits while staff have not released it after an outage, and each of it
    while its charge is held. Returns how much was done.
    """
    done = settle(consortium, on) + each(
        consortium=consortium,
        sweep="give_back_rights",
        on=on,
        items=to_reinstate(consortium=consortium, on=on),
        key=lambda suspension: str(suspension.uid),
        handle=lambda suspension: in_one_transaction(lambda: give_back([suspension], on)),
    )
    consortium.refresh_from_db(fields=["withheld_since"])
    if consortium.withheld_since is not None:
        return done
    return done + each(
        consortium=consortium,
        sweep=ENFORCE,
        on=on,
        items=[item for item in waiting(consortium=consortium, on=on) if not item.held],
        key=lambda item: item.code,
        handle=lambda item: in_one_transaction(lambda: carry_out(item, on)),
    )


def next_enforcement(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which something is enforced or given back.

    What is held is due when nothing holds it any more, what was given up not at all.
    """
    tomorrow = after + DAY
    if to_reinstate(consortium=consortium, on=tomorrow) or to_settle(
        consortium=consortium, on=tomorrow
    ):
        return tomorrow
    if consortium.withheld_since is not None:
        return None
    parked = consortium.parked_items.filter(sweep=ENFORCE, attempts__gte=ParkedItem.LIMIT)
    given_up = set(parked.values_list("key", flat=True))
    days = (
        item.free_on
        for item in waiting(consortium=consortium, on=tomorrow)
        if item.free_on is not None and item.code not in given_up
    )
    return min(days, default=None)


def carry_out(item: Waiting, on: date) -> None:
    """Do one effect of a step, or note that it is no longer called for; each once."""
    step, member = item.step, item.step.member
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if Enforcement.objects.filter(step=step, effect=item.effect).exists():
        return
    called_for = open_amount(step.charge, on=on) > 0 and act(item, on)
    Enforcement.objects.create(
        consortium=step.consortium,
        member=member,
        step=step,
        effect=item.effect,
        on=on,
        dropped=not called_for,
    )


def act(item: Waiting, on: date) -> bool:
    """Do one effect of a step; False where there is nothing left to do it to.

    A licensee or another payer that is no member has no rights and no membership to lose.
    """
    member = item.step.member
    if not member.terms.on(on).exists():
        return False
    if item.effect != EXIT:
        right = item.effect.removeprefix("suspend_")
        reason = item.step.charge.number
        try:
            suspend(
                member=member, right=right, cause=ARREARS, reason=reason, starts_on=on,
                by=None, on=on,
            )  # fmt: skip
        except AlreadySuspended:
            return True
        tell(member.consortium, member, "rights_suspended", on)
        return True
    if item.level.exit == Exit.PROPOSED:
        propose_exit(item, on)
        return True
    try:
        end_membership(member=member, ends_on=on, left=Left.EXPELLED, by=None, on=on)
    except NotAMember:
        return False
    tell(member.consortium, member, "membership_over", on)
    return True


def propose_exit(item: Waiting, on: date) -> None:
    """Put the end of a membership to the body that decides it; one proposal at a time."""
    member = item.step.member
    if not ExitProposal.objects.filter(member=member, decided_on=None).exists():
        ExitProposal.objects.create(
            consortium=item.step.consortium, member=member, step=item.step, proposed_on=on
        )
        tell(member.consortium, member, "exit_proposed", on)


def give_back(suspensions: Iterable[Suspension], on: date) -> int:
    """End suspensions today, one that began today tomorrow; returns how many."""
    count = 0
    for found in suspensions:
        from_on = max(on, found.starts_on + DAY)
        reinstate(member=found.member, suspension=found, from_on=from_on, by=None, on=on)
        tell(found.member.consortium, found.member, "rights_back", on)
        count += 1
    return count


def reinstate_settled(*, member: Member, on: date) -> int:
    """Give a member back, on the day itself, every right that nothing open suspends any more.

    Called by whatever settles a charge or holds its ladder by a plan, in its transaction.
    Returns how many rights came back.
    """
    found = to_reinstate(consortium=member.consortium, on=on, members=[member.pk])
    return give_back(found, on)


def settle(consortium: Consortium, on: date) -> int:
    """Close the exit proposals of members who have settled what called for them."""
    return each(
        consortium=consortium,
        sweep="settle_exits",
        on=on,
        items=to_settle(consortium=consortium, on=on),
        key=str,
        handle=lambda proposal: decide_exit(
            proposal=proposal, outcome=ExitOutcome.SETTLED, decided_on=on, by=None, on=on
        ),
    )


@operation(allow={Role.SECRETARY}, subject="proposal")
def decide_exit(
    *,
    proposal: ExitProposal,
    outcome: ExitOutcome,
    decided_on: date,
    body: str = "",
    reason: str = "",
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ExitProposal:
    """Enter what the body the charter names has decided; “ended” ends the membership then.

    Raises AlreadyDecided, WrongBody, DecidedInTheFuture, ForeignDocument, NotAMember.
    """
    proposal = ExitProposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    if proposal.decided_on is not None:
        raise AlreadyDecided(member=str(proposal.member), decided_on=proposal.decided_on)
    if not proposal.proposed_on <= decided_on <= on:
        raise DecidedInTheFuture(decided_on=decided_on)
    if paper is not None and paper.consortium_id != proposal.consortium_id:
        raise ForeignDocument(name=paper.name)
    if outcome != ExitOutcome.SETTLED:
        refuse_wrong_body(proposal.consortium, body, decided_on)
    if outcome == ExitOutcome.ENDED:
        end_membership(member=proposal.member, ends_on=decided_on, left=Left.EXPELLED, by=by, on=on)
    proposal.outcome, proposal.decided_on, proposal.decided_by = outcome, decided_on, by
    proposal.body, proposal.reason, proposal.paper = body, reason, paper
    proposal.save()
    record(
        consortium=proposal.consortium,
        action="decide_exit",
        by=by,
        on=on,
        subject=proposal,
        outcome=outcome.value,
    )
    return proposal


def expelling(consortium: Consortium, on: date) -> str | None:
    """Return the body that ends memberships by the charter of a day; None where it does not say."""
    try:
        charter = Charter.objects.in_force(consortium=consortium, on=on)
        governance: GovernanceSection = charter.rules("governance")
        return governance.decider(Matter.EXPEL).by
    except DomainError:
        return None


def refuse_wrong_body(consortium: Consortium, body: str, on: date) -> None:
    deciding = expelling(consortium, on)
    if deciding is not None and body != deciding:
        raise WrongBody(body=body, choices=[deciding])


def tell(consortium: Consortium, member: Member, code: str, on: date) -> int:
    """Tell a member's people once a day what became of its rights; never a figure."""
    whose = member.organization
    held = speakers(consortium, on).filter(organization=whose)
    return notify(
        consortium=consortium,
        to=User.objects.filter(pk__in=held.values("user")),
        code=code,
        on=on,
        about=f"{member.uid}:{on.isoformat()}",
        href=f"/api/v1/suspensions/?member={member.uid}",
        member={"en": whose.name_en, "zh": whose.name_zh},
    )
