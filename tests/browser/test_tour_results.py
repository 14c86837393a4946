"""The tour of results: from the list to a page, to the question, to offers and a patent.

`SCREENSHOTS=docs/images` takes its pictures anew.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Page, expect

from consortium.models import Organization
from tests.browser.test_tour import WRITTEN_ON, log_in, speak
from tests.browser.test_walk import shoot


def test_the_tour_of_results(
    transactional_db: None,
    browse: Callable[..., Any],
    shots: Path | None,
    time_machine: Any,
) -> None:
    time_machine.move_to(WRITTEN_ON)
    call_command("demo", verbosity=0, accounts=False, json=True)
    outsider = Organization.objects.get(name_en="Xinhe Packaging").pk
    errors: list[str] = []
    with browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_viewport_size({"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        log_in(page, "ip")
        speak(page, "ip@example.org", "English")
        results(page, shots)
        rights(page, outsider, shots)
        licences(page, shots)
        patents(page, shots)
    assert errors == []


def results(page: Page, shots: Path | None) -> None:
    """From the desk to the results, to the one a grant paid for, to the one still exclusive."""
    docket = page.locator("#docket")
    expect(docket.get_by_text("Royalty statement of licence L-2026-0001")).to_be_visible()
    page.locator("a[href='/admin/ip/result/']").first.click()
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(4)
    shoot(page, shots, "results")
    page.locator("tr", has_text="Plasma source").get_by_role("link").first.click()
    owners = page.locator("#owners")
    expect(owners.get_by_role("cell", name="2/3", exact=True)).to_be_visible()
    expect(page.get_by_text("Publicly funded, so it is to be spread (第十四条)")).to_be_visible()
    expect(page.get_by_text("Members first for two years (第十二条)")).to_be_visible()
    shoot(page, shots, "result")
    page.go_back()
    page.locator("tr", has_text="Seal for vacuum").get_by_role("link").first.click()
    expect(page.locator("#owners").get_by_text("Dongfang Vacuum")).to_be_visible()


def rights(page: Page, outsider: int, shots: Path | None) -> None:
    """From that result to the question, about a firm outside, with its timeline."""
    page.get_by_role("link", name="What may they do?").last.click()
    page.wait_for_url(re.compile("/admin/rights/"))
    page.goto(f"{page.url}&organization={outsider}")
    exploit = page.locator("#answer tr", has_text="第十二条")
    expect(exploit.get_by_text("The result is kept to: Member").first).to_be_visible()
    expect(exploit.get_by_text("November 28, 2026").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("over time"))).to_be_visible()
    page.locator("#answer").evaluate("card => card.scrollIntoView({block: 'start'})")
    shoot(page, shots, "rights")


def licences(page: Page, shots: Path | None) -> None:
    """What has opened is on offer; one licence runs, another is proposed."""
    page.goto("/admin/ip/licenceoffer/")
    expect(page.locator("#result_list").get_by_text("Any domestic organization")).to_be_visible()
    shoot(page, shots, "offers")
    page.goto("/admin/ip/licence/")
    proposed = page.locator("#result_list tr", has_text="Xinhe Packaging")
    expect(proposed.get_by_text("proposed")).to_be_visible()
    shoot(page, shots, "licences")


def patents(page: Page, shots: Path | None) -> None:
    """The application at home, with the last day on which its priority can be claimed."""
    page.goto("/admin/ip/patentapplication/")
    page.locator("#result_list tr", has_text="CN2025").get_by_role("link").first.click()
    expect(page.get_by_role("cell", name="Claiming the priority elsewhere")).to_be_visible()
    shoot(page, shots, "patent")
