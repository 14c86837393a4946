"""Vouchers: recorded for what was paid, undone once, and what still misses one."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.errors import DomainError
from consortium.models import AuditEvent, Member
from consortium.operations.documents import ForeignDocument, file_document
from funding.models import Voucher
from funding.operations.ledger import FinerThanUnit
from funding.operations.matching import OtherMember, allocate_credit, undo_match
from funding.operations.payments import AmountNotPositive, AmountTooLarge
from funding.operations.voucher_changes import (
    AlreadyRed,
    FileThere,
    ReversedBeforeIssued,
    ReversesReversal,
    file_voucher,
    reverse_voucher,
)
from funding.operations.vouchers import (
    ExceedsPaid,
    ForNothing,
    IssuedInTheFuture,
    NotPdf,
    NumberMissing,
    NumberTaken,
    VoucherInOtherUnit,
    record_voucher,
)
from funding.reports.vouchers import missing
from funding.states import VoucherKind
from tests.cast import TODAY, Cast
from tests.factories.vouching import filed, issued, pay

WHO: dict[str, Any] = {"by": None, "on": TODAY}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.fixture
def payer(cast: Cast) -> Member:
    return cast.members["payer"]


def lacks(cast: Cast, on: date = TODAY) -> list[tuple[str, str, int]]:
    return [
        (each.charge.number, f"{each.missing:.2f}", each.days)
        for each in missing(cast.consortium, on=on)
    ]


def test_a_voucher_for_a_paid_charge(cast: Cast, payer: Member) -> None:
    fee = cast.charge("payer", "fee")
    pay(payer, fee, "5000")
    assert lacks(cast, TODAY + timedelta(days=9)) == [(fee.number, "5000.00", 9)]
    made = record_voucher(member=payer, issued=issued(" 0 1 "), charges=[fee], **WHO)
    assert (made.number, made.payer, made.document) == ("0 1", "Payer Ltd", None)
    assert [(each.charge, each.amount) for each in made.items.all()] == [(fee, 5000)]
    assert lacks(cast) == []
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.facts) == ("record_voucher", {"member": str(payer.uid)})


def test_several_vouchers_for_one_charge_and_one_for_several(cast: Cast, payer: Member) -> None:
    fee, dues = cast.charge("payer", "fee"), cast.charge("payer")
    pay(payer, fee, "5000")
    pay(payer, dues, "700")
    record_voucher(member=payer, issued=issued("1", "2000"), charges=[fee], **WHO)
    both = record_voucher(member=payer, issued=issued("2", "3500"), charges=[fee, dues], **WHO)
    assert {(each.charge, int(each.amount)) for each in both.items.all()} == {
        (fee, 3000),
        (dues, 500),
    }
    assert lacks(cast) == [(dues.number, "200.00", 0)]


def test_a_voucher_for_payments_covers_what_they_paid(cast: Cast, payer: Member) -> None:
    fee = cast.charge("payer", "fee")
    payment = pay(payer, fee, "5000", put="6000")
    record_voucher(member=payer, issued=issued("1", "6000"), payments=[payment], **WHO)
    assert lacks(cast) == []
    with pytest.raises(ExceedsPaid):
        record_voucher(member=payer, issued=issued("2", "1"), charges=[fee], **WHO)


def test_credit_has_one_voucher_whatever_it_pays_later(cast: Cast, payer: Member) -> None:
    fee, dues = cast.charge("payer", "fee"), cast.charge("payer")
    payment = pay(payer, fee, "5000", put="6000")
    record_voucher(member=payer, issued=issued("1", "6000"), payments=[payment], **WHO)
    allocate_credit(member=payer, charge=dues, amount=Decimal(1000), **WHO)
    with pytest.raises(ExceedsPaid):
        record_voucher(member=payer, issued=issued("2", "1"), charges=[dues], **WHO)
    assert lacks(cast) == []


def test_a_shared_payment_is_covered_member_by_member(cast: Cast, payer: Member) -> None:
    payment = pay(payer, cast.charge("payer", "fee"), "4000")
    rival = cast.members["rival"]
    with pytest.raises(ExceedsPaid) as refused:
        record_voucher(member=rival, issued=issued("1"), payments=[payment], **WHO)
    assert refused.value.values == {"room": 0, "unit": "USD"}


def test_an_undone_match_makes_room_for_nothing(cast: Cast, payer: Member) -> None:
    fee = cast.charge("payer", "fee")
    payment = pay(payer, fee, "5000")
    record_voucher(member=payer, issued=issued("1", "3000"), charges=[fee], **WHO)
    undo_match(payment=payment, number=1, **WHO)
    with pytest.raises(ExceedsPaid):
        record_voucher(member=payer, issued=issued("2", "1"), charges=[fee], **WHO)
    assert lacks(cast) == []


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"number": "  "}, NumberMissing),
        ({"issued_on": date(2026, 3, 3)}, IssuedInTheFuture),
        ({"amount": "0"}, AmountNotPositive),
        ({"amount": "-1"}, AmountNotPositive),
        ({"amount": "NaN"}, AmountNotPositive),
        ({"amount": "Infinity"}, AmountTooLarge),
        ({"amount": "1e15"}, AmountTooLarge),
        ({"amount": "0.001"}, FinerThanUnit),
        ({"amount": "5000.01"}, ExceedsPaid),
        ({"unit": "EUR"}, VoucherInOtherUnit),
    ],
)
def test_what_is_refused(
    cast: Cast, payer: Member, more: dict[str, Any], refusal: type[DomainError]
) -> None:
    fee = cast.charge("payer", "fee")
    pay(payer, fee, "5000")
    with pytest.raises(refusal):
        record_voucher(member=payer, issued=issued(**{"number": "1", **more}), charges=[fee], **WHO)
    assert not Voucher.objects.exists()


def test_whose_it_is_and_what_for(cast: Cast, payer: Member) -> None:
    given = {"member": payer, "issued": issued("1", "1"), **WHO}
    with pytest.raises(ForNothing):
        record_voucher(**given)
    with pytest.raises(OtherMember):
        record_voucher(**given, charges=[cast.charge("rival", "fee")])
    elsewhere = pay(cast.members["outsider"], cast.charge("outsider", "fee"), "5")
    with pytest.raises(OtherMember):
        record_voucher(**given, payments=[elsewhere])
    pay(payer, cast.charge("payer", "fee"), "5")
    foreign = filed(cast.members["outsider"])
    with pytest.raises(ForeignDocument):
        record_voucher(**given, charges=[cast.charge("payer", "fee")], document=foreign)


def test_a_number_is_taken_once_per_kind_and_consortium(cast: Cast, payer: Member) -> None:
    for name in ("payer", "rival", "outsider"):
        pay(cast.members[name], cast.charge(name, "fee"), "10")
    one = {"issued": issued("1", "1"), **WHO}
    record_voucher(member=payer, charges=[cast.charge("payer", "fee")], **one)
    with pytest.raises(NumberTaken):
        record_voucher(member=cast.members["rival"], charges=[cast.charge("rival", "fee")], **one)
    record_voucher(member=cast.members["outsider"], charges=[cast.charge("outsider", "fee")], **one)
    other = issued("1", "1", kind=VoucherKind.SPECIAL)
    record_voucher(member=payer, issued=other, charges=[cast.charge("payer", "fee")], **WHO)


def test_a_red_voucher_undoes_one_once(cast: Cast, payer: Member) -> None:
    fee = cast.charge("payer", "fee")
    pay(payer, fee, "5000")
    first = record_voucher(member=payer, issued=issued("1"), charges=[fee], **WHO)
    day = {"issued_on": TODAY, **WHO}
    with pytest.raises(ReversedBeforeIssued):
        reverse_voucher(voucher=first, number="2", issued_on=date(2026, 2, 28), **WHO)
    with pytest.raises(NumberTaken):
        reverse_voucher(voucher=first, number="1", **day)
    with pytest.raises(IssuedInTheFuture):
        reverse_voucher(voucher=first, number="2", issued_on=date(2026, 3, 3), **WHO)
    red = reverse_voucher(voucher=first, number="2", **day)
    assert (red.reverses, red.kind, red.amount, red.member) == (first, first.kind, 5000, payer)
    with pytest.raises(AlreadyRed):
        reverse_voucher(voucher=first, number="3", **day)
    with pytest.raises(ReversesReversal):
        reverse_voucher(voucher=red, number="3", **day)
    assert set(Voucher.objects.all().standing()) == set()
    assert lacks(cast) == [(fee.number, "5000.00", 0)]
    record_voucher(member=payer, issued=issued("3"), charges=[fee], **WHO)
    assert lacks(cast) == []


def test_its_pdf_may_come_later_once(cast: Cast, payer: Member) -> None:
    fee = cast.charge("payer", "fee")
    pay(payer, fee, "5000")
    made = record_voucher(member=payer, issued=issued("1"), charges=[fee], **WHO)
    picture = file_document(consortium=cast.consortium, name="v.png", content=PNG, **WHO)
    with pytest.raises(NotPdf):
        file_voucher(voucher=made, document=picture, **WHO)
    with pytest.raises(ForeignDocument):
        file_voucher(voucher=made, document=filed(cast.members["outsider"]), **WHO)
    assert file_voucher(voucher=made, document=filed(payer), **WHO).document is not None
    with pytest.raises(FileThere):
        file_voucher(voucher=made, document=filed(payer), **WHO)


def test_the_list_costs_the_same_for_one_and_for_three(cast: Cast) -> None:
    costs = []
    for names in (("payer",), ("rival", "partner")):
        for name in names:
            pay(cast.members[name], cast.charge(name, "fee"), "5000")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = [str(each.charge.member) for each in missing(cast.consortium, on=TODAY)]
        costs.append((len(found), len(queries)))
    assert costs == [(1, 4), (3, 4)]
