"""The matching desk: a statement taken in, safe ones at once, one split, one undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from consortium import clock
from funding.models import Payment
from funding.reports.open_items import on_account, open_amount
from funding.reports.receipts import left
from tests.browser.test_walk import log_in, shoot
from tests.cast import Cast


def statement(cast: Cast) -> str:
    """Return a statement of four lines: two safe ones, one of a known name, one of nobody."""
    today = clock.today(cast.consortium).isoformat()
    numbers = [cast.charge(name, "fee").number for name in ("payer", "partner")]
    lines = [
        f"{today},5000.00,,Payer Ltd,dues {numbers[0]},R1",
        f"{today},5000.00,,Partner Ltd,{numbers[1]},R2",
        f"{today},9000.00,,Rival Ltd,fee and more,R3",
        f"{today},12.34,,Somebody,thanks,R4",
        f"{today},,70.00,Landlord,rent,R5",
    ]
    return "\n".join(["Date,Credit,Debit,Payer,Text,Reference", *lines])


def test_a_statement_is_matched_on_the_desk(
    people: Cast, browse: Callable[..., Any], shots: Path | None
) -> None:
    file = {"name": "march.csv", "mimeType": "text/csv", "buffer": statement(people).encode()}
    fees = {name: people.charge(name, "fee") for name in ("payer", "partner", "rival")}
    with browse() as page:
        log_in(page, "finance")
        page.goto("/admin/funding/bankstatement/add/")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Look into it").click()
        expect(page.get_by_text("4 new payments")).to_be_visible()
        shoot(page, shots, "statement_preview")
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_text("4 payments are new, 0 were known.")).to_be_visible()
        expect(page.locator("#proposals tbody tr")).to_have_count(4)
        shoot(page, shots, "matching_desk")
        page.get_by_role("button", name="Confirm all 2 safe ones").click()
        expect(page.get_by_text("2 payments are matched.")).to_be_visible()
        rival = page.locator("#proposals tr", has_text="Rival Ltd").first
        expect(rival.get_by_text("payer is called like the member")).to_be_visible()
        rival.get_by_role("link", name="change").click()
        page.get_by_label(fees["rival"].number).fill("5000")
        for number in page.locator("input[name^='charge-']").all():
            if number.input_value() not in ("5000", "5000.000"):
                number.fill("")
        shoot(page, shots, "matching_split")
        page.get_by_role("button", name="Book it").click()
        expect(page.get_by_text("4,000.00 USD stays on its account")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("undone on")).to_be_visible()
        shoot(page, shots, "matching_undone")
    payments = {each.reference: each for each in Payment.objects.all()}
    rest = left(each.pk for each in payments.values())
    assert {name: rest[each.pk] for name, each in payments.items()} == {
        "R1": 0, "R2": 0, "R3": 9000, "R4": payments["R4"].amount,
    }  # fmt: skip
    assert [open_amount(fees[name]) for name in ("payer", "partner", "rival")] == [0, 0, 5000]
    assert on_account(people.members["rival"].pk, "USD") == 0
