"""Payments: recorded once, put to members and charges, undone by reversal."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError, Several
from consortium.reports.verify import verify
from funding.models import BankStatement, Charge, PayerAlias, Payment, Transfer
from funding.operations.matching import (
    Allocation,
    allocate_credit,
    match_payment,
    undo_allocation,
    undo_match,
)
from funding.operations.payments import Received, record_payment, withdraw_payment
from funding.reports.open_items import on_account, open_amount
from funding.reports.receipts import left, matches
from tests.cast import TODAY, Cast
from tests.factories.banking import paid, received
from tests.factories.ledgers import balances

DUES = Decimal("1234567.89")
FEE = Decimal(5000)


def refused(call: Any, /, **arguments: Any) -> str:
    """Return the code of a refusal, having checked that it left nothing behind."""
    before = Transfer.objects.count(), Payment.objects.count()
    with pytest.raises(DomainError) as found:
        call(**{"by": None, "on": TODAY, **arguments})
    assert (Transfer.objects.count(), Payment.objects.count()) == before
    if isinstance(found.value, Several):
        return " ".join(each.code for each in found.value.errors)
    return found.value.code


def match(payment: Payment, cast: Cast, name: str, *to: tuple[Charge, Any], **more: Any) -> Any:
    """Put a payment to one of the cast's members."""
    return match_payment(
        payment=payment,
        member=cast.members[name],
        allocations=[Allocation(charge, Decimal(amount)) for charge, amount in to],
        **{"by": cast.people["finance"], "on": TODAY, **more},
    )


def rest(payment: Payment) -> Decimal:
    return left([payment.pk])[payment.pk]


def test_a_payment_waits_to_be_put_to_a_member(cast: Cast) -> None:
    payment = paid(cast.consortium, "5000", payer=" Payer  Ltd\n", text="fee")
    assert (payment.payer, payment.booked_on, rest(payment)) == ("Payer Ltd", payment.paid_on, 5000)
    found = balances(cast.consortium)
    assert found["bank  USD"] == 5000
    assert found["unassigned  USD"] == -5000
    assert list(verify(consortium=cast.consortium)) == []


def test_the_same_payment_again_changes_nothing(cast: Cast) -> None:
    said = received("5000", payer="Payer Ltd")
    again = [
        record_payment(consortium=cast.consortium, received=said, by=None, on=TODAY)
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert Transfer.objects.filter(key__startswith="payment:").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Decimal(0)}, "amount_not_positive"),
        ({"amount": Decimal(-5)}, "amount_not_positive"),
        ({"amount": Decimal("NaN")}, "amount_not_positive"),
        ({"amount": Decimal("Infinity")}, "payment_too_large"),
        ({"amount": Decimal(10**15)}, "payment_too_large"),
        ({"amount": Decimal("0.001")}, "finer_than_unit"),
        ({"unit": "XXX?"}, "unknown_currency"),
        ({"unit": "days"}, "unknown_currency"),
        ({"paid_on": TODAY + timedelta(days=1)}, "paid_in_the_future"),
        ({"reference": " \n"}, "bank_reference_missing"),
        ({"unit": "", "reference": ""}, "unknown_currency bank_reference_missing"),
    ],
)
def test_what_no_payment_can_be_is_refused(cast: Cast, changes: Any, code: str) -> None:
    said = Received(**{"amount": Decimal(1), "unit": "USD", "paid_on": TODAY, "reference": "x",
                       **changes})  # fmt: skip
    assert refused(record_payment, consortium=cast.consortium, received=said) == code


@pytest.mark.parametrize(
    "changes",
    [{"amount": "5001"}, {"unit": "EUR"}, {"paid_on": TODAY}, {"payer": "Rival Ltd"}],
)
def test_a_reference_with_other_content_is_refused(cast: Cast, changes: Any) -> None:
    paid(cast.consortium, "5000", reference="R1", payer="Payer Ltd")
    said = received(changes.pop("amount", "5000"), reference="R1", **changes)
    assert refused(record_payment, consortium=cast.consortium, received=said) == "reference_taken"
    other = received("7", reference="R1", account="second account")
    assert record_payment(consortium=cast.consortium, received=other, by=None, on=TODAY)


