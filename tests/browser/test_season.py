"""A clerk's season of sixty members, from the opening of the round to its charges."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from consortium import clock
from consortium.operations.appointments import appoint
from consortium.periods import add_months
from consortium.reports.verify import verify
from consortium.states import Role
from funding.models import Charge, Declaration
from tests.browser.test_charters import log_out
from tests.browser.test_walk import log_in, shoot
from tests.cast import person
from tests.factories.seasons import Season, last_year, sales_of, season

BY_HAND = range(2, 21)
"""Members typed into the sheet; the first has a paper of its own, the others a workbook."""

PASTE = """(cell, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = { clipboardData: data, bubbles: true, cancelable: true };
    cell.dispatchEvent(new ClipboardEvent("paste", event));
}"""

REST = 60 - 1 - len(BY_HAND)


@pytest.fixture
def sixty(transactional_db: None) -> Season:
    """Sixty members with last year's dues; five of them have people who are told."""
    period = add_months(clock.today().replace(day=1), -2)
    found = season(60, period=period)
    last_year(found)
    for n, member in enumerate(found.members[:5]):
        appoint(
            consortium=found.consortium,
            user=person(f"signatory{n}"),
            role=Role.SIGNATORY,
            organization=member.organization,
            starts_on=found.consortium.starts_on,
            by=None,
            on=found.consortium.starts_on,
        )
    return found


def open_round(page: Page, season: Season, shots: Path | None) -> None:
    """Open this year's round; the one of next year is listed with its day and cannot be chosen."""
    page.get_by_role("link", name="Rounds").click()
    page.goto("/admin/funding/round/add/")
    period = page.get_by_label("Levy and period")
    key = f"valley/contribution/{season.period.isoformat()}"
    later = f"valley/contribution/{add_months(season.period, 12).isoformat()}"
    expect(period.locator(f"option[value='{later}']")).to_be_disabled()
    expect(period.locator(f"option[value='{later}']")).to_contain_text("opens on")
    period.select_option(key)
    shoot(page, shots, "season_open")
    page.get_by_role("button", name="Open it and ask the members").click()
    expect(page.get_by_text("The round is open.")).to_be_visible()
    expect(page.locator("#steps")).to_contain_text("0 of 60 declared")
    shoot(page, shots, "season_opened")


def enter_one_paper(page: Page, shots: Path | None) -> None:
    """Enter one paper by itself; what is wrong stands at its field."""
    page.locator("tr", has_text="Firm 01 Ltd").get_by_role("link", name="enter").click()
    page.get_by_label("+ External sales").fill("120,000,000")
    page.get_by_label("− Within the group").fill("20,000,000.50")
    expect(page.locator(".season-sum")).to_have_text("99,999,999.5")
    page.get_by_label("R&D staff").fill("5.5")
    page.get_by_label("Grade").select_option("audited")
    page.get_by_label("Signed on paper by").fill("Wang Yuan")
    page.get_by_label("Date on the paper").fill(today().isoformat())
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_text("is counted in whole numbers")).to_be_visible()
    shoot(page, shots, "season_paper")
    page.get_by_label("R&D staff").fill("55")
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_text("The declaration is entered.")).to_be_visible()


def today() -> date:
    return clock.today()


def fill_row(page: Page, n: int, *, paper_on: str) -> None:
    """Type a member's row from left to right, from cell to cell with the tab key."""
    page.get_by_label(f"Firm {n:02d} Ltd: + External sales").click()
    for text in (str(sales_of(n - 1)), "0", str(3 * n), "", f"Signatory {n}", paper_on):
        if text:
            page.keyboard.type(text)
        page.keyboard.press("Tab")


def paste_rows(page: Page, rows: range, *, paper_on: str) -> None:
    """Paste a block copied from a spreadsheet, and go from cell to cell below it."""
    block = "\r\n".join(
        f"{sales_of(n - 1)}\t0\t{3 * n}\tdeclared\tSignatory {n}\t{paper_on}" for n in rows
    )
    first = page.get_by_label(f"Firm {rows[0]:02d} Ltd: + External sales")
    first.evaluate(PASTE, block)
    expect(page.get_by_label(f"Firm {rows[-1]:02d} Ltd: R&D staff")).to_have_value(
        str(3 * rows[-1])
    )
    first.focus()
    page.keyboard.press("Enter")
    below = page.get_by_label(f"Firm {rows[1]:02d} Ltd: + External sales")
    expect(below).to_be_focused()
    expect(below).to_have_value(f"{sales_of(rows[1] - 1):,}")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()


