"""A list of vouchers: as it is downloaded, filled in by people and systems, and refused."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from consortium.errors import DomainError, Several
from consortium.models import AuditEvent
from funding.admin.missing_vouchers import write_list
from funding.models import Voucher
from funding.operations.voucher_list import NoVouchers, record_vouchers
from funding.operations.vouchers import record_voucher
from funding.reports.vouchers import missing
from funding.rules.voucher_list import ListTooLarge, ListUnreadable, ListWithoutHeader, read_list
from tests.cast import TODAY, Cast
from tests.factories.vouching import issued, pay, sheet

HEAD = ["Kind", "Number", "Date", "Amount", "Charges"]


def recorded(cast: Cast, content: bytes) -> list[Voucher]:
    return record_vouchers(consortium=cast.consortium, content=content, by=None, on=TODAY)


def faults(cast: Cast, *rows: list[Any], head: list[str] = HEAD) -> list[str]:
    """Return what a list is refused for, in codes with their cell or row."""
    with pytest.raises(Several) as refused:
        recorded(cast, sheet(head, *rows))
    assert not Voucher.objects.exists()
    return [said(each) for each in refused.value.errors]


def said(error: DomainError) -> str:
    values = error.values
    if "why" in values:
        return f"{values['row']}: {values['why'].code}"
    return f"{values['cell']}: {error.code}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_that_is_downloaded_is_filled_in_and_read(cast: Cast, language: str) -> None:
    for name in ("payer", "rival"):
        pay(cast.members[name], cast.charge(name, "fee"), "5000")
    out = BytesIO()
    with override(language):
        write_list(missing(cast.consortium, on=TODAY), out)
    content = out.getvalue()
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][3:7] == [5000, "USD", "Payer Ltd", cast.charge("payer", "fee").number]
    assert read_list(content).lines == []
    kind = "Dues receipt" if language == "en" else "会费票据"
    filled = [
        rows[0],
        *([kind, f"0{n}", "2026-03-01", *row[3:8]] for n, row in enumerate(rows[1:])),
    ]
    made = recorded(cast, sheet(*filled))
    assert [(each.number, each.payer, int(each.amount)) for each in made] == [
        ("00", "Payer Ltd", 5000),
        ("01", "Rival Ltd", 5000),
    ]
    assert missing(cast.consortium, on=TODAY) == []
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.facts["count"]) == ("record_vouchers", 2)


def test_a_list_as_an_issuing_system_writes_it(cast: Cast) -> None:
    fee = cast.charge("payer", "fee")
    payment = pay(cast.members["payer"], fee, "5000")
    head = ["序号", "数电发票号码", "开票日期", "购买方名称", "价税合计", "发票票种", "流水号"]
    row = [1, "26112000000012345678", "2026-03-01 10:11:12", "某公司", "¥5,000.00",
           "数电发票（普通发票）", payment.reference]  # fmt: skip
    text = "\n".join(",".join(f'"{cell}"' for cell in each) for each in (head, row))
    (made,) = recorded(cast, text.encode("gb18030"))
    assert (made.kind, made.number, made.payer, made.unit, made.issued_on) == (
        "e_invoice_ordinary", "26112000000012345678", "某公司", "USD", date(2026, 3, 1),
    )  # fmt: skip


def test_every_fault_is_told_at_once_and_nothing_is_recorded(cast: Cast) -> None:
    fee = cast.charge("payer", "fee").number
    pay(cast.members["payer"], cast.charge("payer", "fee"), "5000")
    assert faults(
        cast,
        ["Dues receipt", "1", "2026-03-01", 3000, fee],
        ["Dues receipt", "1", "2026-03-01", 1, fee],
        ["ticket", "2", "someday", "much", fee],
        ["Dues receipt", 26112000000012345678, "2026-03-01", 1, fee],
        ["Dues receipt", "3", "2026-03-01", 2001, fee],
        ["Dues receipt", "4", "2026-03-01", 1, "none"],
        ["Dues receipt", "5", "2026-03-01", 1, ""],
        ["Dues receipt", "6", "2027-03-01", 1, fee],
    ) == [
        "A4: voucher_kind_unknown",
        "C4: voucher_not_a_day",
        "D4: voucher_not_an_amount",
        "B5: voucher_number_lost_digits",
        "3: voucher_number_taken",
        "6: voucher_exceeds_paid",
        "7: voucher_no_charge",
        "8: voucher_for_nothing",
        "9: voucher_in_the_future",
    ]


def test_payments_alone_must_say_whose_voucher_it_is(cast: Cast) -> None:
    payment = pay(cast.members["payer"], cast.charge("payer", "fee"), "5000")
    elsewhere = pay(cast.members["outsider"], cast.charge("outsider", "fee"), "5000")
    head = [*HEAD[:4], "Bank reference"]
    one = ["Dues receipt", "1", "2026-03-01", 1]
    assert faults(cast, [*one, elsewhere.reference], head=head) == ["2: voucher_no_payment"]
    other = pay(cast.members["rival"], cast.charge("rival", "fee"), "5000")
    both = f"{payment.reference}；{other.reference}"
    assert faults(cast, [*one, both], head=head) == ["2: voucher_member_unclear"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\xff\xfe\x00", ListUnreadable),
        (b"PK\x03\x04", ListUnreadable),
        (b"a,b\n1,2\n", ListWithoutHeader),
        (b"", ListWithoutHeader),
        (b"kind,number,issued_on,amount\n,,,\n", NoVouchers),
        (b"x\n" * 20_001, ListTooLarge),
    ],
)
def test_a_file_that_is_no_list(cast: Cast, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        recorded(cast, content)


def test_the_same_list_again_is_refused_by_its_numbers(cast: Cast) -> None:
    fee = cast.charge("payer", "fee")
    pay(cast.members["payer"], fee, "5000")
    record_voucher(
        member=cast.members["payer"], issued=issued("1", "5"), charges=[fee], by=None, on=TODAY
    )
    with pytest.raises(Several) as refused:
        recorded(cast, sheet(HEAD, ["会费票据", "1", "2026-03-01", 5, fee.number]))
    assert [said(each) for each in refused.value.errors] == ["2: voucher_number_taken"]
