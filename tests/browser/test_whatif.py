"""Any charter against all members, in the browser: chosen, drawn, another period, a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from consortium.models import Charter
from consortium.rules.toml import write_toml
from tests.browser.test_walk import log_in, shoot
from tests.cast import DUES, Cast

CAP = {**DUES, "rule": [*DUES["rule"][:2], {"at_most": {"const": "2000000"}}]}  # type: ignore[index]
DOCUMENT = {"code": "lower-cap", "title": {"en": "A lower cap"}, "dues": {"levies": [CAP]}}


def test_finance_tries_a_charter_and_a_document(
    people: Cast, browse: Callable[..., Any], shots: Path | None, tmp_path: Path
) -> None:
    charter = Charter.objects.get(consortium=people.consortium)
    file = tmp_path / "lower-cap.toml"
    file.write_text(write_toml(DOCUMENT))
    with browse() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        page.goto(f"/admin/consortium/charter/{charter.pk}/change/")
        page.locator("a[href*='what-if/?charter=']").click()
        expect(page.get_by_role("heading", name="First charter")).to_be_visible()
        expect(page.locator("canvas.chart")).to_have_count(2)
        page.get_by_text("Try another one").click()
        page.locator("input[type=file]").set_input_files(file)
        page.locator("form[enctype]").get_by_role("button", name="Compute").click()
        expect(page.get_by_role("heading", name="A lower cap")).to_be_visible()
        page.get_by_role("button", name="Annual dues").click()
        row = page.locator("#members tr", has_text="Rival Ltd")
        expect(row).to_contain_text("-1,456,789.12 USD")
        expect(row).to_contain_text("at the cap")
        shoot(page, shots, "whatif")
        page.get_by_label("Annual dues").select_option("2026-01-01")
        page.get_by_role("button", name="Compute for these periods").click()
        expect(page.locator("#members tr", has_text="Rival Ltd")).to_contain_text("as assessed")
        with page.expect_download() as caught:
            page.get_by_role("button", name="XLSX").click()
        assert caught.value.suggested_filename == "what-if-alliance-lower-cap.xlsx"
        assert errors == []
