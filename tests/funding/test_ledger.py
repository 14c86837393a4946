"""Whatever people do in whatever order, the books balance and verify."""

from collections import Counter
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
from consortium.operations.members import admit, end_membership
from consortium.reports.verify import verify
from funding.models import Assessment, Charge, CreditNote, Transfer
from tests.factories.ledgers import balances, declared, fee, levy, member, small

START = date(2024, 1, 1)
DAYS = st.integers(0, 500)
NAMES = st.sampled_from("abc")
FIGURES = st.decimals(0, 10**13, places=3).map(str)
PERIODS = st.sampled_from([date(2024, 1, 1), date(2025, 1, 1), date(2024, 7, 1)])

STEPS = st.one_of(
    st.tuples(st.just("advance"), DAYS),
    st.tuples(st.just("declare"), NAMES, FIGURES, PERIODS, st.booleans(), DAYS),
    st.tuples(st.just("leave"), NAMES, DAYS),
    st.tuples(st.just("return"), NAMES, DAYS),
)


def do(consortium: Consortium, step: tuple[Any, ...]) -> str:
    """Do one step; returns its outcome."""
    kind, *values = step
    on = START + timedelta(days=values[-1])
    try:
        with transaction.atomic():
            if kind == "advance":
                advance(consortium=consortium, to=on)
            elif kind == "declare":
                name, sales, period, correction, _ = values
                declared(consortium, name, sales, period=period, on=on, correction=correction)
            elif kind == "leave":
                end_membership(member=member(consortium, values[0]), ends_on=on, by=None, on=on)
            else:
                admit(
                    consortium=consortium,
                    organization=member(consortium, values[0]).organization,
                    category="member",
                    starts_on=on,
                    by=None,
                    on=on,
                )
    except DomainError as error:
        return error.code
    return "done"


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=8))
def test_books_balance_whatever_happens(steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        levies = levy(anchor="2024-01-01"), fee("fee", "12.34", anchor="2024-01-01", months=6)
        consortium = small("small", *levies, members="abc")
        for step in [*steps, ("advance", 600)]:
            do(consortium, step)
        found = balances(consortium)
        assert sum(found.values()) == 0
        assert list(verify(consortium=consortium)) == []
        charged = sum(Charge.objects.values_list("amount", flat=True), Decimal(0))
        credited = sum(CreditNote.objects.values_list("amount", flat=True), Decimal(0))
        income = -sum(v for k, v in found.items() if k.startswith("levy_income"))
        assert charged - credited == income
        moved = sum(Transfer.objects.values_list("amount", flat=True), Decimal(0))
        assert charged + credited == moved
        key = ("levy", "member", "period_starts_on")
        last = {tuple(row): amount for *row, amount in Assessment.objects.order_by("version")
                .values_list(*key, "amount")}  # fmt: skip
        assert sum(last.values(), Decimal(0)) == income
        assert set(Assessment.objects.values_list(*key, "version")) == {
            (*row, version)
            for row, count in Counter(Assessment.objects.values_list(*key)).items()
            for version in range(1, count + 1)
        }
        transaction.set_rollback(True)
