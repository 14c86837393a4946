"""What the daily sweeps do for dues: open rounds, assess, charge.

Each finds its due work by a query over what is not done, so that a sweep that
was killed, doubled or skipped for a month is made good by the next one.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from consortium.models import Consortium, ParkedItem
from consortium.operations.advance import each, park
from funding.models import Round
from funding.operations.assessments import assess
from funding.operations.charges import issue_charges
from funding.operations.rounds import open_round
from funding.reports import rounds
from funding.reports.rounds import Due
from funding.rules.calendar import next_opening
from funding.rules.choices import Issue

ASSESS = "assess_rounds"
DAY = timedelta(days=1)


def open_rounds(*, consortium: Consortium, on: date) -> int:
    """Open each round whose day has come."""
    return each(
        consortium=consortium,
        sweep="open_rounds",
        on=on,
        items=rounds.unopened(consortium=consortium, on=on),
        key=lambda due: f"{due.levy.code} {due.period.starts_on.isoformat()}",
        handle=lambda due: open_round(consortium=consortium, due=due, by=None, on=on),
    )


def next_round(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a round opens."""
    if rounds.unopened(consortium=consortium, on=after):
        return after + DAY
    openings = [
        next_opening(levy, after, during=charter.period.common(consortium.period))
        for charter in rounds.charters_of(consortium)
        for levy in rounds.levies_of(charter)
    ]
    return earliest(openings)


def assess_rounds(*, consortium: Consortium, on: date) -> int:
    """Assess the rounds whose day has come, and whoever declared late or joined since."""
    due = [round for round, first in rounds.to_assess(consortium=consortium, on=on) if first <= on]
    return each(
        consortium=consortium,
        sweep=ASSESS,
        on=on,
        items=due,
        key=str,
        handle=lambda round: assess_round(round, on=on),
    )


def assess_round(round: Round, *, on: date) -> None:
    """Assess a round; a member whose figures the rule refuses is parked, the others go on."""
    consortium = round.consortium
    parked = dict(
        consortium.parked_items.filter(sweep=ASSESS, key__startswith=f"{round} ").values_list(
            "key", "attempts"
        )
    )
    given_up = {key for key, attempts in parked.items() if attempts >= ParkedItem.LIMIT}
    batch = assess(round=round, leave_out={key.split()[-1] for key in given_up}, by=None, on=on)
    refused = {f"{round} {member.uid}": error for member, error in batch.refused}
    for key, error in refused.items():
        park(consortium, ASSESS, key, on, error.code, error.values)
    solved = parked.keys() - given_up - refused.keys()
    consortium.parked_items.filter(sweep=ASSESS, key__in=solved).delete()


def next_assessment(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which somebody is assessed."""
    waiting = rounds.to_assess(consortium=consortium, on=after)
    return earliest(max(first, after + DAY) for _, first in waiting)


def charge_rounds(*, consortium: Consortium, on: date) -> int:
    """Charge what is assessed, for levies whose charges leave by themselves."""
    return each(
        consortium=consortium,
        sweep="charge_rounds",
        on=on,
        items=[
            round
            for round, due, assessed_on in rounds.to_charge(consortium=consortium)
            if automatic(due) and assessed_on <= on
        ],
        key=str,
        handle=lambda round: issue_charges(round=round, by=None, on=on),
    )


def next_charges(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which something assessed is charged."""
    waiting = rounds.to_charge(consortium=consortium)
    return earliest(max(first, after + DAY) for _, due, first in waiting if automatic(due))


def automatic(due: Due) -> bool:
    return due.levy.issue == Issue.AUTOMATIC


def earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
