"""Statements taken in: each line once, however often it comes; all of a file or nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from consortium.errors import DomainError, Several
from consortium.reports.verify import verify
from funding.models import BankStatement, Payment, PaymentNotice, StatementLayout, Transfer
from funding.operations.matching import match_payment
from funding.operations.payments import withdraw_payment
from funding.operations.statements import (
    drop_layout,
    import_statement,
    look_into,
    save_layout,
)
from tests.cast import TODAY, Cast
from tests.factories.banking import paid
from tests.factories.ledgers import balances
from tests.factories.statements import CAMT, CHINESE, MT940

HEAD = "date,credit,debit,payer,text,reference\n"


def take(cast: Cast, content: str | bytes, **more: Any) -> BankStatement:
    data = content.encode() if isinstance(content, str) else content
    return import_statement(
        consortium=cast.consortium, name="s.csv", content=data, **{"by": None, "on": TODAY, **more}
    )


def codes(cast: Cast, content: str | bytes, **more: Any) -> list[str]:
    """Return what an import is refused with, having checked that it left nothing behind."""
    kept = len(list(Path(settings.MEDIA_ROOT).rglob("*.*")))
    counts = Payment.objects.count(), BankStatement.objects.count(), Transfer.objects.count()
    with pytest.raises(DomainError) as refused:
        take(cast, content, **more)
    assert counts == (
        Payment.objects.count(), BankStatement.objects.count(), Transfer.objects.count(),
    )  # fmt: skip
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.*"))) == kept
    error = refused.value
    if not isinstance(error, Several):
        return [error.code]
    return [each.values["why"].code if "why" in each.values else each.code for each in error.errors]


def counted(statement: BankStatement) -> tuple[int, int, int]:
    return statement.lines, statement.received, statement.known


@pytest.mark.parametrize(
    ("content", "unit", "total"),
    [(CHINESE, "CNY", "1239567.89"), (CAMT, "EUR", "5030.00"), (MT940, "EUR", "5007.50")],
)
def test_what_came_in_waits_to_be_matched(
    cast: Cast, content: str | bytes, unit: str, total: str
) -> None:
    statement = take(cast, content)
    assert statement.unit == unit
    found = balances(cast.consortium)
    assert (found[f"bank  {unit}"], found[f"unassigned  {unit}"]) == (
        Decimal(total), -Decimal(total),
    )  # fmt: skip
    assert {each.account for each in statement.payments.all()} == {statement.account}
    assert statement.document is not None
    data = content.encode() if isinstance(content, str) else content
    with statement.document.file.open("rb") as kept:
        assert kept.read() == data
    assert list(verify(consortium=cast.consortium)) == []


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first = take(cast, CHINESE)
    assert counted(first) == (3, 2, 0)
    before = Payment.objects.count(), Transfer.objects.count()
    assert take(cast, CHINESE) == first
    assert (Payment.objects.count(), Transfer.objects.count()) == before
    other_encoding = take(cast, CHINESE.encode("gb18030"))
    assert counted(other_encoding) == (3, 0, 2)
    assert (Payment.objects.count(), Transfer.objects.count()) == before


def test_an_overlapping_statement_adds_only_what_is_new(cast: Cast) -> None:
    lines = [f"2026-02-{day:02},{day},,P,t,R{day}\n" for day in range(1, 11)]
    take(cast, HEAD + "".join(lines[:6]))
    assert counted(take(cast, HEAD + "".join(lines[3:]))) == (7, 4, 3)
    assert Payment.objects.count() == 10


def test_lines_without_a_reference_are_told_apart_by_content_and_place(cast: Cast) -> None:
    same = "2026-02-27,5,,P,t,\n"
    take(cast, HEAD + same)
    assert counted(take(cast, HEAD + same + "2026-02-28,7,,Q,u,\n")) == (2, 1, 1)
    assert counted(take(cast, HEAD + same + same + same)) == (3, 2, 1)
    assert counted(take(cast, HEAD + same + same)) == (2, 0, 2)
    other_spacing = HEAD + "2026-02-27,5.00,, p ,T,000\n"
    assert counted(take(cast, other_spacing)) == (1, 0, 1)
    assert Payment.objects.count() == 4


def test_a_reference_that_the_bank_gives_twice_is_numbered(cast: Cast) -> None:
    one, two = "2026-02-27,5,,P,t,V1\n", "2026-02-27,6,,Q,t,V1\n"
    take(cast, HEAD + two)
    assert counted(take(cast, HEAD + one + two)) == (2, 1, 1)
    assert counted(take(cast, HEAD + two + one + "\n")) == (2, 0, 2)
    assert set(Payment.objects.values_list("reference", "amount")) == {("V1", 6), ("V1~2", 5)}


def test_what_was_recorded_by_hand_is_known(cast: Cast) -> None:
    by_hand = paid(cast.consortium, "5", reference="R1", payer="P")
    line = "2026-02-27,5,,P,t,R1\n"
    assert counted(take(cast, HEAD + line, account="1")) == (1, 0, 1)
    wrong = "2026-02-27,50,,P,t,R1\n"
    assert codes(cast, HEAD + wrong) == ["reference_taken"]
    withdraw_payment(payment=by_hand, by=None, on=TODAY)
    assert counted(take(cast, HEAD + wrong)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("content", "more", "expected"),
    [
        (HEAD + "2026-02-27,5,,,,a\n2026-02-27,x,,,,b\nsoon,5,,,,c\n", {},
         ["statement_not_an_amount", "statement_not_a_day"]),
        (HEAD + "2026-03-03,5,,,,a\n2026-02-27,0.001,,,,b\n", {},
         ["paid_in_the_future", "finer_than_unit"]),
        (HEAD + "2026-02-27,9999999999999999,,,,a\n", {}, ["payment_too_large"]),
        (HEAD + "2026-02-27,5,,,,a\n", {"unit": "days"}, ["unknown_currency"]),
        (CHINESE, {"unit": "USD"}, ["statement_other_unit"]),
        ("no statement", {}, ["statement_no_header"]),
        (b"\x89PNG\r\n\x1a\n\x00", {}, ["statement_unreadable"]),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_whole(
    cast: Cast, content: str | bytes, more: Any, expected: list[str]
) -> None:
    assert codes(cast, content, **more) == expected


def test_looking_into_a_file_writes_nothing(cast: Cast) -> None:
    take(cast, HEAD + "2026-02-27,5,,P,t,R1\n")
    found = look_into(
        consortium=cast.consortium,
        content=(HEAD + "2026-02-27,5,,P,t,R1\n2026-02-27,6,,P,t,R2\n2026-02-27,,7,,,\n").encode(),
        on=TODAY,
    )
    assert (len(found.new), len(found.known), found.statement.debits) == (1, 1, 1)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ("WIRE-77", "2026-02-27,5000,,Somebody,t,WIRE-77"),
        ("WIRE-77", "2026-02-27,5000,,Somebody,thanks wire-77,R"),
        ("", "2026-02-27,5000,,PAYER LTD,t,R"),
    ],
)
def test_a_payment_settles_the_notice_that_tells_of_it(
    cast: Cast, reference: str, line: str
) -> None:
    notices = [
        PaymentNotice.objects.create(
            consortium=cast.consortium, member=cast.members[name], amount=5000, unit="USD",
            paid_on=TODAY, noticed_on=TODAY, reference=said,
        )
        for name, said in (("payer", reference), ("rival", ""))
    ]  # fmt: skip
    take(cast, HEAD + line + "\n2026-02-27,5000,,?,t,other\n")
    assert Payment.objects.get(notice__isnull=False).notice == notices[0]


def test_lines_of_a_closed_year_count_from_today(cast: Cast) -> None:
    take(cast, HEAD + "2024-12-31,5,,P,t,R1\n2026-02-27,6,,P,t,R2\n")
    assert list(Payment.objects.order_by("pk").values_list("booked_on", flat=True)) == [
        date(2024, 12, 31), date(2026, 2, 27),
    ]  # fmt: skip


def test_a_layout_is_kept_under_its_name(cast: Cast) -> None:
    here = {"consortium": cast.consortium, "by": None, "on": TODAY}
    columns = {"paid_on": "D", "credit": "C"}
    layout = save_layout(name=" Bank ", columns=columns, unit="USD", **here)
    again = save_layout(name="Bank", columns={**columns, "text": "T"}, unit="EUR", **here)
    assert (again.pk, again.unit) == (layout.pk, "EUR")
    for wrong in ({"name": " "}, {"unit": "x"}, {"columns": {"credit": "C"}}):
        with pytest.raises(DomainError):
            save_layout(**{"name": "x", "columns": columns, "unit": "USD", **here, **wrong})
    take(cast, "D,C\n2026-02-27,5\n", columns=layout.columns)
    drop_layout(layout=layout, by=None, on=TODAY)
    assert not StatementLayout.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_lines(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    take(cast, HEAD + "2026-02-27,5,,P,t,R0\n")
    for count in (3, 300):
        lines = "".join(f"2026-02-27,5,,P,t,{count}-{n}\n" for n in range(count))
        with django_assert_max_num_queries(45):
            assert counted(take(cast, HEAD + lines)) == (count, count, 0)
    payment = Payment.objects.latest("pk")
    match_payment(payment=payment, member=cast.members["payer"], by=None, on=TODAY)
