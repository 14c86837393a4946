"""The question at the desk, asked in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_walk import log_in, shoot
from tests.factories.rights import house


def test_staff_ask_what_somebody_may_do(
    transactional_db: None, browse: Callable[..., Any], shots: Path | None
) -> None:
    here = house()
    here.people["ip"].language = "en"
    here.people["ip"].save()
    result = here.result("alpha", "beta")
    chosen = f"result={result.pk}&on=2025-01-01"
    outsider, alpha = here.outsider.pk, here.organization("alpha").pk
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "optics-ip")
        page.goto(f"/admin/rights/?{chosen}&organization={outsider}")
        expect(page.get_by_role("cell", name="The result is kept to: Member")).to_have_count(5)
        expect(
            page.get_by_role("img", name="Outsider Inc and R-2024-0001 over time")
        ).to_be_visible()
        shoot(page, shots, "rights_outsider")
        page.locator("#timeline").scroll_into_view_if_needed()
        shoot(page, shots, "rights_outsider_timeline")
        page.get_by_text("The same in words").click()
        expect(page.get_by_text("from March 1, 2027")).to_have_count(0)
        page.goto(f"/admin/rights/?{chosen}&organization={alpha}")
        expect(page.get_by_text("It owns a part of the result.").first).to_be_visible()
        page.locator("#timeline").scroll_into_view_if_needed()
        shoot(page, shots, "rights_owner")
    assert errors == []
