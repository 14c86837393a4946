"""Opening the collecting of figures for each period of each levy."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Round
from funding.operations.asking import ask
from funding.reports.rounds import Due


class RoundNotOpen(DomainError):
    """Figures for this period are not collected yet."""

    code = "round_not_open"


@operation(allow={Role.FINANCE})
def open_round(*, consortium: Consortium, due: Due, by: User | None, on: date) -> Round | None:
    """Open a round and ask each member's people for its figures; None if it was open before.

    Raises RoundNotOpen to a person who comes before the calendar's day.
    """
    if by is not None and on < due.schedule.opens_on:
        raise RoundNotOpen(levy=due.levy.code, opens_on=due.schedule.opens_on)
    opened, new = Round.objects.get_or_create(
        consortium=consortium,
        levy=due.levy.code,
        starts_on=due.period.starts_on,
        defaults={"ends_on": due.period.ends_on, "opened_on": on},
    )
    if not new:
        return None
    if due.levy.inputs:
        ask(consortium=consortium, due=due, on=on)
    record(consortium=consortium, action="open_round", by=by, on=on, subject=opened)
    return opened


def locked(round: Round) -> Round:
    """Return a round as it is now, locked; its consortium first, so that no charter changes."""
    Consortium.objects.select_for_update(no_key=True).get(pk=round.consortium_id)
    rounds = Round.objects.select_for_update(of=("self",)).select_related("consortium")
    return rounds.get(pk=round.pk)
