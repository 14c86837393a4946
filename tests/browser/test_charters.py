"""A template becomes the charter in force: cloned, changed in the form, proposed, confirmed."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from consortium import clock
from consortium.models import Charter, User
from consortium.operations.cases import load_case
from consortium.periods import add_months
from consortium.rules.cases import read_case
from tests.browser.test_walk import log_in, shoot
from tests.cast import Cast

SEMATECH = Path("consortium/cases/sematech.toml")


def log_out(page: Page) -> None:
    page.context.clear_cookies()


def open_phase(page: Page) -> None:
    page.goto("/admin/phases/")
    card = page.locator("#sematech")
    expect(card.get_by_text("No charter recorded")).to_be_visible()
    card.get_by_role("link", name="Adopt this template").first.click()


def test_a_template_is_cloned_changed_proposed_and_confirmed(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    load_case(case=read_case(SEMATECH.read_text()), by=None, on=clock.today())
    today = clock.today(people.consortium)
    starts_on = add_months(today.replace(day=1), 24)
    User.objects.filter(username__in=["secretary", "finance"]).update(language="en")
    with browse() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "secretary")
        open_phase(page)
        page.get_by_label("Code of the draft").fill("like-sematech")
        page.get_by_label("In force from").fill(starts_on.isoformat())
        page.get_by_role("button", name="Make the draft").click()
        page.wait_for_url("**/edit/")
        cap = page.locator('[data-path="dues.levies[0].rule[2].at_most.const"] input')
        expect(cap).to_have_value("15000000")
        shoot(page, shots, "charter_editor")

        cap.fill("5")
        page.get_by_role("button", name="Save the draft").click()
        expect(page.get_by_role("alert")).to_contain_text("dues.levies[0].rule[2].at_most")
        expect(page.locator(".ed-error")).to_have_count(1)
        expect(cap).to_have_value("5")
        shoot(page, shots, "charter_refused")

        cap.fill("20,000,000")
        page.get_by_role("tab", name="Text (TOML)").click()
        expect(page.locator("textarea[name=text]")).to_have_value(re.compile('"20000000"'))
        page.get_by_role("tab", name="Form").click()
        expect(cap).to_have_value("20000000")
        page.get_by_role("button", name="Save the draft").click()
        page.wait_for_url("**/change/")
        changes = page.locator("#changes")
        expect(changes).to_contain_text("What changes against")
        expect(changes).to_contain_text("20,000,000")
        shoot(page, shots, "charter_changes")

        page.get_by_role("link", name="Propose adoption").click()
        page.get_by_label("Decided on").fill((today - timedelta(days=1)).isoformat())
        page.get_by_role("button", name="Propose", exact=True).click()
        expect(page.get_by_text("A second person has to confirm it.")).to_be_visible()
        expect(page.get_by_role("link", name="Confirm as second person")).to_have_count(0)
        draft = page.url

        log_out(page)
        log_in(page, "finance")
        page.goto(draft)
        page.get_by_role("link", name="Confirm as second person").click()
        shoot(page, shots, "charter_confirm")
        page.get_by_role("button", name="Confirm: adopt this charter").click()
        expect(page.get_by_text("The charter is adopted.")).to_be_visible()
        assert errors == []
    adopted = Charter.objects.in_force(consortium=people.consortium, on=starts_on)
    assert adopted.code == "like-sematech"
    assert str(adopted.rules("dues").levies[0].rule[2].at_most.const) == "20000000"
