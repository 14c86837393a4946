"""Reports by hand, and schedules: who may, what is refused, what is kept."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from consortium.errors import Denied, DomainError
from consortium.models import AuditEvent, Document, Report, ReportSchedule
from consortium.operations.reports import moment, produce_report
from consortium.operations.schedules import change_schedule, schedule_report, stop_schedule
from consortium.periods import Period
from consortium.reports.verify import reports as check
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import Timetable, period_of
from consortium.states import Role
from tests.cast import TODAY, Cast
from tests.factories.contents import contribute
from tests.factories.reporting import MONTH, MONTHLY, report_some, said, scheduled

KNOWN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    contribute(monkeypatch)


def produce(cast: Cast, **changes: Any) -> Report:
    given: dict[str, Any] = {
        "consortium": cast.consortium,
        "kind": "small",
        "period": MONTH,
        "parameters": {},
        "language": "en",
        "format": "json",
        "by": cast.people["finance"],
        "on": TODAY,
        **changes,
    }
    return produce_report(**given)


def content(report: Report) -> Any:
    with report.document.file.open("rb") as file:
        return json.loads(file.read())


def code(call: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **given)
    return refused.value.code


# By hand


def test_a_report_by_hand_is_kept_with_all_it_was_asked_with(cast: Cast) -> None:
    report = produce(cast, as_of=date(2026, 2, 10), known_at=KNOWN, parameters={"rows": 1})
    assert (report.on, report.known_at, report.parameters) == (
        date(2026, 2, 10), KNOWN, {"rows": 1},
    )  # fmt: skip
    assert (report.version, report.edition, report.made_by) == (1, None, cast.people["finance"])
    assert report.document.name == "small-alliance-2026-01.json"
    table = content(report)["parts"][0]["blocks"][0]
    assert table["rows"] == [
        {"what": "row 0", "when": "2026-01-01"},
        {"what": "everybody", "when": "2026-02-10"},
    ]
    event = AuditEvent.objects.filter(action="produce_report").get()
    assert event.subject == f"consortium.report:{report.uid}"
    assert event.facts == {"kind": "small", "sha256": report.document.sha256}


@pytest.mark.parametrize("format", ["pdf", "xlsx", "csv", "json"])
def test_made_again_it_is_the_next_version_with_the_same_digest(cast: Cast, format: str) -> None:
    first, again = (produce(cast, format=format, known_at=KNOWN) for _ in range(2))
    assert [first.version, again.version] == [1, 2]
    assert first.document.sha256 == again.document.sha256
    other = produce(cast, format=format, known_at=KNOWN, parameters={"rows": 4})
    assert other.version == 1
    assert other.document.sha256 != first.document.sha256


def test_without_a_moment_it_is_known_by_the_one_it_is_made_at(cast: Cast) -> None:
    before = moment(cast.consortium)
    report = produce(cast)
    report.refresh_from_db()
    assert report.on == TODAY
    assert before <= report.known_at <= report.made_at <= moment(cast.consortium)


def test_a_running_period_is_reported_as_of_a_day(cast: Cast) -> None:
    year = period_of("2026")
    assert produce(cast, period=year).on == TODAY
    assert produce(cast, period=year, as_of=date(2026, 1, 1)).on == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"period": period_of("2026-04")}, "report_of_the_future"),
        ({"as_of": date(2025, 12, 31)}, "report_of_the_future"),
        ({"as_of": date(2026, 3, 3)}, "day_to_come"),
        ({"known_at": datetime(2126, 1, 1, tzinfo=UTC)}, "day_to_come"),
        ({"period": Period(date(2026, 1, 1), None)}, "never_ends"),
        ({"period": Period(date(2026, 1, 1), date(2026, 1, 1))}, "ends_before_start"),
        ({"kind": "absent"}, "unknown_report_kind"),
        ({"format": "doc"}, "unknown_format"),
        ({"parameters": {"rows": "many"}}, "invalid_document"),
        ({"parameters": {"else": 1}}, "invalid_document"),
        ({"kind": "broken"}, "unexpected"),
        ({"kind": "each"}, "report_needs_member"),
    ],
)
def test_what_is_no_report_is_refused_and_leaves_nothing(
    cast: Cast, changes: dict[str, Any], refusal: str
) -> None:
    files = Document.objects.count()
    assert code(produce, cast, **changes) == refusal
    assert (Report.objects.count(), Document.objects.count()) == (0, files)


def test_the_member_must_be_one_it_is_written_for(cast: Cast) -> None:
    payer, outsider = cast.members["payer"], cast.members["outsider"]
    report = produce(cast, kind="each", member=payer)
    assert (report.member, content(report)["member"]) == (payer, "Payer Ltd")
    assert "Payer" not in report.document.name
    assert code(produce, cast, kind="each", member=outsider) == "report_of_no_member"
    assert code(produce, cast, member=payer) == "report_of_no_member"


@pytest.mark.parametrize("who", ["secretary", "reader", "other_secretary", "accountant", "payer"])
def test_only_those_the_kind_is_for_make_it(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        produce(cast, by=cast.people[who])
    assert produce(cast, by=cast.people["auditor"]).version == 1


# Who reads


def readers(cast: Cast, report: Report) -> set[str]:
    rows = {
        name: Report.objects.visible_to(person, TODAY).filter(pk=report.pk).exists()
        for name, person in cast.people.items()
    }
    return {name for name, seen in rows.items() if seen}


def test_a_report_is_read_by_the_roles_of_its_kind_and_a_members_own_people(cast: Cast) -> None:
    assert readers(cast, produce(cast)) == {"finance", "auditor", "root"}
    own = produce(cast, kind="each", member=cast.members["payer"])
    assert readers(cast, own) == {"finance", "auditor", "root", "payer"}
    everyones = {"payer", "partner", "rival", "newcomer"}
    assert readers(cast, produce(cast, kind="open")) == {"finance", "auditor", "root"} | everyones


def test_a_kind_that_no_app_knows_any_more_is_read_by_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = produce(cast)
    monkeypatch.undo()
    assert readers(cast, report) == {"root"}
    assert str(report) == "small · 2026-01"


# Schedules


def test_a_schedule_keeps_what_it_was_told(cast: Cast) -> None:
    schedule = schedule_report(
        consortium=cast.consortium,
        kind="small",
        **said(
            parameters={"rows": 5}, formats=["xlsx", "pdf", "xlsx"], roles=[Role.AUDITOR],
            people=[cast.people["finance"]],
        ),
        by=cast.people["secretary"],
        on=TODAY,
    )  # fmt: skip
    schedule.refresh_from_db()
    assert (schedule.timetable, schedule.parameters) == (MONTHLY, {"rows": 5})
    assert (schedule.formats, schedule.roles) == (["xlsx", "pdf"], ["auditor"])
    assert list(schedule.people.all()) == [cast.people["finance"]]
    assert str(schedule) == "Small report · Every month"
    event = AuditEvent.objects.filter(action="schedule_report").get()
    assert event.facts == {
        "kind": "small", "roles": ["auditor"], "people": [str(cast.people["finance"].uid)],
    }  # fmt: skip


IMPOSSIBLE = Timetable(Rhythm.YEAR, date(2026, 1, 1), 0, date(2026, 1, 2), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"roles": []}, "no_recipients"),
        ({"formats": []}, "no_formats"),
        ({"formats": ["doc"]}, "unknown_format"),
        ({"timetable": IMPOSSIBLE}, "never_due"),
        ({"timetable": replace(MONTHLY, days=-1)}, "offset_out_of_range"),
        ({"timetable": replace(MONTHLY, ends_on=MONTHLY.starts_on)}, "ends_before_start"),
        ({"roles": [Role.READER]}, "role_not_entitled"),
        ({"parameters": {"rows": None}}, "invalid_document"),
        ({"kind": "absent"}, "unknown_report_kind"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused(
    cast: Cast, changes: dict[str, Any], refusal: str
) -> None:
    given = {"kind": "small", "roles": [Role.FINANCE], **changes}
    assert code(scheduled, cast.consortium, **given) == refusal
    assert not ReportSchedule.objects.exists()


def test_a_person_without_a_role_of_the_kind_is_refused(cast: Cast) -> None:
    for name, refusal in (("reader", "person_not_entitled"), ("nobody", "person_not_entitled")):
        people = [cast.people["finance"], cast.people[name]]
        given: dict[str, Any] = {"kind": "small", "roles": [], "people": people}
        assert code(scheduled, cast.consortium, **given) == refusal


def test_a_change_is_checked_like_a_new_schedule(cast: Cast) -> None:
    schedule = scheduled(cast.consortium)
    who = {"by": cast.people["finance"], "on": TODAY}
    refused = said(roles=[Role.SIGNATORY])
    assert code(change_schedule, schedule=schedule, **refused, **who) == "role_not_entitled"
    quarterly = replace(MONTHLY, every=Rhythm.QUARTER)
    changed = change_schedule(
        schedule=schedule, **said(timetable=quarterly, language="zh-hans"), **who
    )
    changed.refresh_from_db()
    assert (changed.every, changed.language) == ("quarter", "zh-hans")


def test_a_stopped_schedule_makes_nothing_more(cast: Cast) -> None:
    schedule = scheduled(cast.consortium)
    stop_schedule(schedule=schedule, by=cast.people["secretary"], on=TODAY)
    assert schedule.ends_on == TODAY
    assert schedule.timetable.coming(TODAY) == []
    assert code(stop_schedule, schedule=schedule, by=None, on=TODAY) == "already_ended"


def test_a_schedule_stopped_before_its_first_day_never_was(cast: Cast) -> None:
    later = replace(MONTHLY, starts_on=date(2027, 1, 1))
    schedule = scheduled(cast.consortium, timetable=later)
    stop_schedule(schedule=schedule, by=None, on=TODAY)
    schedule.refresh_from_db()
    assert list(schedule.timetable.periods()) == []


# The check


def test_verify_names_a_report_whose_file_is_not_the_one_that_was_made(cast: Cast) -> None:
    report_some(cast)
    assert list(check(consortium=cast.consortium)) == []
    forged = Document.objects.create(
        consortium=cast.consortium, file="x", name="x", content_type="x", size=1, sha256="0" * 64
    )
    Report.objects.create(
        consortium=cast.consortium, kind="members", starts_on=MONTH.starts_on, ends_on=MONTH.end,
        on=TODAY, known_at=KNOWN, language="en", format="json", version=9, document=forged,
    )  # fmt: skip
    (failure,) = check(consortium=cast.consortium)
    assert failure.code == "report_altered"
