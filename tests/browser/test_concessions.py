"""A waiver from the charge's page to the second person, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from consortium.states import Role
from funding.models import Concession
from tests.browser.test_walk import log_in, shoot
from tests.cast import Cast, appointed


def test_finance_proposes_a_waiver_and_the_auditor_grants_it(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    charge = people.charge("payer", "fee")
    page_of_charge = f"/admin/funding/charge/{charge.pk}/change/"
    appointed("second", people.consortium, Role.AUDITOR)
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        page.goto(page_of_charge)
        page.get_by_role("link", name="Waive, write off, credit or refund").click()
        expect(page.locator(".select2-selection", has_text=charge.number)).to_be_visible()
        page.get_by_label("Amount").fill("6,000")
        page.get_by_label("Reason").fill("A fire in the plant")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_text("is more than is open of the charge")).to_be_visible()
        shoot(page, shots, "waiver_refused")
        page.get_by_label("Amount").fill("1,250")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_text("You have proposed it.")).to_be_visible()
        shoot(page, shots, "waiver")
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "second")
        page.locator("#waiting").get_by_role("link", name="Waiver for Payer Ltd").click()
        expect(page.get_by_text("It waits for you")).to_be_visible()
        page.get_by_role("link", name="Grant").first.click()
        page.get_by_role("button", name="Grant", exact=True).click()
        expect(page.get_by_text("It is granted and posted.")).to_be_visible()
        expect(page.get_by_role("heading", name="What it posted")).to_be_visible()
        shoot(page, shots, "waiver_granted")
    assert errors == []
    assert Concession.objects.get().granted
