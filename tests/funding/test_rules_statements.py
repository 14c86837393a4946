"""Statements as banks give them: tables in two languages, camt.053 and MT940."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from consortium.errors import DomainError
from funding.rules.statements import Line, read
from funding.rules.statements.values import amount, day
from tests.factories.statements import CAMT, CHINESE, MT940, camt, entry


def book(*rows: list[Any]) -> bytes:
    """Return a workbook with these cells; days are written as days."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        style = made.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                kind = style if isinstance(cell, date) else None
                sheet.write(number, column, cell, kind)
    return out.getvalue()


def lines(content: str | bytes, columns: Any = None) -> list[tuple[str, str]]:
    """Return day and amount of each line; faults instead, where there are some."""
    data = content.encode() if isinstance(content, str) else content
    found = read(data, columns)
    assert not found.faults, found.faults
    return [(f"{each.paid_on}", f"{each.amount}") for each in found.lines]


# Tables


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_statement_is_read_in_every_encoding(code: str) -> None:
    found = read(CHINESE.encode(code))
    assert (found.kind, found.account, found.unit, found.debits) == (
        "table", "6222000011112222", "CNY", 1,
    )  # fmt: skip
    assert found.faults == []
    assert found.lines == [
        Line(5, Decimal("5000.00"), date(2026, 2, 27), "20260227001", "甲钢铁有限公司",
             "62220001", "会费 2026-00001 转账"),
        Line(7, Decimal("1234567.89"), date(2026, 2, 28), "20260228009", "乙半导体", "62220002",
             "转账"),
    ]  # fmt: skip
    assert found.columns == {
        "paid_on": "交易日期", "credit": "贷方发生额(元)", "debit": "借方发生额(元)",
        "payer": "对方户名", "payer_account": "对方账号",
        "reference": "交易流水号", "text": "附言+摘要",
    }  # fmt: skip


def test_a_workbook_holds_numbers_and_days() -> None:
    head = ["Booking Date", "Credit", "Debit", "Counterparty", "Description", "Transaction ID"]
    content = book(
        ["Statement of account"],
        ["Account number:", "DE02 1203 0000 0000 2020 51"],
        ["Currency", "EUR"],
        [],
        head,
        [date(2026, 2, 27), 5000.1, "", "Alpha GmbH", "2026-00001", 123456],
        ["2026/2/28", "", 12, "Rent", "", "x"],
        [46081, 0.3, 0, "", "", ""],
        ["Total", 5000.4, 12],
    )
    found = read(content)
    assert (found.account, found.unit, found.debits) == ("DE02 1203 0000 0000 2020 51", "EUR", 1)
    assert [(each.row, each.amount, each.paid_on, each.reference) for each in found.lines] == [
        (6, Decimal("5000.1"), date(2026, 2, 27), "123456"),
        (8, Decimal("0.3"), date(2026, 2, 28), ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Date,Amount\n2026-02-27,5\n2026-02-28,-3\n", [("2026-02-27", "5")]),
        ("Datum;Date;Amount\nx;27.02.2026;1.234,50\n", [("2026-02-27", "1234.50")]),
        ("日期\t金额\t借贷\n20260227\t5\t贷\n20260227\t6\t借\n", [("2026-02-27", "5")]),
        ("交易时间,收入,支出\n2026-02-27 10:11:12,￥1，234.00,--\n", [("2026-02-27", "1234.00")]),
        ("date,credit,debit\n2026-02-27,,-7\n", [("2026-02-27", "7")]),
        ("date,amount\n", []),
        ("date,amount\n2026-02-27,\n,,\n", []),
        ("date,amount\n2026-02-27,5\n\n打印时间：2026-03-01,\n合计,5\n", [("2026-02-27", "5")]),
    ],
)
def test_small_tables(text: str, expected: list[tuple[str, str]]) -> None:
    assert lines(text.replace("￥1，234.00", '"￥1,234.00"')) == expected


def test_a_layout_says_where_the_columns_stand() -> None:
    text = "W1,W2,W3\n27.02.2026,x,5\n"
    assert lines(text, {"paid_on": "w1", "credit": "W3"}) == [("2026-02-27", "5")]
    assert lines("x,y\n27.02.2026,5\n", {"paid_on": 1, "credit": 2}) == [("2026-02-27", "5")]
    for columns in ({"paid_on": "W1", "credit": "W9"}, {"paid_on": "W1"}, {"what": "W1"}):
        with pytest.raises(DomainError) as refused:
            read(text.encode(), columns)
        assert refused.value.code == "statement_no_column"


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("2026-02-30,5,", ["statement_not_a_day A2"]),
        ("O3/02/2026,5,", ["statement_not_a_day A2"]),
        ("03/02/2026,5,", ["statement_not_a_day A2"]),
        (",5,", ["statement_no_day A2"]),
        ("2026-02-27,five,", ["statement_not_an_amount B2"]),
        ("2026-02-27,1.2.3,x", ["statement_not_an_amount B2", "statement_not_an_amount C2"]),
        ("2026-02-27,1e5,", ["statement_not_an_amount B2"]),
        ("2026-02-27,5,6", ["statement_both_sides B2"]),
    ],
)
def test_what_is_wrong_is_named_by_its_cell(row: str, codes: list[str]) -> None:
    found = read(f"date,credit,debit\n{row}\n".encode())
    assert [f"{each.code} {each.values['cell']}" for each in found.faults] == codes
    assert found.lines == []


