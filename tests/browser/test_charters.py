"""A template becomes the charter in force: cloned, changed in the form, proposed, confirmed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

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


def clone(page: Page, *, code: str, starts_on: date) -> None:
    """Make a draft of the template of the phase, and arrive in its editor."""
    open_phase(page)
    page.get_by_label("Code of the draft").fill(code)
    page.get_by_label("In force from").fill(starts_on.isoformat())
    page.get_by_role("button", name="Make the draft").click()
    page.wait_for_url("**/edit/")


def cap_of(page: Page) -> Locator:
    return page.locator('[data-path="dues.levies[0].rule[2].at_most.const"] input')


def save_refused(page: Page) -> None:
    """Write a cap below the floor: the refusal stands at its field, and nothing is lost."""
    cap = cap_of(page)
    cap.fill("5")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("dues.levies[0].rule[2].at_most")
    expect(page.locator(".ed-error")).to_have_count(1)
    expect(cap).to_have_value("5")


def save_raised(page: Page) -> None:
    """Raise the cap, look at it as text and as a form again, and save."""
    cap = cap_of(page)
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
    expect(page.locator("#section-dues canvas")).to_be_visible()
    highest = page.locator("#section-dues canvas").evaluate(
        "each => Chart.getChart(each).scales.y.max"
    )
    assert highest == 25_000_000


def propose(page: Page, *, decided_on: date) -> str:
    """Propose the draft, which its proposer cannot confirm; return its address."""
    page.get_by_role("link", name="Propose adoption").click()
    page.get_by_label("Decided on").fill(decided_on.isoformat())
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("A second person has to confirm it.")).to_be_visible()
    expect(page.get_by_role("link", name="Confirm as second person")).to_have_count(0)
    return page.url


def confirm(page: Page, draft: str, shots: Path | None) -> None:
    page.goto(draft)
    page.get_by_role("link", name="Confirm as second person").click()
    shoot(page, shots, "charter_confirm")
    page.get_by_role("button", name="Confirm: adopt this charter").click()
    expect(page.get_by_text("The charter is adopted.")).to_be_visible()


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
        clone(page, code="like-sematech", starts_on=starts_on)
        expect(cap_of(page)).to_have_value("15000000")
        shoot(page, shots, "charter_editor")
        save_refused(page)
        shoot(page, shots, "charter_refused")
        save_raised(page)
        shoot(page, shots, "charter_changes")
        draft = propose(page, decided_on=today - timedelta(days=1))
        log_out(page)
        log_in(page, "finance")
        confirm(page, draft, shots)
        assert errors == []
    adopted = Charter.objects.in_force(consortium=people.consortium, on=starts_on)
    assert adopted.code == "like-sematech"
    assert str(adopted.rules("dues").levies[0].rule[2].at_most.const) == "20000000"
