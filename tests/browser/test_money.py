"""Credit that pays a charge, and a membership that ends, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from funding.operations.matching import match_payment
from funding.reports.open_items import on_account, open_amount
from tests.browser.test_walk import log_in, shoot
from tests.cast import TODAY, Cast
from tests.factories.banking import paid


def test_credit_pays_a_charge_and_is_put_back(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    payer, fee = people.members["payer"], people.charge("payer", "fee")
    match_payment(payment=paid(people.consortium, "6000"), member=payer, by=None, on=TODAY)
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        page.goto(f"/admin/member-account/?member={payer.uid}")
        shoot(page, shots, "credit")
        page.get_by_role("link", name="Pay a charge from the credit").click()
        page.get_by_label("Charge").select_option(str(fee.pk))
        page.get_by_label("Amount").fill("6,000")
        page.get_by_role("button", name="Book it").click()
        expect(page.get_by_text("is open of charge")).to_be_visible()
        shoot(page, shots, "credit_refused")
        page.get_by_label("Amount").fill("")
        page.get_by_role("button", name="Book it").click()
        expect(page.get_by_text("The charge is paid from the credit on account.")).to_be_visible()
        shoot(page, shots, "credit_paid")
    assert (open_amount(fee), on_account(payer.pk, "USD")) == (0, 1000)
    with browse() as page:
        log_in(page, "finance")
        page.goto(f"/admin/member-account/?member={payer.uid}")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("It is put back; the charge is open again.")).to_be_visible()
    assert (open_amount(fee), on_account(payer.pk, "USD")) == (5000, 6000)
    assert errors == []


def test_what_an_end_leads_to_is_looked_at_first(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    payer = people.members["payer"]
    with browse() as page:
        log_in(page, "secretary")
        page.goto(f"/admin/consortium/member/{payer.pk}/change/")
        page.get_by_role("link", name="End membership").click()
        page.get_by_label("Left").select_option("agreement")
        page.get_by_label("Until (exclusive)").fill("2026-07-01")
        page.get_by_role("button", name="End membership").click()
        expect(page.get_by_role("heading", name="What it leads to")).to_be_visible()
        shoot(page, shots, "leaving")
        page.get_by_role("button", name="End membership").click()
        expect(page.get_by_text("By agreement")).to_be_visible()
        shoot(page, shots, "left")
    assert payer.terms.get().left == "agreement"
