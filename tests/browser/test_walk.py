"""The tour a practitioner takes: desk, round, a paper figure, its explanation, in two languages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from consortium import clock
from consortium.models import MembershipTerm
from funding.models import Declaration, Round
from tests.cast import PERIOD, Cast

PASSWORD = "a sound password"


def log_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Login").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


def shoot(page: Page, shots: Path | None, name: str) -> None:
    if shots is not None:
        page.wait_for_timeout(300)
        page.screenshot(path=shots / f"{name}.png")


def test_finance_enters_a_paper_figure_and_reads_the_explanation(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    round = Round.objects.get(consortium=people.consortium, levy="dues", starts_on=PERIOD)
    today = clock.today(people.consortium).isoformat()
    with browse() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "finance")
        expect(page.get_by_role("heading", name="The alliance")).to_be_visible()
        expect(page.locator("canvas.chart")).to_be_visible()
        shoot(page, shots, "desk")
        page.get_by_role("link", name="Rounds").click()
        page.locator(f"a[href*='/round/{round.pk}/']").first.click()
        expect(page.get_by_text("Members that owe it")).to_be_visible()
        shoot(page, shots, "round")
        row = page.locator("tr", has_text="Newcomer Ltd")
        expect(row.get_by_text("Missing")).to_be_visible()
        row.get_by_role("link", name="enter").click()
        page.get_by_label("Semiconductor sales").fill("741,300,000")
        page.get_by_label("Signed on paper by").fill("J. Doe")
        page.get_by_label("Date on the paper").fill("2030-13-01")
        shoot(page, shots, "paper")
        page.get_by_role("button", name="Enter", exact=True).click()
        expect(page.get_by_text("Enter a valid date")).to_be_visible()
        page.get_by_label("Date on the paper").fill(today)
        page.get_by_role("button", name="Enter", exact=True).click()
        expect(page.get_by_text("The declaration is entered.")).to_be_visible()
        page.get_by_role("link", name="Preview").click()
        shoot(page, shots, "preview")
        page.get_by_role("button", name="Assess and charge now").click()
        expect(page.get_by_text("1 member assessed.")).to_be_visible()
        page.get_by_role("link", name="7,413,000.00 USD").click()
        expect(page.get_by_text("How the amount came about")).to_be_visible()
        expect(page.get_by_text("not below the floor of 1,000,000.00 USD")).to_be_visible()
        shoot(page, shots, "assessment")
        assert errors == []
    assert Declaration.objects.get(member=people.members["newcomer"]).signed_by == "J. Doe"


def test_the_language_is_switched_to_chinese(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    with browse() as page:
        log_in(page, "finance")
        page.get_by_text("finance@example.org").click()
        page.get_by_role("button", name=re.compile("简体中文")).click()
        page.wait_for_url("**/admin/")
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        expect(page.get_by_role("heading", name="alliance 联盟")).to_be_visible()
        shoot(page, shots, "desk_zh")


def test_the_secretary_admits_a_member_by_typing_its_name(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    member = people.members["newcomer"]
    member.terms.update(ends_on="2025-06-01")
    with browse() as page:
        log_in(page, "secretary")
        page.goto("/admin/consortium/member/add/")
        page.locator(".select2-selection").click()
        page.locator(".select2-search__field").fill("Newcomer")
        page.locator(".select2-results__option", has_text="Newcomer Ltd").click()
        page.get_by_label("Category").fill("member")
        page.get_by_label("From").fill("2025-03-01")
        page.get_by_role("button", name="Admit").click()
        expect(page.get_by_text("is a member already")).to_be_visible()
        shoot(page, shots, "refused")
        page.get_by_label("From").fill("2026-01-01")
        page.get_by_role("button", name="Admit").click()
        expect(page.get_by_text("The member is admitted.")).to_be_visible()
        shoot(page, shots, "member")
    assert MembershipTerm.objects.filter(member=member).count() == 2


def test_a_members_user_is_told_that_the_desk_is_not_theirs(
    people: Cast, browse: Callable[..., Any]
) -> None:
    with browse() as page:
        page.goto("/admin/")
        page.get_by_label("Login").fill("payer")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text("This page is not open to you")).to_be_visible()
