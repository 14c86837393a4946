"""Whatever is recorded, matched and undone in whatever order, the books are a simple model's."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import Charge, Payment
from funding.operations.matching import (
    Allocation,
    allocate_credit,
    match_payment,
    undo_allocation,
    undo_match,
)
from funding.operations.payments import withdraw_payment
from funding.reports.open_items import on_account, open_amount
from funding.reports.receipts import left
from tests.factories.banking import paid
from tests.factories.ledgers import balances, fee, member, small

START = date(2024, 1, 1)
ON = START + timedelta(days=200)
PLACES = st.integers(0, 3)
AMOUNTS = st.decimals("0.01", 25, places=2)
STEPS = st.one_of(
    st.tuples(st.just("record"), AMOUNTS),
    st.tuples(st.just("match"), PLACES, PLACES, AMOUNTS, AMOUNTS),
    st.tuples(st.just("undo"), PLACES),
    st.tuples(st.just("allocate"), PLACES, AMOUNTS),
    st.tuples(st.just("put back"), PLACES),
    st.tuples(st.just("withdraw"), PLACES),
)


class Model:
    """What should stand where: three dictionaries, and the limits of each step."""

    def __init__(self, charges: list[Charge]) -> None:
        self.open = {each.pk: each.amount for each in charges}
        self.left: list[Decimal] = []
        self.credit: dict[int, Decimal] = defaultdict(Decimal)
        self.matches: list[tuple[int, int, int, Decimal, Decimal]] = []
        self.allocated: list[tuple[int, int, Decimal]] = []
        self.whole: list[Decimal | None] = []


class Books:
    """The same steps on the books and on the model; both must refuse the same."""

    def __init__(self, consortium: Consortium) -> None:
        self.consortium = consortium
        self.charges = list(Charge.objects.order_by("pk"))[:4]
        self.model = Model(self.charges)
        self.payments: list[Payment] = []
        self.uids: list[Any] = []
        self.made: dict[int, int] = defaultdict(int)

    def record(self, amount: Decimal) -> bool:
        self.payments.append(paid(self.consortium, str(amount), paid_on=START))
        self.model.left.append(amount)
        self.model.whole.append(amount)
        return True

    def match(self, which: int, to: int, amount: Decimal, part: Decimal) -> bool:
        if which >= len(self.payments):
            return True
        charge, model = self.charges[to], self.model
        fits = amount <= model.left[which] and part <= amount and part <= model.open[charge.pk]
        done = tried(
            match_payment, payment=self.payments[which], member=charge.member, amount=amount,
            allocations=[Allocation(charge, part)],
        )  # fmt: skip
        if done:
            self.made[which] += 1
            model.matches.append((which, self.made[which], to, amount, part))
            model.left[which] -= amount
            model.open[charge.pk] -= part
            model.credit[charge.member_id] += amount - part
        return bool(done) == fits

    def undo(self, which: int) -> bool:
        if which >= len(self.model.matches):
            return True
        payment, number, to, amount, part = self.model.matches[which]
        charge = self.charges[to]
        fits = amount - part <= self.model.credit[charge.member_id]
        done = tried(undo_match, payment=self.payments[payment], number=number)
        if done:
            self.model.matches.pop(which)
            self.model.left[payment] += amount
            self.model.open[charge.pk] += part
            self.model.credit[charge.member_id] -= amount - part
        return bool(done) == fits

    def allocate(self, to: int, amount: Decimal) -> bool:
        charge, model = self.charges[to], self.model
        fits = amount <= model.credit[charge.member_id] and amount <= model.open[charge.pk]
        given = {"member": charge.member, "charge": charge, "amount": amount}
        done = tried(allocate_credit, **given)
        if done:
            self.uids.append(done)
            model.allocated.append((len(self.uids) - 1, to, amount))
            model.open[charge.pk] -= amount
            model.credit[charge.member_id] -= amount
        return bool(done) == fits

    def put_back(self, which: int) -> bool:
        if which >= len(self.model.allocated):
            return True
        place, to, amount = self.model.allocated.pop(which)
        charge = self.charges[to]
        self.model.open[charge.pk] += amount
        self.model.credit[charge.member_id] += amount
        return bool(tried(undo_allocation, member=charge.member, uid=self.uids[place]))

    def withdraw(self, which: int) -> bool:
        if which >= len(self.payments):
            return True
        whole = self.model.whole[which]
        fits = whole is not None and self.model.left[which] == whole
        done = bool(tried(withdraw_payment, payment=self.payments[which]))
        if done:
            self.model.left[which], self.model.whole[which] = Decimal(0), None
        return bool(done) == fits

    def agree(self) -> None:
        keys = [each.pk for each in self.payments]
        found = left(keys)
        assert [found[key] for key in keys] == self.model.left
        assert {each.pk: open_amount(each) for each in self.charges} == self.model.open
        for pk in {each.member_id for each in self.charges}:
            assert on_account(pk, "USD") == self.model.credit[pk]
        every = [*self.model.left, *self.model.open.values(), *self.model.credit.values()]
        assert min(every) >= 0
        stands = balances(self.consortium)
        assert sum(stands.values()) == 0
        assert -stands.get("unassigned  USD", Decimal(0)) == sum(self.model.left)


def tried(call: Any, **arguments: Any) -> Any:
    """Return what a call returned, or False where it was refused."""
    try:
        with transaction.atomic():
            return call(**arguments, by=None, on=ON) or True
    except DomainError:
        return False


@pytest.mark.django_db
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=6, max_size=14), first=AMOUNTS)
def test_the_books_are_the_models(steps: list[tuple[Any, ...]], first: Decimal) -> None:
    with transaction.atomic():
        levies = (fee(code, amount, anchor="2024-01-01", months=12)
                  for code, amount in (("one", "10"), ("two", "12.34")))  # fmt: skip
        consortium = small("small", *levies)
        advance(consortium=consortium, to=ON)
        assert member(consortium, "a").charges.count() == 2
        books = Books(consortium)
        for kind, *values in [("record", first), ("record", Decimal(25)), *steps]:
            name = kind.replace(" ", "_")
            assert getattr(books, name)(*values), (kind, values)
            books.agree()
        assert list(verify(consortium=consortium)) == []
        transaction.set_rollback(True)
