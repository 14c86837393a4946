"""Requests for payment, downloaded from a charge and from its round."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from funding.models import Round
from tests.browser.test_walk import log_in, shoot
from tests.cast import PERIOD, Cast


def downloaded(page: Page, button: str) -> tuple[str, int]:
    """Return the name and the number of pages of what a button downloads."""
    with page.expect_download() as caught:
        page.get_by_role("link", name=button).click()
    return caught.value.suggested_filename, len(PdfReader(caught.value.path()).pages)


def test_finance_downloads_the_requests_of_a_charge_and_of_a_round(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    charge = people.charge("payer")
    round = Round.objects.get(consortium=people.consortium, levy="dues", starts_on=PERIOD)
    with browse() as page:
        log_in(page, "finance")
        page.goto(f"/admin/funding/charge/{charge.pk}/change/")
        expect(page.get_by_role("link", name="简体中文")).to_be_visible()
        shoot(page, shots, "charge_request")
        for button in ("Payment request (PDF)", "简体中文"):
            assert downloaded(page, button) == (f"{charge.number}.pdf", 1)
        page.goto(f"/admin/funding/round/{round.pk}/change/")
        shoot(page, shots, "round_requests")
        assert downloaded(page, "Payment requests (PDF)") == ("dues-2026-01-01.pdf", 3)