def test_a_payment_that_never_came_is_taken_back(cast: Cast) -> None:
    payment = paid(cast.consortium, "5000")
    match(payment, cast, "payer")
    assert refused(withdraw_payment, payment=payment) == "already_matched"
    undo_match(payment=payment, number=1, by=None, on=TODAY)
    withdraw_payment(payment=payment, by=None, on=TODAY)
    assert rest(payment) == 0
    assert balances(cast.consortium)["bank  USD"] == 0
    assert refused(withdraw_payment, payment=payment) == "already_reversed"


# Matching


def test_one_payment_pays_several_charges_and_the_rest_is_credit(cast: Cast) -> None:
    fee, dues = cast.charge("payer", "fee"), cast.charge("payer")
    payment = paid(cast.consortium, "1240000")
    found = match(payment, cast, "payer", (fee, FEE), (dues, DUES))
    assert (found.number, found.credit) == (1, Decimal("432.11"))
    assert [open_amount(each) for each in (fee, dues)] == [0, 0]
    assert on_account(cast.members["payer"].pk, "USD") == Decimal("432.11")
    assert rest(payment) == 0
    assert balances(cast.consortium)["unassigned  USD"] == 0
    assert list(verify(consortium=cast.consortium)) == []


def test_several_payments_pay_one_charge(cast: Cast) -> None:
    fee = cast.charge("payer", "fee")
    for amount in ("2000", "3000"):
        match(paid(cast.consortium, amount), cast, "payer", (fee, amount))
    assert open_amount(fee) == 0


def test_a_payment_is_split_between_members(cast: Cast) -> None:
    payment = paid(cast.consortium, "10000")
    for name in ("payer", "rival"):
        match(payment, cast, name, (cast.charge(name, "fee"), FEE), amount=FEE)
    assert [each.member for each in matches([payment])[payment.pk]] == [
        cast.members["payer"],
        cast.members["rival"],
    ]
    assert rest(payment) == 0


@pytest.mark.parametrize(
    ("amount", "member", "charge", "part", "total", "code"),
    [
        ("9000", "payer", "payer", "5000.01", None, "exceeds_open_amount"),
        ("4000", "payer", "payer", "5000", None, "exceeds_payment"),
        ("9000", "payer", "payer", "5000", "4000", "exceeds_payment"),
        ("9000", "payer", "payer", "1", "9000.01", "exceeds_payment"),
        ("9000", "payer", "payer", "0", None, "amount_not_positive"),
        ("9000", "payer", "payer", "-1", None, "amount_not_positive"),
        ("9000", "payer", "payer", "1", "0", "amount_not_positive"),
        ("9000", "payer", "rival", "1", None, "other_member"),
        ("9000", "outsider", "outsider", "1", None, "other_member"),
        ("9000", "payer", "payer", "0.001", None, "finer_than_unit"),
    ],
)
def test_a_match_that_cannot_be_is_refused(
    cast: Cast, amount: str, member: str, charge: str, part: str, total: str | None, code: str
) -> None:
    assert code == refused(
        match_payment,
        payment=paid(cast.consortium, amount),
        member=cast.members[member],
        allocations=[Allocation(cast.charge(charge, "fee"), Decimal(part))],
        amount=Decimal(total) if total else None,
    )


def test_the_same_charge_twice_in_a_match_is_added_up(cast: Cast) -> None:
    fee = cast.charge("payer", "fee")
    twice = [Allocation(fee, Decimal(3000))] * 2
    code = refused(match_payment, payment=paid(cast.consortium, "6000"),
                   member=cast.members["payer"], allocations=twice)  # fmt: skip
    assert code == "exceeds_open_amount"


def test_another_currency_pays_no_charge_and_becomes_credit(cast: Cast) -> None:
    payment = paid(cast.consortium, "5000", unit="EUR")
    fee = [Allocation(cast.charge("payer", "fee"), FEE)]
    payer = cast.members["payer"]
    assert refused(match_payment, payment=payment, member=payer, allocations=fee) == "other_unit"
    match(payment, cast, "payer")
    assert on_account(payer.pk, "EUR") == 5000
    assert on_account(payer.pk, "USD") == 0


def test_nothing_is_left_to_match_twice(cast: Cast) -> None:
    payment = paid(cast.consortium, "5000")
    match(payment, cast, "payer")
    code = refused(match_payment, payment=payment, member=cast.members["rival"])
    assert code == "already_assigned"


