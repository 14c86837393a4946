"""Opening the collecting of figures for each period of each levy."""

from datetime import date

from consortium.access import operation
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.operations.notices import notify
from consortium.states import Role
from funding.models import Round
from funding.reports.rounds import Due, liable


@operation(allow={Role.FINANCE})
def open_round(*, consortium: Consortium, due: Due, by: User | None, on: date) -> Round | None:
    """Open a round and ask each member's people for its figures; None if it was open before."""
    opened, new = Round.objects.get_or_create(
        consortium=consortium,
        levy=due.levy.code,
        starts_on=due.period.starts_on,
        defaults={"ends_on": due.period.ends_on, "opened_on": on},
    )
    if not new:
        return None
    if due.levy.inputs:
        ask(consortium=consortium, due=due, opened=opened, on=on)
    record(consortium=consortium, action="open_round", by=by, on=on, subject=opened)
    return opened


def locked(round: Round) -> Round:
    """Return a round as it is now, locked; its consortium first, so that no charter changes."""
    Consortium.objects.select_for_update(no_key=True).get(pk=round.consortium_id)
    rounds = Round.objects.select_for_update(of=("self",)).select_related("consortium")
    return rounds.get(pk=round.pk)


def ask(*, consortium: Consortium, due: Due, opened: Round, on: date) -> None:
    """Tell each liable member's signatories and finance contacts by when to declare."""
    organizations = liable(consortium=consortium, due=due).values("organization")
    people = User.objects.filter(
        appointments__in=consortium.appointments.on(on).filter(
            role__in=[Role.SIGNATORY, Role.FINANCE_CONTACT], organization__in=organizations
        ),
        is_active=True,
    ).distinct()
    notify(
        consortium=consortium,
        to=people,
        code="figures_requested",
        on=on,
        about=f"{opened.levy}:{opened.starts_on.isoformat()}",
        levy={"en": due.levy.label.en, "zh": due.levy.label.zh},
        period=opened.starts_on.isoformat(),
        closes_on=due.schedule.closes_on.isoformat(),
    )
