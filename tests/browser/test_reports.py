"""Reports in a real browser: scheduled, made at once, and saved as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from consortium.models import Report, ReportSchedule
from consortium.operations.editions import make_reports
from tests.browser.test_walk import log_in, shoot
from tests.cast import TODAY, Cast


def schedule(page: Page, shots: Path | None) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Report schedules").click()
    page.goto("/admin/consortium/reportschedule/add/")
    page.locator("select[name=kind]").select_option("members")
    page.get_by_label("Rhythm").select_option("month")
    page.get_by_label("A period starts on").fill("2026-01-01")
    page.get_by_label("Made from").fill("2026-01-01")
    page.locator("select[name=language]").select_option("en")
    page.get_by_label("PDF").check()
    page.get_by_label("Reader").check()
    shoot(page, shots, "report_schedule_form")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_text("The report is scheduled.")).to_be_visible()
    expect(page.get_by_text("Nothing was due yet.")).to_be_visible()


def test_finance_schedules_a_report_and_makes_one_at_once(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        schedule(page, shots)
        page.goto("/admin/consortium/report/add/")
        page.locator("select[name=kind]").select_option("members")
        page.get_by_label("Period").fill("2026")
        page.locator("select[name=format]").select_option("xlsx")
        shoot(page, shots, "report_form")
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_text("The report is made.")).to_be_visible()
        shoot(page, shots, "report")
        with page.expect_download() as saved:
            page.get_by_role("link", name="members-alliance-2026.xlsx").click()
        assert Path(saved.value.path()).read_bytes().startswith(b"PK")
    assert errors == []
    make_reports(consortium=people.consortium, on=TODAY)
    plan = ReportSchedule.objects.get()
    assert Report.objects.filter(edition__schedule=plan).count() == 3
    with browse() as page:
        log_in(page, "finance")
        page.goto(f"/admin/consortium/reportschedule/{plan.pk}/change/")
        expect(page.get_by_text("Complete").first).to_be_visible()
        shoot(page, shots, "report_schedule")
        page.goto("/admin/consortium/report/")
        expect(page.get_by_role("link", name="members-alliance-2026-02.pdf")).to_be_visible()
        shoot(page, shots, "reports")
