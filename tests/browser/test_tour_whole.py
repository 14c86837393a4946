"""The tour of docs/tour.md where no other test walks it, from the desks to the board's report."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from config.demo.alliance import SLUG
from consortium.admin import forward
from consortium.models import Charter, Consortium
from tests.browser.test_charters import clone, confirm, propose
from tests.browser.test_tour import WRITTEN_ON, log_in
from tests.browser.test_walk import shoot

WRITTEN_DAY = date.fromisoformat(WRITTEN_ON[:10])
NEXT_YEAR = date(2027, 10, 14)
"""The first day of the alliance's next year."""

AHEAD = date(2027, 2, 21)
"""Ninety days after the day of the tour."""

DESKS = ("secretary", "finance", "projects", "ip", "auditor", "reader")

LINKS = ".desk-head a, .desk-tiles a, .desk-columns a"


@pytest.fixture
def demonstration(transactional_db: None, time_machine: Any) -> None:
    time_machine.move_to(WRITTEN_ON)
    call_command("demo", verbosity=0, accounts=False, json=True)


def test_the_tour_from_the_desks_to_the_boards_report(
    demonstration: None,
    browse: Callable[..., Any],
    shots: Path | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # However slow the machine, the walk waits for all ninety days.
    monkeypatch.setattr(forward, "SECONDS", 3600)
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_viewport_size({"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        for who in DESKS:
            log_in(page, who)
            every_figure_opens(page)
        board_report(page, shots)
        dues_run(page)
        statement(page)
        forwarded(page, shots)
        replayed(page, shots)
        adopted(page, shots)
    assert errors == []
    consortium = Consortium.objects.get(slug=SLUG)
    next_year = Charter.objects.in_force(consortium=consortium, on=NEXT_YEAR)
    assert next_year.code == "like-sematech"


def every_figure_opens(page: Page) -> None:
    """Every tile and every other link of the desk leads to a page, or to a box on the desk."""
    each = page.locator(LINKS).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(each) > 3
    for href in dict.fromkeys(each):
        if href.startswith("#"):
            expect(page.locator(href)).to_have_count(1)
        else:
            assert page.request.get(href).status == 200, href


def speak_english(page: Page, who: str) -> None:
    log_in(page, who)
    page.get_by_text(f"{who}@example.org").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/admin/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def board_report(page: Page, shots: Path | None) -> None:
    """The reader on the board finds the quarter's report and saves it, in Chinese."""
    page.locator("a[href='/admin/consortium/report/']").first.click()
    shoot(page, shots, "reports-zh")
    with page.expect_download() as saved:
        page.get_by_role("link", name="dues-summary-jianghai-chips").and_(
            page.locator("a", has_text=".pdf")
        ).first.click()
    data = Path(saved.value.path()).read_bytes()
    assert data.startswith(b"%PDF")
    pages = [each.extract_text() for each in PdfReader(BytesIO(data)).pages]
    assert "会费汇总" in pages[0]
    assert "江海省集成电路装备产业技术创新战略联盟" in pages[0]
    assert "不予列示" in "".join(pages)


def dues_run(page: Page) -> None:
    """A run that waits: looked at, an amount of it explained, confirmed by the second person."""
    speak_english(page, "auditor")
    page.locator("#waiting a[href*='/duesrun/']").click()
    expect(page.locator("#lines tbody tr")).to_have_count(2)
    expect(page.locator("#lines").get_by_text("Xinyuan Materials")).to_be_visible()
    page.get_by_role("link", name="Confirm as second person").click()
    page.get_by_role("button", name="Confirm and charge").click()
    expect(page.get_by_text("2 members assessed.")).to_be_visible()
    page.goto("/admin/funding/assessment/?q=Xinyuan&levy=rd_contribution")
    page.get_by_role("link", name="Xinyuan Materials").first.click()
    expect(page.get_by_text("How the amount came about")).to_be_visible()


def statement(page: Page) -> None:
    """Of the bank statement that waits, what is safe is matched."""
    speak_english(page, "finance")
    page.goto("/admin/matching/")
    expect(page.locator("#proposals tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Confirm").first.click()
    expect(page.get_by_text("1 payment is matched.")).to_be_visible()


def forwarded(page: Page, shots: Path | None) -> None:
    """Ninety days in the sandbox: what is done to whom, and how it stands then."""
    page.get_by_role("link", name="Fast forward").click()
    expect(page.get_by_label("Up to")).to_have_value(AHEAD.isoformat())
    page.get_by_role("button", name="Look ahead").click(timeout=600_000)
    expect(page.get_by_text("How it stands on February 21, 2027")).to_be_visible(timeout=600_000)
    letters = page.locator("#days tr", has_text="Dunning").first
    expect(letters).to_contain_text("Letters written")
    expect(letters).to_contain_text("CNY")
    for swept in ("Estimates", "Suspensions and exits", "Exclusivity", "Reports"):
        expect(page.locator("#days").get_by_text(swept, exact=True).first).to_be_visible()
    shoot(page, shots, "forward")


def replayed(page: Page, shots: Path | None) -> None:
    """Table 1 of the paper; one case replayed, and its years that were run again."""
    page.goto("/admin/compare/")
    expect(page.get_by_role("link", name="SEMATECH").first).to_be_visible()
    page.goto("/admin/phases/")
    page.locator("#sematech").get_by_role("link", name="Replay").click()
    expect(page.locator("#founding")).to_contain_text("7,413,000.00 USD")
    expect(page.locator(".rp-gap")).to_contain_text("1997")
    expect(page.locator("#international")).to_contain_text("What changed")
    shoot(page, shots, "replay")
    log_in(page, "austin-finance")
    page.goto("/admin/funding/assessment/?q=Harris")
    expect(page.locator("#result_list").get_by_text("7,413,000.00 USD").first).to_be_visible()


def adopted(page: Page, shots: Path | None) -> None:
    """A template becomes the next year's charter: a draft, proposed, confirmed by another."""
    speak_english(page, "secretary")
    clone(page, code="like-sematech", starts_on=NEXT_YEAR)
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/change/")
    expect(page.locator("#changes")).to_contain_text("What changes against")
    draft = propose(page, decided_on=WRITTEN_DAY)
    speak_english(page, "finance")
    confirm(page, draft, shots)