def fill_sheet(page: Page, shots: Path | None) -> None:
    """Fill in nineteen rows, one of them wrong; the others are entered and it is mended."""
    page.get_by_role("link", name="Enter figures").click()
    good, tomorrow = today().isoformat(), (today() + timedelta(days=1)).isoformat()
    paste_rows(page, BY_HAND[:4], paper_on=good)
    for n in BY_HAND[4:]:
        fill_row(page, n, paper_on=tomorrow if n == 7 else good)
    page.get_by_label("Firm 12 Ltd: + External sales").focus()
    shoot(page, shots, "season_sheet")
    page.get_by_role("button", name="Enter what is filled in").click()
    expect(page.get_by_text("18 declarations are entered.")).to_be_visible()
    expect(page.get_by_text("1 row is refused and not entered")).to_be_visible()
    wrong = page.get_by_label("Firm 07 Ltd: date on the paper")
    expect(wrong).to_have_value(tomorrow)
    wrong.scroll_into_view_if_needed()
    shoot(page, shots, "season_sheet_refused")
    wrong.fill(good)
    page.get_by_role("button", name="Enter what is filled in").click()
    expect(page.get_by_text("1 declaration is entered.")).to_be_visible()
    expect(page.get_by_role("link", name="Missing (40)")).to_be_visible()


def filled(content: bytes) -> bytes:
    """Return the workbook as somebody filled it in; the third row has a count that is none."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    out = BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
            if number >= 2:
                sheet.write_row(number, 2, [float(sales_of(number + 18)), 0, 12])
                sheet.write_row(number, 5, ["Declared", f"Signatory of {row[1]}"])
                sheet.write_datetime(number, 7, today(), day)
        sheet.write(4, 4, 7.5)
    return out.getvalue()


def read_workbook(page: Page, folder: Path, shots: Path | None) -> None:
    """Fill in the rest in a workbook; one cell is refused, mended on the page, all are entered."""
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download as a workbook").click()
    path = folder / caught.value.suggested_filename
    path.write_bytes(filled(Path(caught.value.path()).read_bytes()))
    page.get_by_label("Filled-in workbook").set_input_files(path)
    page.get_by_role("button", name="Read the workbook").click()
    expect(page.locator("#read")).to_contain_text(f"{REST - 1} can be entered")
    expect(page.locator("#read tbody tr")).to_have_count(1)
    expect(page.locator("#read")).to_contain_text("E5")
    shoot(page, shots, "season_workbook")
    page.get_by_label("Firm 23 Ltd: R&D staff").fill("7")
    page.get_by_role("button", name="Enter all of it or nothing").click()
    expect(page.get_by_text(f"{REST} declarations are entered.")).to_be_visible()
    expect(page.get_by_text("Everybody has declared.")).to_be_visible()
    page.get_by_role("link", name="Back to the round").click()
    expect(page.locator("#steps")).to_contain_text("60 of 60 declared")


def propose(page: Page, shots: Path | None) -> str:
    """Look at the preview and propose it; return the address of the run."""
    page.get_by_role("link", name="Preview").click()
    expect(page.locator("#lines tbody tr")).to_have_count(60)
    page.get_by_role("link", name="By difference").click()
    expect(page.locator("#lines tbody tr")).to_have_count(60)
    shoot(page, shots, "season_preview")
    with page.expect_download() as caught:
        page.get_by_role("link", name="CSV").click()
    assert caught.value.suggested_filename.startswith("preview-contribution-")
    page.get_by_role("button", name="Propose for confirmation").click()
    expect(page.get_by_text("A second person has to confirm it.")).to_be_visible()
    expect(page.get_by_role("link", name="Confirm as second person")).to_have_count(0)
    return page.url


def confirm(page: Page, run: str, shots: Path | None) -> None:
    """Find the run on the desk, look at it, and confirm it."""
    page.locator("#waiting").get_by_role("link", name="a run over 60 members waits").click()
    assert page.url == run
    expect(page.locator("#lines tbody tr")).to_have_count(60)
    shoot(page, shots, "season_run")
    page.get_by_role("link", name="Confirm as second person").click()
    shoot(page, shots, "season_confirm")
    page.get_by_role("button", name="Confirm and charge").click()
    expect(page.get_by_text("60 members assessed.")).to_be_visible()


def send_requests(page: Page, shots: Path | None) -> None:
    """Find the charges on the round's page, and all requests for payment in one file."""
    page.get_by_role("link", name="Open the round").click()
    expect(page.locator("#steps .done")).to_have_count(5)
    expect(page.get_by_text("nobody: send the paper").first).to_be_visible()
    shoot(page, shots, "season_charged")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Payment requests (PDF)").click()
    assert len(PdfReader(caught.value.path()).pages) == 60


def test_a_clerk_takes_a_season_of_sixty_members_from_opening_to_charges(
    sixty: Season, browse: Callable[..., Any], tmp_path: Path, shots: Path | None
) -> None:
    with browse() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        open_round(page, sixty, shots)
        enter_one_paper(page, shots)
        fill_sheet(page, shots)
        read_workbook(page, tmp_path, shots)
        run = propose(page, shots)
        log_out(page)
        log_in(page, "auditor")
        confirm(page, run, shots)
        send_requests(page, shots)
        assert errors == []
    issued = Charge.objects.of_round(sixty.round)
    assert issued.count() == 60
    audited = Declaration.objects.get(member=sixty.members[0], period_starts_on=sixty.period)
    assert (audited.grade, audited.signed_by) == ("audited", "Wang Yuan")
    assert list(verify(consortium=sixty.consortium)) == []
