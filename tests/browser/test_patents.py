"""A patent's page in a real browser: its picture, what is due, an owner's word from paper."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import time_machine
from playwright.sync_api import expect

from consortium.states import Role
from ip.operations.patents import register_family
from ip.rules.offices import Route
from ip.rules.patent_docket import Choice
from ip.rules.patents import Happening
from tests.browser.test_walk import log_in, shoot
from tests.cast import NOW, TODAY, Cast, appointed
from tests.factories.patents import application_of, happen, pay, result_of


def test_staff_enter_an_owners_word_and_see_it_on_the_page(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    appointed("ip", people.consortium, Role.IP)
    payer, partner = (people.members[name].organization for name in ("payer", "partner"))
    result = result_of(people.members["payer"], (payer, 2, 3), (partner, 1, 3))
    family = register_family(result=result, title="Aspheric lens", by=None, on=TODAY)
    chinese = application_of(family)
    happen(chinese, Happening.FILED, date(2018, 3, 12), "CN201810200001.1")
    happen(chinese, Happening.GRANTED, date(2021, 5, 7), "CN108000001B")
    pay(chinese)
    american = application_of(family, "US", priority_on=date(2018, 3, 12))
    happen(american, Happening.FILED, date(2019, 3, 12), "16/300,001")
    happen(american, Happening.GRANTED, date(2022, 8, 30), "US 11,000,001 B2")
    application_of(family, "EP", route=Route.PCT, priority_on=date(2024, 1, 31))
    errors: list[str] = []
    with time_machine.travel(NOW, tick=True), browse() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, "ip")
        page.goto(f"/admin/ip/patentapplication/{chinese.pk}/change/")
        expect(page.get_by_role("cell", name="Annual fee 9", exact=True)).to_be_visible()
        shoot(page, shots, "patent")
        page.get_by_role("link", name="Enter an owner's instruction").click()
        page.get_by_label("Owner").select_option(index=1)
        page.get_by_label("Instruction").select_option(Choice.PAY.value)
        shoot(page, shots, "patent_instruction")
        page.get_by_role("button", name="Enter", exact=True).click()
        expect(page.get_by_text("It is entered;")).to_be_visible()
        page.goto(f"/admin/ip/patentfamily/{family.pk}/change/")
        expect(page.get_by_text("What is due for Aspheric lens")).to_have_count(1)
        shoot(page, shots, "patent_family")
    assert errors == []
    assert chinese.instructions.get().choice == Choice.PAY
