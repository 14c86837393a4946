"""From what misses a voucher to a recorded one, and a list sent back, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from funding.models import Voucher
from tests.browser.test_walk import log_in, shoot
from tests.cast import Cast
from tests.factories.vouching import PDF, pay, sheet


def record_one(page: Page, shots: Path | None) -> None:
    page.goto("/admin/vouchers/missing/")
    expect(page.get_by_role("link", name="Payer Ltd")).to_be_visible()
    shoot(page, shots, "vouchers_missing")
    page.get_by_role("row", name="Payer Ltd").get_by_role("link", name="Record").click()
    expect(page.locator("#id_amount")).to_have_value("5000")
    page.locator("#id_number").fill("2601000009")
    page.locator("#id_issued_on").fill("2026-03-01")
    pdf = {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("input[type=file]", pdf)
    shoot(page, shots, "voucher_form")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("The voucher is recorded.")).to_be_visible()
    expect(page.get_by_role("link", name="receipt.pdf")).to_be_visible()
    shoot(page, shots, "voucher")


def test_finance_records_what_misses_a_voucher(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    names = ("payer", "partner", "rival")
    for name in names:
        pay(people.members[name], people.charge(name, "fee"), "5000")
    head = ["Kind", "Number", "Date", "Amount", "Charges"]
    rows = [["Dues receipt", f"260100000{n}", "2026-03-01", 5000, people.charge(name, "fee").number]
            for n, name in enumerate(names[1:])]  # fmt: skip
    bad = [["ticket", "1", "someday", 5000, "none"], ["Dues receipt", "2", "2026-03-01", 5, "none"]]
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    wrong, right = (
        {"name": "list.xlsx", "mimeType": xlsx, "buffer": sheet(head, *each)}
        for each in (bad, rows)
    )
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        record_one(page, shots)
        page.goto("/admin/vouchers/missing/")
        page.get_by_role("link", name="Record a list of vouchers").click()
        page.set_input_files("input[type=file]", wrong)
        page.get_by_role("button", name="Record all").click()
        expect(page.get_by_text("is no kind of voucher")).to_be_visible()
        shoot(page, shots, "voucher_list_refused")
        page.set_input_files("input[type=file]", right)
        page.get_by_role("button", name="Record all").click()
        expect(page.get_by_text("The vouchers of the list are recorded.")).to_be_visible()
        shoot(page, shots, "voucher_list")
    assert errors == []
    assert Voucher.objects.count() == 3
