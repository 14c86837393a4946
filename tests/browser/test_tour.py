"""The tour of the README, on the demonstration as it is made; its pictures are taken here.

`SCREENSHOTS=docs/images` takes them anew.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Page, expect

from config.demo.people import PASSWORD
from tests.browser.test_walk import shoot

WRITTEN_ON = "2026-11-23 04:00:00+00:00"
"""The day the README's pictures show."""


def log_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/admin/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/admin/")


def speak(page: Page, email: str, language: str) -> None:
    page.get_by_text(email).click()
    page.get_by_role("button", name=re.compile(language)).click()
    page.wait_for_url("**/admin/")


def test_the_tour_of_the_readme(
    transactional_db: None,
    browse: Callable[..., Any],
    shots: Path | None,
    time_machine: Any,
) -> None:
    time_machine.move_to(WRITTEN_ON)
    call_command("demo", verbosity=0, accounts=False, json=True)
    with browse() as page:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        desks(page, shots)
        round_and_assessment(page, shots)
        money(page, shots)
        second_person(page)
        sematech(page, shots)


def desks(page: Page, shots: Path | None) -> None:
    log_in(page, "finance")
    page.goto("/admin/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("canvas.chart")).to_be_visible()
    shoot(page, shots, "desk-zh")
    speak(page, "finance@example.org", "English")
    docket = page.locator("#docket")
    expect(docket.get_by_text("6 members have not declared")).to_be_visible()
    expect(docket.get_by_text("Charges that fall due: ").first).to_be_visible()
    expect(docket.get_by_text("look at the dues run and propose it").first).to_be_visible()
    expect(page.locator("canvas.chart")).to_be_visible()
    shoot(page, shots, "desk")


def round_and_assessment(page: Page, shots: Path | None) -> None:
    page.locator("#docket").get_by_text("6 members have not declared").click()
    expect(page.get_by_text("11 of 17", exact=True)).to_be_visible()
    row = page.locator("tr", has_text="Haiyuan Export Tools")
    expect(row.get_by_text("28,584,384.00 USD")).to_be_visible()
    expect(page.locator("tr", has_text="Huaxin").get_by_text("Missing")).to_be_visible()
    shoot(page, shots, "round")
    page.goto("/admin/funding/assessment/?q=Haiyuan&levy=rd_contribution")
    page.get_by_role("link", name="Haiyuan Export Tools").first.click()
    expect(page.get_by_text("How the amount came about")).to_be_visible()
    expect(page.get_by_text("central parity of the renminbi, December 31, 2024")).to_be_visible()
    shoot(page, shots, "assessment")


def money(page: Page, shots: Path | None) -> None:
    page.goto("/admin/matching/")
    expect(page.get_by_text("江海长丰控股集团有限公司").first).to_be_visible()
    shoot(page, shots, "matching")
    page.goto("/admin/arrears/")
    expect(page.get_by_text("Xinyuan Materials").first).to_be_visible()
    shoot(page, shots, "arrears")
    page.goto("/admin/books/")
    expect(page.get_by_text("Receipts not yet assigned").first).to_be_visible()
    shoot(page, shots, "books")


def second_person(page: Page) -> None:
    log_in(page, "auditor")
    waiting = page.locator("#docket li", has=page.locator("a[href*='/duesrun/']"))
    expect(waiting.locator(".desk-mark")).to_be_visible()


def sematech(page: Page, shots: Path | None) -> None:
    log_in(page, "austin-finance")
    page.goto("/admin/funding/round/?starts_on__year=1991")
    page.locator("a[href*='/round/']", has_text="Annual dues").first.click()
    row = page.locator("tr", has_text="LSI Logic")
    expect(row.get_by_text("6,500,000.00 USD")).to_be_visible()
    expect(page.get_by_text("How their production was valued").first).to_be_visible()
    page.locator("tr", has_text="Harris Semiconductor").first.evaluate(
        "row => row.scrollIntoView({block: 'start'})"
    )
    shoot(page, shots, "sematech")
