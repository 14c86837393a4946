"""Dues runs of levies whose charges leave only when a second person has confirmed."""

from collections.abc import Callable
from datetime import date

from consortium.access import holds, operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.states import SECOND_ROLES, Role
from funding.models import DuesRun, Round
from funding.operations.assess import Batch, TooEarly, write_roll
from funding.operations.rounds import locked
from funding.reports.preview import summary
from funding.reports.rounds import Due, governing
from funding.reports.runs import confirmers
from funding.rules.choices import Issue


class NothingToConfirm(DomainError):
    """Nobody on this round is to be assessed."""

    code = "nothing_to_confirm"


class NeedsNoConfirmation(DomainError):
    """The levy's charges leave by themselves; nobody has to propose or confirm them."""

    code = "needs_no_confirmation"


class RunUnderWay(DomainError):
    """A confirmed run of this round is being carried out."""

    code = "run_under_way"


class AlreadyConfirmed(DomainError):
    code = "already_confirmed"


class PreviewChanged(DomainError):
    """Figures or members have changed since the preview was proposed."""

    code = "preview_changed"


class SamePersonConfirms(DomainError):
    """One person alone cannot issue charges."""

    code = "same_person_confirms"


class WrongConfirmer(DomainError):
    """The charter names another role to confirm dues."""

    code = "wrong_confirmer"


@operation(allow={Role.FINANCE}, subject="round")
def propose_run(*, round: Round, by: User | None, on: date) -> DuesRun:
    """Propose what a round's preview says for a second person to confirm.

    An earlier proposal that nobody confirmed is replaced. Raises TooEarly,
    NeedsNoConfirmation, NothingToConfirm, RunUnderWay.
    """
    round = locked(round)
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    if due.levy.issue != Issue.CONFIRMED:
        raise NeedsNoConfirmation(levy=due.levy.code)
    if on < due.schedule.assess_on:
        raise TooEarly(levy=due.levy.code, assess_on=due.schedule.assess_on)
    if round.runs.filter(confirmed_on__isnull=False, done_on=None).exists():
        raise RunUnderWay(round=str(round))
    found = summary(round=round, due=due, on=on)
    if not found.count:
        raise NothingToConfirm(levy=due.levy.code, refused=found.refused)
    round.runs.filter(confirmed_on=None).delete()
    run = DuesRun.objects.create(
        consortium=round.consortium,
        round=round,
        count=found.count,
        digest=found.digest,
        through_id=found.through,
        proposed_on=on,
        proposed_by=by,
    )
    record(
        consortium=round.consortium,
        action="propose_run",
        by=by,
        on=on,
        subject=run,
        count=found.count,
        preview=found.digest,
    )
    return run


@operation(allow=set(SECOND_ROLES), subject="run")
def confirm_run(*, run: DuesRun, by: User | None, on: date) -> DuesRun:
    """Confirm a proposed run as the second person the charter names.

    What it writes is written by `carry_out`. Raises AlreadyConfirmed,
    SamePersonConfirms, WrongConfirmer, PreviewChanged.
    """
    round = locked(run.round)
    run = DuesRun.objects.select_for_update().select_related("consortium").get(pk=run.pk)
    if run.confirmed_on is not None:
        raise AlreadyConfirmed(round=str(round))
    if by is not None:
        refuse_wrong_person(run, by, on)
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    found = summary(round=round, due=due, on=on)
    if found.digest != run.digest:
        raise PreviewChanged(round=str(round))
    run.confirmed_on, run.confirmed_by = on, by
    run.save(update_fields=["confirmed_on", "confirmed_by"])
    record(consortium=run.consortium, action="confirm_run", by=by, on=on, subject=run)
    return run


def refuse_wrong_person(run: DuesRun, by: User, on: date) -> None:
    if run.proposed_by_id == by.pk:
        raise SamePersonConfirms(person=str(by))
    wanted = confirmers(run.round)
    if not holds(by, consortium=run.consortium, on=on, roles=wanted, organization=None):
        raise WrongConfirmer(roles=sorted(wanted))


def carry_out(
    run: DuesRun, *, on: date, batch_done: Callable[[int], None] = lambda count: None
) -> Batch:
    """Write what a confirmed run says, dated by its confirmation; again after being killed.

    Not one transaction: each batch has its own. `on`: the day it is done.
    """
    round = run.round
    assert run.confirmed_on is not None
    due: Due = governing(
        consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
    )
    batch = write_roll(
        round=round,
        due=due,
        through=run.through_id or 0,
        by=run.confirmed_by,
        on=run.confirmed_on,
        batch_done=batch_done,
    )
    DuesRun.objects.filter(pk=run.pk, done_on=None).update(done_on=on)
    return batch


def unfinished(*, consortium: Consortium | None = None) -> list[DuesRun]:
    """Return the confirmed runs that are not carried out to the end."""
    runs = DuesRun.objects.filter(confirmed_on__isnull=False, done_on=None)
    if consortium is not None:
        runs = runs.filter(consortium=consortium)
    return list(runs.select_related("round__consortium", "confirmed_by").order_by("pk"))
