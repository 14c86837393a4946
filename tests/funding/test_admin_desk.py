"""The desk's picture of dues: what each year came to, a correction counted once."""

from datetime import date
from decimal import Decimal

import pytest

from consortium.operations.advance import advance
from funding.admin.desk import dues
from funding.models import Assessment
from tests.cast import Cast, person
from tests.factories.ledgers import declared, levy, small

pytestmark = pytest.mark.django_db


def test_a_corrected_year_counts_its_last_version_only() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="ab")
    year = date(2025, 1, 1)
    declared(consortium, "a", "200000000", period=year, on=date(2025, 1, 10))
    declared(consortium, "b", "300000000", period=year, on=date(2025, 1, 10))
    advance(consortium=consortium, to=date(2025, 2, 15))
    declared(consortium, "b", "400000000", period=year, on=date(2025, 3, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 3, 2))

    assert Assessment.objects.count() == 3
    assert sorted(Assessment.objects.current().values_list("amount", flat=True)) == [
        Decimal(2000000), Decimal(4000000)]  # fmt: skip
    (panel,) = dues(consortium, person("root", is_superuser=True), date(2025, 3, 2))
    assert panel.chart["labels"] == ["2025"]
    assert panel.chart["datasets"][0]["data"] == ["6000000.000"]


def test_who_may_see_no_figures_sees_no_panel(cast: Cast) -> None:
    for who in ("secretary", "reader", "payer"):
        assert list(dues(cast.consortium, cast.people[who], cast.today)) == []
