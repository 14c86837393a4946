"""Reports at the desk: scheduled, changed, stopped, made, tried again and saved."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import Report, ReportSchedule
from consortium.operations.editions import make_reports
from tests.cast import TODAY, Cast
from tests.factories.contents import contribute
from tests.factories.reporting import report_some, scheduled

PLAN = {
    "kind": "small", "every": "quarter", "anchor_on": "2026-01-01", "days": "10",
    "starts_on": "2026-03-02", "ends_on": "", "language": "zh-hans", "formats": ["pdf", "xlsx"],
    "roles": ["finance"], "people": "auditor, finance@example.org", "parameter-small-rows": "7",
    "parameter-each-rows": "x",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    contribute(monkeypatch)


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:consortium_{name}", args=args)


def test_a_schedule_is_made_with_its_kinds_own_parameters(cast: Cast, finance: Client) -> None:
    form = finance.get(at("reportschedule_add")).content.decode()
    assert "Report of each: Number of rows" in form
    response = finance.post(
        at("reportschedule_add"), {**PLAN, "consortium_choice": cast.consortium.pk}
    )
    schedule = ReportSchedule.objects.get()
    assert response.url == at("reportschedule_change", schedule.pk)
    assert (schedule.kind, schedule.parameters) == ("small", {"rows": 7})
    assert (schedule.formats, schedule.roles) == (["pdf", "xlsx"], ["finance"])
    names = {"auditor", "finance"}
    assert set(schedule.people.values_list("username", flat=True)) == names
    page = finance.get(response.url).content.decode()
    for text in ("2026-Q1", "April 11, 2026", "2027-Q1", "Nothing was due yet.", "rows: 7"):
        assert text in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roles": [], "people": ""}, "Name a role or a person"),
        ({"roles": ["reader"]}, "Reader may not read this report"),
        ({"people": "reader"}, "holds no role that may read this report"),
        ({"people": "nobody-here"}, "nobody-here"),
        ({"parameter-small-rows": "many"}, "parameters.rows"),
        ({"every": "year", "ends_on": "2026-12-01", "starts_on": "2026-03-02"}, "would fall due"),
        ({"formats": []}, "This field is required"),
    ],
)
def test_what_cannot_work_is_said_above_the_form(
    cast: Cast, finance: Client, changes: dict[str, Any], said: str
) -> None:
    data = {**PLAN, "consortium_choice": cast.consortium.pk, **changes}
    response = finance.post(at("reportschedule_add"), data)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not ReportSchedule.objects.exists()


def test_a_schedule_is_changed_and_stopped(cast: Cast, finance: Client) -> None:
    schedule = scheduled(cast.consortium, kind="small", roles=["finance"])
    change = at("reportschedule_change-schedule", schedule.pk)
    form = finance.get(change).content.decode()
    assert 'value="2026-01-01"' in form
    response = finance.post(change, {**PLAN, "every": "half_year", "people": ""})
    assert response.status_code == 302
    schedule.refresh_from_db()
    assert (schedule.every, schedule.days, schedule.language) == ("half_year", 10, "zh-hans")
    finance.post(at("reportschedule_stop", schedule.pk))
    schedule.refresh_from_db()
    assert schedule.ends_on == TODAY
    page = finance.get(at("reportschedule_change", schedule.pk)).content.decode()
    assert "Nothing more is made by this schedule." in page
    assert at("reportschedule_stop", schedule.pk) not in page


def test_the_page_shows_how_far_a_period_is_and_what_failed_why(
    cast: Cast, finance: Client
) -> None:
    schedule = scheduled(cast.consortium, kind="each", roles=["auditor"])
    for _ in range(5):
        make_reports(consortium=cast.consortium, on=TODAY)
    page = finance.get(at("reportschedule_change", schedule.pk)).content.decode()
    for text in ("3 of 4", "1 failed", "Something unexpected failed"):
        assert text in page
    organization = cast.members["rival"].organization
    organization.name_en = "Mended Ltd"
    organization.save()
    assert finance.post(at("reportschedule_retry", schedule.pk)).status_code == 302
    page = finance.get(at("reportschedule_change", schedule.pk)).content.decode()
    assert "4 of 4" in page
    assert "Complete" in page
    edition = schedule.editions.get()
    listed = finance.get(at("report_changelist") + f"?edition__id__exact={edition.pk}")
    assert listed.status_code == 200
    assert "Mended Ltd" in listed.content.decode()


def test_a_report_is_made_at_once_and_saved(cast: Cast, finance: Client) -> None:
    data = {
        "consortium_choice": cast.consortium.pk, "kind": "members", "period": "2026",
        "as_of": "2026-02-28", "format": "xlsx", "language": "en", "member": "",
    }  # fmt: skip
    response = finance.post(at("report_add"), data)
    report = Report.objects.get()
    assert response.url == at("report_change", report.pk)
    assert report.parameters == {"roll": False}  # a switch that was left off
    page = finance.get(response.url).content.decode()
    assert report.document.sha256 in page
    assert "List every member: no" in page
    saved = finance.get(at("report_file", report.pk))
    assert b"".join(saved.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert "no-store" in saved["Cache-Control"]


def test_a_period_nobody_can_read_is_said_above_the_form(cast: Cast, finance: Client) -> None:
    data = {
        "consortium_choice": cast.consortium.pk, "kind": "small", "period": "last month",
        "format": "pdf", "language": "en",
    }  # fmt: skip
    response = finance.post(at("report_add"), data)
    assert "“last month” is not a period" in response.content.decode()


def test_reports_of_others_are_absent_and_their_filters_say_nothing(
    cast: Cast, client: Client
) -> None:
    report_some(cast)
    own, elsewhere = (Report.objects.get(consortium=c) for c in (cast.consortium, cast.other))
    client.force_login(cast.people["reader"])
    assert client.get(at("report_change", elsewhere.pk)).status_code == 404
    assert client.get(at("report_file", elsewhere.pk)).status_code == 404
    assert b"".join(client.get(at("report_file", own.pk)).streaming_content)  # type: ignore[attr-defined]
    assert client.get(at("reportschedule_changelist")).status_code == 403
    listed = client.get(at("report_changelist")).content.decode()
    assert "members-alliance-2026-01.json" in listed
    assert "members-elsewhere" not in listed
