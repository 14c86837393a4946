"""What is due in dues: figures to declare, charges to confirm, charges to pay."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from funding.models import Charge, DuesRun, Round
from funding.reports.exchanges import waiting as waiting_rates
from funding.reports.liability import without_figures
from funding.reports.roll import declared_anew, moved_since
from funding.reports.rounds import collecting, governed
from funding.reports.runs import may_confirm
from funding.rules.choices import Issue


def figures(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Rounds that close: to finance staff as a count, to a member's people as their own duty."""
    staff = is_finance(user, consortium, on)
    own = access.own(user, on, Role.SIGNATORY, Role.FINANCE_CONTACT, organization="organization")
    for round, due in collecting(consortium=consortium, on=on):
        closes_on = due.schedule.closes_on
        if not due.levy.inputs or closes_on > until:
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
        for member in missing.filter(own):
            yield DocketItem(
                "figures_due",
                closes_on,
                {**values, "member": str(member)},
                member_uid=str(member.uid),
                href="/api/v1/declarations/",
                mine=True,
            )


def charges(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Charges that fall due, to their payers and to finance staff; no amounts."""
    seen = Charge.objects.visible_to(user, on).filter(
        consortium=consortium, due_on__gte=on, due_on__lte=until
    )
    staff = is_finance(user, consortium, on)
    own = access.own(user, on, Role.SIGNATORY, Role.FINANCE_CONTACT)
    mine = set(seen.filter(own).values_list("pk", flat=True))
    for charge in seen.select_related("member__organization").order_by("due_on", "number"):
        yield DocketItem(
            "charge_due",
            charge.due_on,
            {"number": charge.number, "member": str(charge.member)},
            member_uid=str(charge.member.uid),
            href=f"/admin/funding/charge/{charge.pk}/change/"
            if staff
            else f"/api/v1/charges/{charge.uid}/",
            mine=staff or charge.pk in mine,
        )


def runs(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Rounds to look at and propose, and proposed ones that wait for a second person."""
    proposed = {run.round_id: run for run in DuesRun.objects.visible_to(user, on).filter(
        consortium=consortium, confirmed_on=None)}  # fmt: skip
    finance = is_finance(user, consortium, on)
    declared = declared_anew(consortium=consortium, on=on) if finance else set()
    done = DuesRun.objects.filter(consortium=consortium, done_on__isnull=False)
    again = set(done.values_list("round_id", flat=True)) if finance else set()
    for round, due in governed(Round.objects.all(), consortium):
        assess_on = due.schedule.assess_on
        if due.levy.issue != Issue.CONFIRMED or assess_on > until or due.final(on):
            continue
        values = {"levy": due.levy.label, "period": round.starts_on}
        run = proposed.get(round.pk)
        if run is not None:
            yield DocketItem(
                "run_to_confirm",
                run.proposed_on,
                {**values, "count": run.count},
                href=f"/admin/funding/duesrun/{run.pk}/change/",
                mine=may_confirm(run, user, on),
            )
        elif finance and (
            (round.levy, round.starts_on) in declared
            or (round.period.end > on and moved_since(round=round, due=due, on=max(on, assess_on)))
        ):
            # What comes after the first run has no day of its own in the calendar.
            yield DocketItem(
                "run_to_propose",
                on if round.pk in again else assess_on,
                values,
                href=f"/admin/funding/round/{round.pk}/preview/",
                mine=True,
            )


def rates(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Exchange rates that declared figures wait for, to finance staff."""
    if not is_finance(user, consortium, on):
        return
    for each in waiting_rates(consortium, on):
        exchange, assess_on = each.due.levy.exchange, each.due.schedule.assess_on
        if exchange is None or assess_on > until:
            continue
        asked = {
            "rate": f"{consortium.slug}/{exchange.rate}/{each.due.levy.unit}",
            "unit": each.unit,
            "published_on": each.until.isoformat(),
        }
        yield DocketItem(
            "rate_to_record",
            assess_on,
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


def is_finance(user: Any, consortium: Consortium, on: date) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles={Role.FINANCE}, organization=None)
