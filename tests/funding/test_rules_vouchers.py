"""Which money a voucher accounts for: by hand, and against any split of it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from funding.rules.vouchers import Cover, Money, fill, spread

D = Decimal
A, B = 1, 2
"""Charges."""

P, Q = 11, 12
"""Payments."""

PAID = [Money(P, A, D(50)), Money(P, B, D(50)), Money(Q, B, D(30)), Money(Q, None, D(20))]


def left(*covers: Cover) -> tuple[list[int], int]:
    rest, over = fill(PAID, covers)
    return [int(each) for each in rest], int(over)


def test_a_charge_is_covered_whatever_paid_it() -> None:
    assert left(Cover(charge=B, amount=D(60))) == ([50, 0, 20, 20], 0)


def test_a_payment_covers_its_charges_before_its_credit() -> None:
    assert left(Cover(payment=Q, amount=D(40))) == ([50, 50, 0, 10], 0)


def test_vouchers_make_way_for_each_other() -> None:
    covers = [Cover(payment=P, amount=D(50)), Cover(charge=A, amount=D(50))]
    assert left(*covers) == ([0, 0, 30, 20], 0)
    covers = [Cover(payment=P, amount=D(100)), Cover(charge=B, amount=D(30))]
    assert left(*covers) == ([0, 0, 0, 20], 0)


def test_what_fits_nowhere_is_told() -> None:
    assert left(Cover(charge=A, amount=D(51))) == ([0, 50, 30, 20], 1)
    assert left(Cover(payment=13, amount=D(5))) == ([50, 50, 30, 20], 5)


def put(amount: int, *subjects: Cover, covers: list[Cover] | None = None, most: int = 150) -> list:
    found = spread(D(amount), subjects, paid=PAID, covers=covers or [], most=D(most))
    return [(each.charge or each.payment, int(each.amount)) for each in found]


def test_subjects_are_covered_in_full_in_turn() -> None:
    both = Cover(charge=A), Cover(charge=B)
    assert put(70, *both) == [(A, 50), (B, 20)]
    assert put(200, *both) == [(A, 50), (B, 80)]
    assert put(30, Cover(charge=A), covers=[Cover(charge=A, amount=D(40))]) == [(A, 10)]


def test_the_same_money_has_one_voucher() -> None:
    whole = [Cover(payment=P, amount=D(100))]
    assert put(50, Cover(charge=A), covers=whole) == []
    assert put(50, Cover(charge=A), covers=[Cover(payment=P, amount=D(70))]) == [(A, 30)]
    assert put(50, Cover(charge=B), covers=whole) == [(B, 30)]
    assert put(50, Cover(charge=B), covers=[Cover(charge=B, amount=D(80))]) == []


def test_credit_that_paid_a_charge_is_counted_once() -> None:
    paid = [Money(Q, None, D(20)), Money(None, A, D(20))]
    before = [Cover(payment=Q, amount=D(20))]
    assert spread(D(20), [Cover(charge=A)], paid=paid, covers=before, most=D(20)) == []


AMOUNTS = st.integers(1, 60).map(D)
SUBJECTS = st.sampled_from(
    [Cover(charge=A), Cover(charge=B), Cover(payment=P), Cover(payment=Q), Cover(payment=13)]
)


@given(st.lists(st.tuples(AMOUNTS, st.lists(SUBJECTS, min_size=1, max_size=3, unique=True)),
                max_size=8))  # fmt: skip
def test_vouchers_never_exceed_what_was_paid(asked: list[tuple[Decimal, list[Cover]]]) -> None:
    covers: list[Cover] = []
    for amount, subjects in asked:
        found = spread(amount, subjects, paid=PAID, covers=covers, most=D(150))
        assert sum(each.amount for each in found) <= amount
        assert all(each.amount > 0 for each in found)
        covers += found
    rest, over = fill(PAID, covers)
    assert over == 0
    assert sum(rest) + sum(each.amount for each in covers) == 150
