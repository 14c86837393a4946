"""Several people at once: no number twice, no money with two vouchers, nothing undone twice."""

from funding.models import Voucher
from funding.operations.voucher_changes import reverse_voucher
from funding.operations.vouchers import record_voucher
from tests.cast import TODAY, build
from tests.factories.vouching import issued, pay
from tests.funding.test_payments_at_once import at_once


def test_numbers_money_and_reversals_are_taken_once(transactional_db: None) -> None:
    cast = build()
    names = ("payer", "partner", "rival")
    for name in names:
        pay(cast.members[name], cast.charge(name, "fee"), "5000")
    by = {"by": cast.people["finance"], "on": TODAY}

    def record(name: str, number: str) -> Voucher:
        return record_voucher(
            member=cast.members[name],
            issued=issued(number, "3000"),
            charges=[cast.charge(name, "fee")],
            **by,
        )

    same_number = at_once([lambda name=name: record(name, "1") for name in names])  # type: ignore[misc]
    assert same_number == ["done", "voucher_number_taken", "voucher_number_taken"]
    voucher = Voucher.objects.get()
    other = next(name for name in names if cast.members[name] != voucher.member)
    numbers = ("2", "3", "4")
    same_money = at_once([lambda number=number: record(other, number) for number in numbers])  # type: ignore[misc]
    assert same_money == ["done", "voucher_exceeds_paid", "voucher_exceeds_paid"]
    undone = at_once(
        [
            lambda number=number: reverse_voucher(  # type: ignore[misc]
                voucher=voucher, number=number, issued_on=TODAY, **by
            )
            for number in ("5", "6", "7")
        ]
    )
    assert undone == ["already_red", "already_red", "done"]