def test_a_side_that_says_nothing_is_named() -> None:
    found = read(b"date,amount,d/c\n2026-02-27,5,?\n")
    assert [each.values for each in found.faults] == [{"cell": "C2", "value": "?"}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "statement_unreadable"),
        (b"\x00\x01\x02", "statement_unreadable"),
        (b"\xff\xfe\x00", "statement_unreadable"),
        (b"PK\x03\x04 no archive", "statement_unreadable"),
        (b"\xd0\xcf\x11\xe0 no workbook", "statement_unreadable"),
        (b"%PDF-1.4\n", "statement_no_header"),
        (b"a,b\n1,2\n", "statement_no_header"),
        (b"date,amount,ccy\n2026-02-27,5,EUR\n2026-02-27,5,USD\n", "statement_several"),
        (b"date,amount\n" + b"x,\n" * 20_000, "statement_too_large"),
        (b" " * (5 * 1024 * 1024 + 1), "statement_too_large"),
        (b"<a", "statement_unreadable"),
        (b"<Document/>", "statement_unreadable"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "statement_forbidden_xml"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
         "statement_forbidden_xml"),
        (camt(entry(), account="A") .replace(b"</BkToCstmrStmt>",
         b"<Stmt><Acct><Id><IBAN>B</IBAN></Id></Acct></Stmt></BkToCstmrStmt>"),
         "statement_several"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read(content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 2, 27, 10, tzinfo=UTC), date(2026, 2, 27)),
        (46080, date(2026, 2, 27)),
        (20260227.0, date(2026, 2, 27)),
        ("2026年2月27日", date(2026, 2, 27)),
        ("２０２６－０２－２７", date(2026, 2, 27)),
        ("2026.2.27", date(2026, 2, 27)),
        ("20260227101112", date(2026, 2, 27)),
        ("2026-02-27T10:11:12", date(2026, 2, 27)),
        ("27/02/2026", None),
        ("2026-13-01", None),
        (True, None),
        (5, None),
        ("", None),
    ],
)
def test_days(value: Any, expected: date | None) -> None:
    assert day(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,234.00", "1234.00"),
        ("¥1,234.00", "1234.00"),
        ("￥ 1234", "1234"),
        ("1.234,56", "1234.56"),
        ("-1,234.5", "-1234.5"),
        ("(5.00)", "-5.00"),
        ("5.00-", "-5.00"),
        ("+5", "5"),
        ("12,34.00", None),
        ("1e9", None),
        ("abc", None),
        ("", "0"),
        ("--", "0"),
        (0.1 + 0.2, "0.3"),
        (float("inf"), None),
        (True, None),
    ],
)
def test_amounts(value: Any, expected: str | None) -> None:
    assert amount(value) == (Decimal(expected) if expected else None)


# ISO 20022 and SWIFT


def test_camt_053_is_read() -> None:
    found = read(CAMT)
    assert (found.kind, found.account, found.unit, found.debits) == (
        "camt.053", "DE02120300000000202051", "EUR", 1,
    )  # fmt: skip
    assert found.faults == []
    assert found.lines == [
        Line(1, Decimal("5000.00"), date(2026, 2, 27), "BANK-1", "Alpha GmbH",
             "DE89370400440532013000", "dues 2026-00001"),
        Line(3, Decimal("10.00"), date(2026, 2, 28), "TX-A", "Beta", "", "first"),
        Line(3, Decimal("20.00"), date(2026, 2, 28), "BANK-3/2", "Gamma", "4711", "RF18"),
    ]  # fmt: skip


def test_a_faulty_entry_is_named_and_a_pending_one_passed_over() -> None:
    found = read(camt(entry(day="soon"), entry(amount="x"), entry(state="PDNG")))
    assert [(each.code, each.values["cell"]) for each in found.faults] == [
        ("statement_not_a_day", "Ntry 1"),
        ("statement_not_an_amount", "Ntry 2"),
    ]
    assert found.lines == []


def test_mt940_is_read() -> None:
    found = read(MT940.encode())
    assert (found.kind, found.account, found.unit, found.debits) == (
        "MT940", "12030000/20205100", "EUR", 1,
    )  # fmt: skip
    assert found.lines == [
        Line(2, Decimal("5000.00"), date(2026, 2, 27), "BANK-2", "Alpha GmbH",
             "DE89370400440532013000", "dues 2026-00001"),
        Line(3, Decimal("7.50"), date(2026, 2, 28), "", "", "", "Plain words 2026-00002"),
    ]  # fmt: skip


@pytest.mark.parametrize(("mark", "came"), [("C", 1), ("RD", 1), ("D", 0), ("RC", 0)])
def test_what_is_taken_back_in_mt940_did_not_come(mark: str, came: int) -> None:
    text = (
        f":20:X\n:25:A\n:28C:1\n:60F:C260101EUR1,00\n:61:260102{mark}5,NTRFX\n:62F:C260102EUR6,\n"
    )
    found = read(text.encode())
    assert (len(found.lines), found.debits) == (came, 1 - came)
