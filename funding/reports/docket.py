"""What is due in dues: what rounds wait for, and charges to pay."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import list_of, told
from consortium.states import DESK_ROLES, OFFICE_ROLES, Role
from funding.models import MEMBER_READERS, Charge, DuesRun, Round
from funding.reports.exchanges import waiting as waiting_rates
from funding.reports.liability import without_figures
from funding.reports.roll import declared_anew, moved_since
from funding.reports.rounds import Due, charters_of, governed, levies_of
from funding.reports.runs import may_confirm
from funding.rules.choices import Issue

Governed = Sequence[tuple[Round, Due]]


def concerning(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Round]:
    """Return the rounds a user may have to do with.

    All to finance staff and to a member's people; to others those whose run waits for them.
    """
    rows = Round.objects.filter(consortium=consortium)
    if is_finance(user, consortium, on) or own(user, consortium, on):
        return rows
    return rows.filter(Exists(open_runs(consortium, user, on).filter(round=OuterRef("pk"))))


def rounds(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Figures to declare, runs to propose and to confirm, rates to record.

    What is over for good is not looked at: of past periods those only in which a run is
    proposed or figures wait for a rate, and nothing of what is final.
    """
    charters = charters_of(consortium)
    lasting = {
        levy.code
        for charter in charters
        for levy in levies_of(charter)
        if levy.exchange is not None or levy.issue == Issue.CONFIRMED
    }
    rows = concerning(consortium=consortium, user=user, on=on, until=until).filter(
        Q(ends_on__gt=on) | Q(levy__in=lasting)
    )
    found = list(governed(rows, consortium, charters))
    current = [
        (round, due)
        for round, due in found
        if due.schedule.assess_on <= until and not due.final(on)
    ]
    yield from figures(found, consortium, user, on, until)
    yield from runs(current, consortium, user, on)
    yield from rates(current, consortium, user, on)


