"""What the daily sweeps do for dues: open rounds, remind, estimate, assess and charge.

Each finds its due work by a query over what is not done, so that a sweep that
was killed, doubled or skipped for a month is made good by the next one.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min

from consortium.models import Consortium, MembershipTerm, ParkedItem, User
from consortium.operations.advance import each, park
from funding.models import Declaration, Round
from funding.operations.asking import announce_closing, remind
from funding.operations.assess import Batch, assess
from funding.operations.estimates import estimate_figures, unestimated
from funding.operations.rounds import open_round
from funding.operations.runs import carry_out, unfinished
from funding.reports import rounds
from funding.reports.roll import declared_anew, moved_since
from funding.reports.rounds import Due, earliest, governed
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
    return rounds.next_round(consortium=consortium, after=after)


def collecting(consortium: Consortium) -> Iterator[Due]:
    """Yield the rounds that ask for figures, with what governs each."""
    for _round, due in governed(Round.objects.all(), consortium):
        if due.levy.inputs:
            yield due


def remind_members(*, consortium: Consortium, on: date) -> int:
    """Ask again for figures on the calendar's days, and say when a round has closed.

    Of several days that have passed only the last one counts.
    """
    told = 0
    for due in collecting(consortium):
        days = due.schedule
        passed = [day for day in days.remind_on if day <= on]
        if passed and on < days.assess_on:
            told += remind(consortium=consortium, due=due, reminded_on=passed[-1], on=on)
        if days.closes_on <= on <= max(days.assess_on, days.closes_on):
            told += announce_closing(consortium=consortium, due=due, on=on)
    return told


def next_reminder(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which members are reminded or a round closes."""
    days = (
        day
        for due in collecting(consortium)
        for day in (*due.schedule.remind_on, due.schedule.closes_on)
    )
    return earliest(day for day in days if day > after)


def estimate_missing(*, consortium: Consortium, on: date) -> int:
    """Estimate the figures nobody declared, where the charter says how."""
    return each(
        consortium=consortium,
        sweep="estimate_missing",
        on=on,
        items=unestimated(consortium=consortium, on=on),
        key=lambda item: f"{item[1].levy.code} {item[1].period.starts_on} {item[0].uid}",
        handle=lambda item: estimate_figures(member=item[0], due=item[1], by=None, on=on),
    )


def next_estimates(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which figures that are missing then are estimated."""
    days = (due.schedule.assess_on for due in collecting(consortium) if due.levy.missing)
    return earliest(day for day in days if day > after)


def assess_rounds(*, consortium: Consortium, on: date) -> int:
    """Assess and charge what leaves by itself: on its day, or when it was declared later.

    Returns how many members were assessed.
    """
    assessed: list[int] = []
    each(
        consortium=consortium,
        sweep=ASSESS,
        on=on,
        items=to_assess(consortium, on),
        key=str,
        handle=lambda round: assessed.append(assess_round(round, on=on).written),
    )
    return sum(assessed)


def to_assess(consortium: Consortium, on: date) -> Iterator[Round]:
    """Yield the rounds in which somebody may be assessed by a day."""
    declared = declared_anew(consortium=consortium, on=on)
    for round, due in automatic(consortium):
        if due.schedule.assess_on <= on and (
            (round.levy, round.starts_on) in declared or moved_since(round=round, due=due, on=on)
        ):
            yield round


def automatic(consortium: Consortium) -> Iterator[tuple[Round, Due]]:
    """Yield the rounds whose charges leave by themselves and that are not final."""
    for round, due in governed(Round.objects.all(), consortium):
        if due.levy.issue == Issue.AUTOMATIC:
            yield round, due


def assess_round(round: Round, *, by: User | None = None, on: date) -> Batch:
    """Assess a round; a member whose figures the rule refuses is parked, the others go on.

    A person who asks has those tried as well that the sweep has given up.
    """
    consortium = round.consortium
    parked = dict(
        consortium.parked_items.filter(sweep=ASSESS, key__startswith=f"{round} ").values_list(
            "key", "attempts"
        )
    )
    given_up = {key for key, attempts in parked.items() if attempts >= ParkedItem.LIMIT and not by}
    batch = assess(round=round, leave_out={key.split()[-1] for key in given_up}, by=by, on=on)
    refused = {f"{round} {entry.uid}": error for entry, error in batch.refused}
    for key, error in refused.items():
        park(consortium, ASSESS, key, on, error.code, error.values)
    solved = parked.keys() - given_up - refused.keys()
    consortium.parked_items.filter(sweep=ASSESS, key__in=solved).delete()
    return batch


def next_assessment(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which somebody may be assessed; too early at worst.

    A membership that is changed in retrospect is noticed on the next day that is swept.
    """
    tomorrow = after + DAY
    declared = declared_anew(consortium=consortium, on=tomorrow)
    failed = consortium.parked_items.filter(sweep=ASSESS, attempts__lt=ParkedItem.LIMIT)
    if failed.exists():
        return tomorrow
    days: list[date | None] = []
    for round, due in automatic(consortium):
        if due.schedule.assess_on > after:
            days.append(due.schedule.assess_on)
        elif (round.levy, round.starts_on) in declared:
            return tomorrow
    later: dict[str, date | None] = Declaration.objects.filter(
        consortium=consortium, declared_on__gt=tomorrow
    ).aggregate(on=Min("declared_on"))
    joining: dict[str, date | None] = MembershipTerm.objects.filter(
        member__consortium=consortium, starts_on__gt=after
    ).aggregate(on=Min("starts_on"))
    return earliest([*days, later["on"], joining["on"]])


def carry_out_runs(*, consortium: Consortium, on: date) -> int:
    """Finish the confirmed runs that somebody was killed over."""
    return each(
        consortium=consortium,
        sweep="carry_out_runs",
        on=on,
        items=unfinished(consortium=consortium),
        key=str,
        handle=lambda run: carry_out(run, on=on),
    )


def next_run(*, consortium: Consortium, after: date) -> date | None:
    """Return tomorrow where a confirmed run is not finished."""
    return after + DAY if unfinished(consortium=consortium) else None
