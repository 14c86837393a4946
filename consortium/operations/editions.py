"""What falls due of scheduled reports: made once each, announced once, tried again by hand."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import override

from consortium.access import in_one_transaction, operation
from consortium.models import (
    Consortium,
    Notice,
    Report,
    ReportEdition,
    ReportSchedule,
    User,
)
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.operations.notices import notify
from consortium.operations.reports import kept, moment
from consortium.operations.schedules import MANAGERS
from consortium.periods import Period
from consortium.reports import editions
from consortium.reports.editions import SWEEP, Missing
from consortium.reports.orders import kind_of
from consortium.states import NoticeState

DAY = timedelta(days=1)


def make_reports(*, consortium: Consortium, on: date) -> int:
    """Open each period that is due, make the files it lacks, and tell who reads them.

    Returns how many were made. A file that fails is parked, the others go on.
    """
    for schedule, period in editions.unopened(consortium=consortium, on=on):
        open_edition(schedule, period)
    unfinished = editions.unfinished(consortium=consortium)
    return sum(finish(edition, by=None, on=on) for edition in unfinished)


def foresee_reports(*, consortium: Consortium, on: date) -> int:
    """Open each period that is due and count its files as made; none is written or announced."""
    for schedule, period in editions.unopened(consortium=consortium, on=on):
        open_edition(schedule, period)
    files: list[int] = []

    def count(edition: ReportEdition) -> None:
        files.append(len(editions.missing(edition)))
        ReportEdition.objects.filter(pk=edition.pk).update(expected=files[-1], done_on=on)

    each(
        consortium=consortium,
        sweep=SWEEP,
        on=on,
        items=editions.unfinished(consortium=consortium),
        key=lambda edition: str(edition.uid),
        handle=count,
    )
    return sum(files)


def next_reports(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a report is due, or to be tried again."""
    tomorrow = after + DAY
    if any(editions.unopened(consortium=consortium, on=after)):
        return tomorrow
    given_up = editions.given_up(consortium)
    for edition in editions.unfinished(consortium=consortium):
        # At least the edition itself, where it is not known yet what it comes to.
        lacking = max(edition.expected - edition.reports.count(), 1)
        if lacking > given_up[str(edition.uid)]:
            return tomorrow
    days = [
        schedule.timetable.due_on(period)
        for schedule in consortium.report_schedules.all()
        for period in schedule.timetable.coming(after)
    ]
    return min(days, default=None)


def open_edition(schedule: ReportSchedule, period: Period) -> None:
    ReportEdition.objects.get_or_create(
        schedule=schedule,
        starts_on=period.starts_on,
        ends_on=period.end,
        defaults={"consortium": schedule.consortium, "on": schedule.timetable.due_on(period)},
    )


def finish(edition: ReportEdition, *, by: User | None, on: date) -> int:
    """Make what an edition lacks, each file in a transaction of its own; return how many."""
    many: dict[str, Any] = {"consortium": edition.schedule.consortium, "sweep": SWEEP, "on": on}
    lacking: list[Missing] = []

    def look(edition: ReportEdition) -> None:
        lacking.extend(editions.missing(edition))
        expected = edition.reports.count() + len(lacking)
        ReportEdition.objects.filter(pk=edition.pk).update(expected=expected)

    # Should the list of members fail already, the edition as a whole is parked.
    if not each(**many, items=[edition], key=lambda edition: str(edition.uid), handle=look):
        return 0
    made = each(
        **many,
        items=lacking,
        key=lambda item: item.key,
        handle=lambda item: in_one_transaction(lambda: make(item, by=by, on=on)),
    )
    in_one_transaction(lambda: close(edition, complete=made == len(lacking), on=on))
    return made


def make(item: Missing, *, by: User | None, on: date) -> None:
    """Make one file, unless another worker has; that one is waited for."""
    edition = item.edition
    ReportEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if not edition.reports.filter(member=item.member, format=item.format).exists():
        order = editions.ordered(item, known_at=moment(edition.schedule.consortium))
        # Whom it is of was listed with the edition; to list them again for each is a square.
        kept(order.timely(), edition=edition, by=by, on=on)


def close(edition: ReportEdition, *, complete: bool, on: date) -> None:
    """Note that an edition is complete, and announce it once there is something to read."""
    now = ReportEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if complete and now.done_on is None:
        now.done_on = on
    if now.told_on is None and Report.objects.filter(edition=now).exists():
        now.told_on = on
        announce(edition, on=on)
    now.save(update_fields=["done_on", "told_on"])


def announce(edition: ReportEdition, *, on: date) -> None:
    """Announce an edition to each recipient, in the notice that still waits for them if any.

    So that after an outage one mail tells of all that was caught up.
    """
    consortium, label = edition.schedule.consortium, labels(edition.schedule.kind)
    for person in editions.recipients(edition, on=on):
        waiting = (
            Notice.objects.select_for_update()
            .filter(
                consortium=consortium,
                recipient=person,
                code="reports_ready",
                state=NoticeState.WAITING,
            )
            .first()
        )
        if waiting is None:
            notify(
                consortium=consortium,
                to=[person],
                code="reports_ready",
                on=on,
                about=str(edition.uid),
                href=address(person, consortium),
                reports=[label],
            )
        elif label not in waiting.values["reports"]:
            waiting.values["reports"].append(label)
            waiting.save(update_fields=["values"])


def labels(kind: str) -> dict[str, str]:
    """Return what a kind is called in both languages, as stored values word it."""
    found = {}
    for name, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            found[name] = str(kind_of(kind).label)
    return found


def address(person: User, consortium: Consortium) -> str:
    """Return where a person finds reports: at the desk, or over REST."""
    if person.is_staff:
        return f"/admin/consortium/report/?consortium__id__exact={consortium.pk}"
    return f"/api/v1/reports/?consortium={consortium.slug}"


@operation(allow=MANAGERS, subject="schedule", in_batches=True)
def retry_report(*, schedule: ReportSchedule, by: User | None, on: date) -> int:
    """Make at once what a schedule lacks, also what the sweep has given up; return how many.

    What fails again is parked again, with its reason.
    """
    made = 0
    for edition in editions.unfinished(consortium=schedule.consortium):
        if edition.schedule_id == schedule.pk:
            for item in editions.failures(edition):
                item.delete()
            made += finish(edition, by=by, on=on)
    in_one_transaction(
        lambda: record(
            consortium=schedule.consortium,
            action="retry_report",
            by=by,
            on=on,
            subject=schedule,
            count=made,
        )
    )
    return made
