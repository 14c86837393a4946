"""Scheduled reports: each once, in order, whatever happens; announced once to those entitled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from consortium import words
from consortium.models import (
    Appointment,
    Consortium,
    Document,
    Notice,
    ParkedItem,
    Report,
    ReportEdition,
)
from consortium.operations import editions, reports
from consortium.operations.advance import advance, retry_parked
from consortium.operations.editions import make_reports, next_reports, retry_report
from consortium.operations.schedules import change_schedule, stop_schedule
from consortium.reports.docket import docket
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import written
from consortium.states import NoticeState, Role
from tests.cast import NOW, TODAY, Cast
from tests.factories.contents import contribute
from tests.factories.ledgers import small
from tests.factories.reporting import MONTHLY, said, scheduled

LATER = date(2026, 3, 29)
"""The day on which the report of February is due."""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    contribute(monkeypatch)


def made(consortium: Consortium) -> list[tuple[str, str, str | None, date]]:
    """Return period, format, member and day of every report, in the order they were made."""
    rows = Report.objects.filter(consortium=consortium).order_by("pk")
    return [
        (written(row.period), row.format, str(row.member) if row.member else None, row.on)
        for row in rows.select_related("member__organization")
    ]


def told(cast: Cast) -> dict[str, list[str]]:
    """Return what each person was told, by user name."""
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(code="reports_ready").order_by("pk"):
        values = {**notice.values, "consortium": notice.consortium.name}
        found.setdefault(notice.recipient.username, []).append(words.say(notice.code, values))
    return found


def sweep(cast: Cast, on: date = TODAY) -> int:
    return make_reports(consortium=cast.consortium, on=on)


JANUARY, FEBRUARY = date(2026, 3, 1), LATER


def test_each_period_is_made_once_as_of_the_day_it_was_due(cast: Cast) -> None:
    scheduled(cast.consortium, formats=["json", "csv"])
    assert sweep(cast) == 2
    assert sweep(cast) == 0
    assert made(cast.consortium) == [
        ("2026-01", "json", None, JANUARY), ("2026-01", "csv", None, JANUARY),
    ]  # fmt: skip
    assert sweep(cast, on=LATER) == 2
    edition = ReportEdition.objects.order_by("pk").first()
    assert edition is not None
    assert (edition.expected, edition.done_on, edition.told_on) == (2, TODAY, TODAY)


def test_after_an_outage_every_period_is_made_in_order_and_told_of_once(cast: Cast) -> None:
    scheduled(cast.consortium)
    scheduled(cast.consortium, kind="small", roles=[Role.AUDITOR], people=[cast.people["finance"]])
    on = date(2026, 8, 28)
    assert sweep(cast, on=on) == 12
    periods = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    assert [period for period, *_ in made(cast.consortium)] == sorted(periods * 2)
    assert told(cast) == {
        "reader": ["New reports of The alliance are ready: Roll of members"],
        "auditor": ["New reports of The alliance are ready: Small report"],
        "finance": ["New reports of The alliance are ready: Small report"],
    }


def test_the_notice_that_waits_takes_up_what_is_new_and_one_that_was_sent_does_not(
    cast: Cast,
) -> None:
    scheduled(cast.consortium, roles=[Role.AUDITOR])
    sweep(cast)
    scheduled(cast.consortium, kind="small", roles=[Role.AUDITOR])
    sweep(cast)
    both = "New reports of The alliance are ready: Roll of members, Small report"
    assert told(cast) == {"auditor": [both]}
    Notice.objects.update(state=NoticeState.SENT)
    sweep(cast, on=LATER)
    assert told(cast) == {"auditor": [both, both]}
    hrefs = Notice.objects.filter(code="reports_ready").values_list("href", flat=True)
    assert set(hrefs) == {f"/admin/consortium/report/?consortium__id__exact={cast.consortium.pk}"}


def test_a_label_is_worded_in_the_readers_language(cast: Cast) -> None:
    scheduled(cast.consortium)
    sweep(cast)
    (label,) = Notice.objects.get(code="reports_ready").values["reports"]
    assert label.keys() == {"en", "zh"}


def test_who_lost_the_role_is_told_nothing_and_reads_nothing(cast: Cast) -> None:
    reader, finance = cast.people["reader"], cast.people["finance"]
    scheduled(cast.consortium, people=[finance])
    Appointment.objects.filter(user__in=[reader, finance]).update(ends_on=TODAY)
    sweep(cast)
    assert told(cast) == {}
    for person in (reader, finance):
        assert not Report.objects.visible_to(person, TODAY).exists()
    assert Report.objects.count() == 1


def test_members_people_are_told_of_their_own_report_only(cast: Cast) -> None:
    scheduled(cast.consortium, kind="each", roles=[Role.SIGNATORY])
    sweep(cast)
    assert set(told(cast)) == {"payer", "partner", "newcomer"}  # the rival's could not be made
    seen = Report.objects.visible_to(cast.people["payer"], TODAY)
    assert [str(report.member) for report in seen] == ["Payer Ltd"]
    href = Notice.objects.filter(code="reports_ready").values_list("href", flat=True)[0]
    assert href == "/api/v1/reports/?consortium=alliance"


# What fails


def failing(cast: Cast, times: int) -> None:
    for _ in range(times):
        sweep(cast)


def test_one_member_that_fails_is_parked_and_the_others_go_out(cast: Cast) -> None:
    schedule = scheduled(cast.consortium, kind="each", roles=[Role.AUDITOR])
    assert sweep(cast) == 3
    (item,) = ParkedItem.objects.filter(sweep="reports")
    assert (item.reason, item.attempts) == ("unexpected", 1)
    edition = schedule.editions.get()
    assert item.key == f"{edition.uid} json {cast.members['rival'].uid}"
    assert (edition.expected, edition.reports.count(), edition.done_on) == (4, 3, None)
    failing(cast, times=6)
    item.refresh_from_db()
    assert item.attempts == ParkedItem.LIMIT
    assert Report.objects.count() == 3
    assert list(told(cast)) == ["auditor"]


def test_what_failed_is_made_by_hand_once_its_cause_is_mended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = scheduled(cast.consortium, kind="each", roles=[Role.AUDITOR])
    failing(cast, times=6)
    finance = cast.people["finance"]
    assert retry_report(schedule=schedule, by=finance, on=TODAY) == 0
    assert ParkedItem.objects.get(sweep="reports").attempts == 1
    organization = cast.members["rival"].organization
    organization.name_en = "Mended Ltd"
    organization.save()
    assert retry_report(schedule=schedule, by=finance, on=TODAY) == 1
    assert not ParkedItem.objects.filter(sweep="reports").exists()
    edition = schedule.editions.get()
    assert (edition.reports.count(), edition.done_on) == (4, TODAY)
    assert Report.objects.order_by("pk").last().made_by == finance  # type: ignore[union-attr]
    assert len(told(cast)["auditor"]) == 1


def test_the_parked_items_own_retry_lets_the_next_sweep_try(cast: Cast) -> None:
    scheduled(cast.consortium, kind="broken", roles=[Role.AUDITOR])
    failing(cast, times=5)
    assert next_reports(consortium=cast.consortium, after=TODAY) == LATER
    retry_parked(item=ParkedItem.objects.get(sweep="reports"), by=None, on=TODAY)
    assert next_reports(consortium=cast.consortium, after=TODAY) == date(2026, 3, 3)
    sweep(cast)
    assert ParkedItem.objects.get(sweep="reports").attempts == 1
    assert told(cast) == {}


def test_a_kind_that_no_app_knows_any_more_parks_its_edition(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = scheduled(cast.consortium, kind="small", roles=[Role.AUDITOR])
    scheduled(cast.consortium)
    monkeypatch.undo()
    assert sweep(cast) == 1
    item = ParkedItem.objects.get(sweep="reports")
    assert (item.reason, item.key) == ("unknown_report_kind", str(schedule.editions.get().uid))


def test_a_report_given_up_stands_in_the_docket_of_those_who_can_mend_it(cast: Cast) -> None:
    schedule = scheduled(cast.consortium, kind="each", roles=[Role.AUDITOR])
    failing(cast, times=5)

    def seen(name: str) -> list[tuple[str, str]]:
        items = docket(consortium=cast.consortium, user=cast.people[name], on=TODAY, until=TODAY)
        found = [item for item in items if item.code in ("report_failed", "parked")]
        return [(words.say(item.code, item.values), item.href) for item in found]

    href = f"/admin/consortium/reportschedule/{schedule.pk}/change/"
    said = [("Report not made, 1 files: Report of each · 2026-01", href)]
    assert (seen("secretary"), seen("finance"), seen("reader")) == (said, said, [])


# Killed, doubled, changed


def test_a_sweep_killed_midway_is_made_good(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As when the worker is killed: nothing catches it."""

    scheduled(cast.consortium, kind="each", roles=[Role.AUDITOR], formats=["json", "csv"])
    tries = iter(range(100))

    def kept(*args: Any, **given: Any) -> Report:
        if next(tries) == 3:
            raise Killed
        return reports.kept(*args, **given)

    monkeypatch.setattr(editions, "kept", kept)
    with pytest.raises(Killed):
        sweep(cast)
    assert (Report.objects.count(), told(cast)) == (3, {})
    assert sweep(cast) == 3
    keys = Report.objects.values_list("edition", "member", "format")
    assert len(set(keys)) == len(keys) == 6
    assert len(told(cast)["auditor"]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_file_once() -> None:
    consortium = small("small", members="abc")
    scheduled(consortium, kind="open", roles=[Role.SIGNATORY], formats=["json", "csv", "xlsx"])

    def run(_: int) -> int:
        try:
            return make_reports(consortium=Consortium.objects.get(), on=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(run, range(2)))
    assert sorted(row[1] for row in made(consortium)) == ["csv", "json", "xlsx"]
    assert not ParkedItem.objects.exists()
    assert Document.objects.count() == 3


def test_other_formats_and_rhythms_apply_to_what_is_due_later(cast: Cast) -> None:
    schedule = scheduled(cast.consortium)
    sweep(cast)
    quarterly = replace(MONTHLY, every=Rhythm.QUARTER, days=0, starts_on=date(2026, 4, 1))
    change_schedule(
        schedule=schedule, **said(timetable=quarterly, formats=["csv"]), by=None, on=TODAY
    )
    assert sweep(cast, on=date(2026, 4, 1)) == 1
    assert made(cast.consortium) == [
        ("2026-01", "json", None, JANUARY), ("2026-Q1", "csv", None, date(2026, 4, 1)),
    ]  # fmt: skip


def test_a_stopped_schedule_makes_nothing_more(cast: Cast) -> None:
    schedule = scheduled(cast.consortium)
    stop_schedule(schedule=schedule, by=None, on=date(2026, 3, 1))
    assert sweep(cast, on=date(2026, 12, 31)) == 0
    assert next_reports(consortium=cast.consortium, after=TODAY) is None


# Time


def test_idle_days_are_passed_over(cast: Cast) -> None:
    assert next_reports(consortium=cast.consortium, after=TODAY) is None
    scheduled(cast.consortium)
    assert next_reports(consortium=cast.consortium, after=TODAY) == date(2026, 3, 3)
    sweep(cast)
    assert next_reports(consortium=cast.consortium, after=TODAY) == LATER
    assert next_reports(consortium=cast.consortium, after=LATER) == date(2026, 3, 30)


@pytest.mark.django_db
def test_advance_makes_them_on_their_days(time_machine: Any) -> None:
    time_machine.move_to(NOW)
    consortium = small("small", members="ab")
    scheduled(consortium, timetable=replace(MONTHLY, starts_on=date(2024, 2, 1)))
    advance(consortium=consortium, to=date(2024, 5, 1))
    assert [(period, on.isoformat()) for period, _, _, on in made(consortium)] == [
        ("2024-01", "2024-02-29"), ("2024-02", "2024-03-29"), ("2024-03", "2024-04-29"),
    ]  # fmt: skip
