"""A member's word that it has paid: taken down, settled by a payment, or refuted."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Document, Notice
from consortium.operations.documents import file_document
from funding.models import OpenItem, PaymentNotice
from funding.operations.payment_notices import notice_payment, refute_notice
from funding.operations.payments import record_payment
from tests.cast import TODAY, Cast
from tests.factories.banking import received

DAY = timedelta(days=1)


def told(cast: Cast, **more: Any) -> PaymentNotice:
    said = {"amount": Decimal(5000), "unit": "USD", "paid_on": TODAY, "by": cast.people["payer"]}
    return notice_payment(member=cast.members["payer"], on=TODAY, **{**said, **more})


def code(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **more)
    return refused.value.code


def paper(cast: Cast) -> Document:
    return file_document(consortium=cast.other, name="p", content=b"%PDF-1.4\n", by=None, on=TODAY)


def test_a_notice_moves_no_money_and_is_settled_by_a_payment(cast: Cast) -> None:
    notice = told(cast, charge=cast.charge("payer", "fee"), reference="W 1")
    here = {"consortium": cast.consortium, "by": None, "on": TODAY}
    for wrong in (received("1"), received("5000", unit="EUR")):
        assert code(record_payment, received=wrong, notice=notice, **here) == "notice_differs"
    payment = record_payment(received=received("5000"), notice=notice, **here)
    assert payment.notice == notice
    again = received("5000")
    assert code(record_payment, received=again, notice=notice, **here) == "notice_answered"
    answered = {"notice": notice, "reason": "x", "by": None, "on": TODAY}
    assert code(refute_notice, **answered) == "notice_answered"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"amount": Decimal(0)}, "amount_not_positive"),
        ({"amount": Decimal(-1)}, "amount_not_positive"),
        ({"amount": Decimal("0.001")}, "finer_than_unit"),
        ({"amount": Decimal(10**16)}, "payment_too_large"),
        ({"unit": "USDX"}, "unknown_currency"),
        ({"paid_on": TODAY + DAY}, "paid_in_the_future"),
        ({"charge": "rival"}, "other_member"),
        ({"charge": "payer", "unit": "EUR"}, "other_unit"),
        ({"paper": paper}, "foreign_document"),
    ],
)
def test_what_cannot_have_been_paid_is_refused(cast: Cast, more: Any, expected: str) -> None:
    given = dict(more)
    if "charge" in given:
        given["charge"] = cast.charge(given["charge"], "fee")
    if "paper" in given:
        given["paper"] = paper(cast)
    assert code(told, cast, **given) == expected
    assert not PaymentNotice.objects.exists()


def test_the_same_again_is_refused_until_it_is_answered(cast: Cast) -> None:
    notice = told(cast)
    assert code(told, cast) == "already_noticed"
    refute_notice(notice=notice, reason="nothing came", by=None, on=TODAY)
    assert told(cast).pk != notice.pk


def test_a_refuted_notice_tells_the_member_and_has_its_charges_looked_at(cast: Cast) -> None:
    charge = cast.charge("payer", "fee")
    OpenItem.objects.filter(charge__member=charge.member).update(next_on=date(2030, 1, 1))
    notice = told(cast, charge=charge)
    refuting = {"notice": notice, "by": cast.people["finance"], "on": TODAY}
    assert code(refute_notice, reason=" ", **refuting) == "refutation_missing"
    found = refute_notice(reason=" The bank shows nothing. ", **refuting)
    assert (found.refuted_on, found.refutation) == (TODAY, "The bank shows nothing.")
    looked = OpenItem.objects.filter(next_on=TODAY).values_list("charge__number", flat=True)
    assert list(looked) == [charge.number]
    people = Notice.objects.filter(code="payment_notice_refuted").values_list(
        "recipient__username", flat=True
    )
    assert list(people) == ["payer"]
    assert code(refute_notice, reason="again", **refuting) == "notice_answered"