def figures(
    found: Governed, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Rounds that close: to finance staff as a count, to a member's people as their own duty."""
    staff, mine = is_finance(user, consortium, on), own(user, consortium, on)
    for round, due in found:
        closes_on = due.schedule.closes_on
        if not due.levy.inputs or closes_on > until or round.ends_on is None or round.ends_on <= on:
            continue
        missing = without_figures(consortium=consortium, due=due)
        values = {"levy": due.levy.label, "period": round.starts_on}
        if staff and (count := missing.count()):
            yield DocketItem(
                "figures_missing",
                closes_on,
                {**values, "count": count},
                href=f"/admin/funding/round/{round.pk}/change/",
                mine=True,
            )
        for member in missing.filter(organization__in=mine) if mine else ():
            yield DocketItem(
                "figures_due",
                closes_on,
                {**values, "member": str(member)},
                member_uid=str(member.uid),
                href="/api/v1/declarations/",
                mine=True,
            )


def runs(found: Governed, consortium: Consortium, user: Any, on: date) -> Iterator[DocketItem]:
    """Rounds to look at and propose, and proposed ones that wait for a second person."""
    confirmed = [(round, due) for round, due in found if due.levy.issue == Issue.CONFIRMED]
    if not confirmed:
        return
    proposed = {run.round_id: run for run in open_runs(consortium, user, on)}
    for round, due in confirmed:
        if (run := proposed.get(round.pk)) is not None:
            yield DocketItem(
                "run_to_confirm",
                run.proposed_on,
                {"levy": due.levy.label, "period": round.starts_on, "count": run.count},
                href=f"/admin/funding/duesrun/{run.pk}/change/",
                mine=may_confirm(run, user, on, due),
            )
    if is_finance(user, consortium, on):
        unproposed = [each for each in confirmed if each[0].pk not in proposed]
        yield from to_propose(unproposed, consortium, on)


def to_propose(found: Governed, consortium: Consortium, on: date) -> Iterator[DocketItem]:
    """Rounds in which somebody has to be assessed, or assessed again."""
    declared = declared_anew(consortium=consortium, on=on) if found else set()
    waiting = [
        (round, due)
        for round, due in found
        if (round.levy, round.starts_on) in declared
        or (
            round.period.end > on
            and moved_since(round=round, due=due, on=max(on, due.schedule.assess_on))
        )
    ]
    done = DuesRun.objects.filter(
        consortium=consortium, done_on__isnull=False, round__in=[round for round, _due in waiting]
    )
    again = set(done.values_list("round_id", flat=True)) if waiting else set()
    for round, due in waiting:
        # What comes after the first run has no day of its own in the calendar.
        yield DocketItem(
            "run_to_propose",
            on if round.pk in again else due.schedule.assess_on,
            {"levy": due.levy.label, "period": round.starts_on},
            href=f"/admin/funding/round/{round.pk}/preview/",
            mine=True,
        )


def rates(found: Governed, consortium: Consortium, user: Any, on: date) -> Iterator[DocketItem]:
    """Exchange rates that declared figures wait for, to finance staff."""
    if not is_finance(user, consortium, on):
        return
    for each in waiting_rates(consortium, on, found):
        exchange = each.due.levy.exchange
        assert exchange is not None
        asked = {
            "rate": f"{consortium.slug}/{exchange.rate}/{each.due.levy.unit}",
            "unit": each.unit,
            "published_on": each.until.isoformat(),
        }
        yield DocketItem(
            "rate_to_record",
            each.due.schedule.assess_on,
            {
                "rate": exchange.label,
                "unit": each.unit,
                "until": each.until,
                "levy": each.due.levy.label,
                "period": each.round.starts_on,
                "count": each.members,
            },
            href=f"/admin/funding/exchangerate/add/?{urlencode(asked)}",
            mine=True,
        )


def own_charges(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Charge]:
    """Return the charges of the members a user speaks for that fall due by a day."""
    rows = Charge.objects.filter(
        consortium=consortium,
        due_on__gte=on,
        due_on__lte=until,
        member__organization__in=own(user, consortium, on),
    )
    return rows.select_related("member__organization").order_by("due_on", "number")


def charges(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Charges that fall due, to their payers; no amounts."""

    def item(charge: Charge) -> DocketItem:
        return DocketItem(
            "charge_due",
            charge.due_on,
            {"number": charge.number, "member": str(charge.member)},
            member_uid=str(charge.member.uid),
            href=f"/api/v1/charges/{charge.uid}/",
            mine=True,
        )

    return told(own_charges(consortium=consortium, user=user, on=on, until=until), item)


def seen_charges(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Charge]:
    """Return the charges that fall due by a day which staff may see, their own left out."""
    if not holds(user, consortium, on, *OFFICE_ROLES):
        return Charge.objects.none()
    rows = Charge.objects.visible_to(user, on).filter(
        consortium=consortium, due_on__gte=on, due_on__lte=until
    )
    return rows.exclude(member__organization__in=own(user, consortium, on))


def charges_by_day(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """How many charges fall due on which day, to staff; no amounts."""
    finance, desk = is_finance(user, consortium, on), holds(user, consortium, on, *DESK_ROLES)
    rows = seen_charges(consortium=consortium, user=user, on=on, until=until)
    days = rows.order_by("due_on").values_list("due_on").annotate(count=Count("pk"))
    for due_on, count in days:
        href = (
            f"{list_of(Charge, consortium)}&due_on={due_on}"
            if desk
            else f"/api/v1/charges/?consortium={consortium.slug}"
            f"&due_from={due_on}&due_until={due_on}"
        )
        yield DocketItem("charges_due", due_on, {"count": count}, href=href, mine=finance)


def open_runs(consortium: Consortium, user: Any, on: date) -> QuerySet[DuesRun]:
    """Return the runs that wait for a second person, as far as a user may see them."""
    return DuesRun.objects.visible_to(user, on).filter(consortium=consortium, confirmed_on=None)


def own(user: Any, consortium: Consortium, on: date) -> set[int]:
    """Return the organizations whose figures and charges a user answers for."""
    return access.spoken_for(user, consortium=consortium, on=on, roles=MEMBER_READERS)


def is_finance(user: Any, consortium: Consortium, on: date) -> bool:
    return holds(user, consortium, on, Role.FINANCE)


def holds(user: Any, consortium: Consortium, on: date, *roles: Role) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles=set(roles), organization=None)