# Undoing


def test_a_wrong_match_is_undone_and_made_anew(cast: Cast) -> None:
    payment, fee = paid(cast.consortium, "6000", payer="Partner Ltd"), cast.charge("payer", "fee")
    match(payment, cast, "payer", (fee, FEE))
    before = Transfer.objects.count()
    undo_match(payment=payment, number=1, by=cast.people["finance"], on=TODAY)
    assert Transfer.objects.count() == before + 2
    assert (rest(payment), open_amount(fee)) == (6000, FEE)
    assert on_account(cast.members["payer"].pk, "USD") == 0
    match(payment, cast, "partner", (cast.charge("partner", "fee"), FEE))
    assert [(each.number, each.undone_on) for each in matches([payment])[payment.pk]] == [
        (1, TODAY),
        (2, None),
    ]
    assert refused(undo_match, payment=payment, number=1) == "already_reversed"
    assert refused(undo_match, payment=payment, number=3) == "no_such_match"
    assert list(verify(consortium=cast.consortium)) == []


def test_a_match_whose_credit_is_used_is_not_undone(cast: Cast) -> None:
    payer, fee = cast.members["payer"], cast.charge("payer", "fee")
    payment = paid(cast.consortium, "6000")
    match(payment, cast, "payer")
    used = allocate_credit(member=payer, charge=fee, amount=FEE, by=None, on=TODAY)
    assert on_account(payer.pk, "USD") == 1000
    assert refused(undo_match, payment=payment, number=1) == "match_used"
    undo_allocation(member=payer, uid=used, by=None, on=TODAY)
    undo_match(payment=payment, number=1, by=None, on=TODAY)
    assert (open_amount(fee), rest(payment)) == (FEE, 6000)
    assert refused(undo_allocation, member=payer, uid=used) == "already_reversed"


def test_credit_pays_no_more_than_there_is(cast: Cast) -> None:
    payer = cast.members["payer"]
    match(paid(cast.consortium, "6000"), cast, "payer")

    def allocate(charge: Charge, amount: str) -> str:
        return refused(allocate_credit, member=payer, charge=charge, amount=Decimal(amount))

    assert allocate(cast.charge("payer"), "6000.01") == "allocation_exceeds_credit"
    assert allocate(cast.charge("payer", "fee"), "5000.01") == "exceeds_open_amount"
    assert allocate(cast.charge("rival"), "1") == "other_member"
    assert allocate(cast.charge("payer"), "-1") == "amount_not_positive"


# Who pays as whom


def test_a_confirmed_payer_is_remembered_and_forgotten_when_undone(cast: Cast) -> None:
    said = {"payer": "Mother of Payer", "payer_account": "6222"}
    first, second = paid(cast.consortium, "1", **said), paid(cast.consortium, "2", **said)
    match(first, cast, "payer")
    alias = PayerAlias.objects.get()
    assert (alias.member, alias.payer) == (cast.members["payer"], "Mother of Payer")
    match(second, cast, "payer")
    undo_match(payment=first, number=1, by=None, on=TODAY)
    assert PayerAlias.objects.exists()
    undo_match(payment=second, number=1, by=None, on=TODAY)
    assert not PayerAlias.objects.exists()


def test_nobody_is_remembered_without_a_name_or_a_person(cast: Cast) -> None:
    match(paid(cast.consortium, "1"), cast, "payer")
    match(paid(cast.consortium, "1", payer="X"), cast, "payer", by=None)
    assert not PayerAlias.objects.exists()


def test_members_see_a_payment_while_it_is_theirs(cast: Cast) -> None:
    payment = paid(cast.consortium, "5000")

    def seen() -> set[str]:
        return {name for name in ("payer", "rival", "finance", "secretary", "outsider")
                if Payment.objects.visible_to(cast.people[name], TODAY).exists()}  # fmt: skip

    assert seen() == {"finance"}
    match(payment, cast, "payer", (cast.charge("payer", "fee"), FEE))
    assert seen() == {"finance", "payer"}
    undo_match(payment=payment, number=1, by=None, on=TODAY)
    assert seen() == {"finance"}
    match(payment, cast, "rival")
    assert seen() == {"finance", "rival"}
    assert not BankStatement.objects.exists()
    assert date(2026, 2, 27) == payment.paid_on
