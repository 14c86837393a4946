"""Requests for payment: what they say, in both languages."""

from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from consortium.models import Consortium
from consortium.operations.adoption import adopt_charter
from consortium.operations.advance import advance
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import amend_consortium
from funding.models import Charge
from funding.papers.request import BATCH, payment_requests
from tests.cast import Cast
from tests.factories.ledgers import fee, join, small


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, on one line."""
    found = PdfReader(BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in found]


def text(charge: Charge, language: str = "en") -> str:
    return " ".join(pages(payment_requests([charge], language=language)))


def charged(consortium: Consortium) -> Charge:
    advance(consortium=consortium, to=date(2024, 1, 1))
    return Charge.objects.filter(consortium=consortium).earliest("number")


def test_it_says_who_owes_what_to_whom_until_when_and_why(cast: Cast) -> None:
    charge = cast.charge("payer")
    assert text(charge) == (
        "The alliance alliance 联盟 Payment request "
        "Annual dues January 1, 2026 – December 31, 2026 "
        "Payer Payer Ltd Registration number REG-payer "
        f"Charge number {charge.number} Issued on February 15, 2026 "
        "Last day to pay March 31, 2026 "
        "Under “First charter”, the amount below is due from your organization for "
        "“Annual dues”, January 1, 2026 – December 31, 2026. Please pay it no later than "
        f"March 31, 2026 and quote the number {charge.number}. "
        "Amount due Last day to pay March 31, 2026 1,234,567.89 USD "
        "Please pay to Issuer and payee The alliance alliance 联盟 "
        f"Account please ask the secretariat Reference to quote {charge.number} "
        "How the amount came about What the charter's line did Amount after it "
        "1% of Semiconductor sales (123,456,789.00 USD) 1,234,567.89 USD "
        "not below the floor of 1,000,000.00 USD 1,234,567.89 USD "
        "not above the cap of 15,000,000.00 USD 1,234,567.89 USD "
        "already a multiple of 0.01 USD 1,234,567.89 USD Assessed 1,234,567.89 USD "
        "This is a request for payment. It is neither an invoice nor a receipt; "
        "those are issued separately. "
        "Questions? The secretariat of The alliance will answer them. "
        "The alliance February 15, 2026 Seal or signature "
        f"{charge.number} The alliance Page 1 of 1"
    )


def test_it_names_the_holder_of_the_funds_as_payee_on_behalf_of_the_consortium(db: None) -> None:
    consortium = small("small", fee(unit="CNY", amount="100001000.05"))
    holder = join(consortium, "Holder").organization
    holder.name_zh, holder.registration_number = "某某研究院", "91330001MA2DEM017E"
    holder.save()
    changes = {
        "name_zh": "某某联盟",
        "funds_holder": holder,
        "funds_account": "6222 0000 0000 0001",
    }
    amend_consortium(consortium=consortium, changes=changes, by=None, on=date(2024, 1, 1))
    charge = charged(consortium)
    english, chinese = text(charge), text(charge, "zh-hans")
    assert "Holder 某某研究院 Registration number 91330001MA2DEM017E" in english
    assert "Account 6222 0000 0000 0001" in english
    assert "On behalf of Small 某某联盟" in english
    assert "壹亿" not in english
    assert "某某研究院 Holder" in chinese
    assert "代表 某某联盟 Small" in chinese
    assert "人民币壹亿零壹仟元零伍分" in chinese
    assert "100,001,000.05 CNY" in chinese


def test_chinese_comes_from_the_catalogue_and_the_charter(cast: Cast) -> None:
    said = text(cast.charge("payer"), "zh-hans")
    assert said.startswith("alliance 联盟 The alliance")
    for each in ("年度会费", "2026 年 3 月 31 日", "金额的计算过程", "半导体销售额"):
        assert each in said
    # Capitals are a custom of renminbi.
    assert "人民币" not in said


def test_work_is_owed_in_its_own_unit_and_to_no_account(db: None) -> None:
    consortium = small("small", starts_on=date(2023, 12, 31))
    days = {"units": {"days": {"en": "days of work", "zh": "人日"}}}
    draft = draft_charter(
        consortium=consortium,
        code="second",
        name_en="Second",
        starts_on=date(2024, 1, 1),
        sections={"dues": {**days, "levies": [fee(unit="days", amount="12")]}},
        by=None,
        on=date(2024, 1, 1),
    )
    adopt_charter(charter=draft, by=None, on=date(2024, 1, 1))
    charge = charged(consortium)
    english = text(charge)
    assert "12 days of work" in english
    assert "Account" not in english
    assert "12 人日" in text(charge, "zh-hans")


def test_names_of_any_kind_are_printed_as_they_are(cast: Cast) -> None:
    charge = cast.charge("payer")
    name = '#panic("x") *b* _i_ $x$ <lab> @ref [c] {d} \\ 上海“某某”Łódź'
    charge.parties["payer"] = {**charge.parties["payer"], "name_en": name, "name_zh": "中" * 200}
    said = text(charge).replace(" ", "")
    assert name.replace(" ", "") in said
    assert "中" * 200 in said
    assert "Page2of2" in said or "Page1of1" in said


def test_it_reads_the_same_whenever_it_is_asked_for(cast: Cast) -> None:
    first = payment_requests([cast.charge("payer")], language="en")
    assert first == payment_requests([cast.charge("payer")], language="en")


def test_many_are_one_file_a_page_each_in_the_order_given(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    charges = list(Charge.objects.order_by("-number"))
    counts = []
    for some in (charges[:1], charges):
        fresh = list(Charge.objects.filter(pk__in=[each.pk for each in some]).order_by("-number"))
        with django_assert_max_num_queries(10) as asked:
            payment_requests(fresh, language="en")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    many = (charges * BATCH)[: BATCH + 1]
    said = pages(payment_requests(many, language="en"))
    assert len(said) == len(many)
    assert all(each.number in page for each, page in zip(many, said, strict=True))
