"""What a licence earns: statements, charges, audits, and how what was paid is divided."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.reports.verify import verify
from funding.models import Charge
from funding.operations.charging import account_of
from funding.reports.open_items import on_account
from ip.models import Distribution, DistributionPart, LicenceCharge
from ip.operations.distributing import distribute, distribute_paid, next_paid
from ip.operations.royalties import correct_royalty
from tests.factories.licences import GRANTED, PERIOD, STATED, Licensing, licensing, sold

LATER = date(2029, 7, 20)


@pytest.fixture
def late(db: None) -> Licensing:
    return licensing()


def code_of(call: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(**given)
    return refused.value.code


def charged(consortium: Consortium) -> list[str]:
    rows = Charge.objects.filter(consortium=consortium).order_by("pk")
    return [f"{each.levy} {each.amount:.2f}" for each in rows]


def credited(late: Licensing) -> dict[str, str]:
    """Return what stands on each owner's account."""
    return {
        name: f"{on_account(late.here.members[name].pk, 'USD'):.2f}" for name in ("alpha", "beta")
    }


def test_a_fee_and_a_royalty_are_charged_paid_and_divided(late: Licensing) -> None:
    consortium = late.here.consortium
    licence = late.granted()
    statement = late.state(licence, "1000000", "99999.99")
    assert (statement.net, statement.royalty) == (Decimal("900000.01"), Decimal("45000.00"))
    assert charged(consortium) == ["licence_fees 100000.00", "royalties 45000.00"]
    assert distribute_paid(consortium=consortium, on=STATED) == 0
    for charge in Charge.objects.filter(consortium=consortium):
        late.pay(charge)
    assert next_paid(consortium=consortium, after=STATED) == date(2029, 1, 21)
    assert [distribute_paid(consortium=consortium, on=STATED) for _again in range(2)] == [2, 0]
    parts = DistributionPart.objects.order_by("pk").values_list("recipient__name_en", "amount")
    assert list(parts) == [
        ("Alpha", Decimal(30000)), ("Beta", Decimal(60000)),
        ("Alpha", Decimal(13500)), ("Beta", Decimal(27000)),
    ]  # fmt: skip
    assert list(Distribution.objects.order_by("pk").values_list("kept", flat=True)) == [
        Decimal(10000), Decimal(4500),
    ]  # fmt: skip
    assert credited(late) == {"alpha": "43500.00", "beta": "87000.00"}
    assert list(verify(consortium=consortium)) == []
    assert next_paid(consortium=consortium, after=STATED) is None


def test_what_is_not_paid_is_not_divided_and_nothing_twice(late: Licensing) -> None:
    late.granted()
    earned = LicenceCharge.objects.get()
    assert code_of(distribute, earned=earned, by=None, on=GRANTED) == "royalty_not_paid"
    late.pay(earned.charge, GRANTED)
    distribute(earned=earned, by=None, on=GRANTED)
    assert code_of(distribute, earned=earned, by=None, on=GRANTED) == "royalty_distributed"


def test_an_audit_trues_up_what_was_stated_too_low(late: Licensing) -> None:
    statement = late.state(late.granted(fee=Decimal(0)))
    corrected = correct_royalty(
        statement=statement, sales=sold("1100000", "100000"), finding="A batch was left out",
        by=None, on=STATED,
    )  # fmt: skip
    assert (corrected.version, corrected.royalty) == (2, Decimal(50000))
    assert charged(late.here.consortium) == ["royalties 45000.00", "royalties 5000.00"]
    assert list(verify(consortium=late.here.consortium)) == []


def test_what_was_stated_too_high_is_withheld_from_what_is_divided_next(late: Licensing) -> None:
    consortium, licence = late.here.consortium, late.granted(fee=Decimal(0))
    statement = late.state(licence)
    late.pay(Charge.objects.get())
    distribute_paid(consortium=consortium, on=STATED)
    correct_royalty(
        statement=statement, sales=sold("800000", "100000"), finding="Counted twice", by=None,
        on=STATED,
    )  # fmt: skip
    western = account_of(consortium, late.western)
    assert on_account(western.pk, "USD") == Decimal(10000)
    late.state(licence, "300000", "0", starts_on=date(2029, 1, 1), on=LATER)
    late.pay(Charge.objects.order_by("-pk")[0], LATER)
    distribute_paid(consortium=consortium, on=LATER)
    last = Distribution.objects.order_by("-pk")[0]
    assert (last.received, last.withheld, last.kept) == (
        Decimal(15000), Decimal(10000), Decimal(500),
    )  # fmt: skip
    assert credited(late) == {"alpha": "15000.00", "beta": "30000.00"}
    assert list(verify(consortium=consortium)) == []


def test_a_period_is_stated_once_in_order_and_when_it_is_over(late: Licensing) -> None:
    licence = late.granted(fee=Decimal(0))
    year = date(2029, 1, 1)
    assert code_of(late.state, licence=licence, starts_on=year, on=LATER) == (
        "royalty_earlier_missing"
    )
    assert code_of(late.state, licence=licence, on=date(2028, 12, 31)) == "royalty_period_running"
    assert code_of(late.state, licence=licence, starts_on=date(2028, 8, 1)) == (
        "royalty_not_a_period"
    )
    assert code_of(late.state, licence=licence, sales="-1") == "royalty_line_wrong"
    assert code_of(late.state, licence=licence, sales="0.001") == "finer_than_unit"
    late.state(licence)
    assert code_of(late.state, licence=licence) == "royalty_period_closed"
    assert charged(late.here.consortium) == ["royalties 45000.00"]


def test_no_sales_owe_the_minimum(late: Licensing) -> None:
    licence = late.granted(fee=Decimal(0))
    assert late.state(licence, "1", "1").royalty == Decimal(6000)
    assert licence.royaltystatements.get().starts_on == PERIOD
