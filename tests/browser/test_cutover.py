"""Moving in, in a real browser: a file with faults, a good one, and the second person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from funding.models import Charge, CutOver
from tests.browser.test_walk import log_in, shoot
from tests.factories.ledgers import staffed
from tests.factories.moving import MONDAY, empty, workbook


def propose(page: Page, path: Path, content: bytes) -> None:
    """Choose a file on the page that moves a consortium in, and send it."""
    path.write_bytes(content)
    page.goto("/admin/funding/cutover/add/")
    page.get_by_label("Cut-over day").fill(MONDAY.isoformat())
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="Check and propose").click()


def test_a_consortium_moves_in(
    transactional_db: None, browse: Callable[..., Any], shots: Path | None, tmp_path: Path
) -> None:
    consortium, path = empty(), tmp_path / "books.xlsx"
    for role in ("finance", "secretary"):
        staffed(consortium, role)
    with browse() as page:
        log_in(page, "finance")
        propose(page, path, workbook(members=[]))
        expect(page.get_by_text("open_items!A3:")).to_be_visible()
        shoot(page, shots, "cutover_refused")
        propose(page, path, workbook())
        expect(page.get_by_text("a second person has to confirm it")).to_be_visible()
        shoot(page, shots, "cutover_proposed")
    proposed = CutOver.objects.get()
    assert proposed.done_on is None
    address = f"/admin/funding/cutover/{proposed.pk}/change/"
    with browse() as page:
        log_in(page, "secretary")
        page.goto(address)
        page.get_by_role("link", name="Confirm as second person").click()
        shoot(page, shots, "cutover_confirm")
        page.get_by_role("button", name="Carry it over").click()
        expect(page.get_by_text("The consortium has moved in.")).to_be_visible()
    assert Charge.objects.filter(consortium=consortium).count() == 2
    with browse() as page:
        log_in(page, "finance")
        page.goto(address)
        expect(page.get_by_text("Trial balance of the cut-over day").first).to_be_visible()
        shoot(page, shots, "cutover_done")
