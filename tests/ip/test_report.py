"""The reports on results and rights, and on what licences earn, by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from consortium import registry
from consortium.models import Consortium
from consortium.periods import Period
from ip.models import Inventor, Licence
from ip.operations.distributing import distribute
from ip.operations.exclusivity import decide_exclusivity
from ip.states import EARNING_READERS, IP_READERS
from tests.cast import TODAY, Cast
from tests.factories.ledgers import small
from tests.factories.licences import STATED, licensing
from tests.factories.patents import patents
from tests.factories.reports import YEAR, asked, blocks, read, table
from tests.factories.rights import AROSE, ENDS, House, house
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

KINDS = ("ip", "ip-summary", "royalties")
D = Decimal
Y2026 = Period(date(2026, 1, 1), date(2027, 1, 1))


def made(here: House) -> House:
    """Three results: one that opened in February 2026, one till June 2027, one never kept."""
    here.result("alpha")
    here.result("alpha", "beta", completed_on=date(2025, 6, 15), disclosed_on=date(2025, 6, 20))
    here.result("gamma", kind="software", promised=False)
    return here


@pytest.fixture
@built_once
def three() -> House:
    return made(house())


def test_the_portfolio_by_kind_and_standing(three: House) -> None:
    found = blocks(asked("ip", three.consortium, ENDS, Y2026))
    assert found["portfolio kinds"] == [
        ("Patentable invention", 1, 0, 1, 0, 2, 0),
        ("Software", 0, 0, 0, 1, 1, 0),
    ]
    assert found["portfolio kinds total"][1:] == (1, 0, 1, 1, 3, 0)
    eve = blocks(asked("ip", three.consortium, date(2026, 2, 27), Y2026))
    assert eve["portfolio kinds"][0] == ("Patentable invention", 2, 0, 0, 0, 2, 0)
    before = blocks(asked("ip", three.consortium, date(2024, 12, 31), Period(AROSE, ENDS)))
    assert before["portfolio kinds total"][1:] == (1, 0, 0, 1, 2, 2)


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2025, 8, 31), [0, 0, 0, 0]),
        (date(2025, 9, 1), [0, 0, 1, 0]),
        (date(2025, 11, 30), [0, 1, 1, 0]),
        (date(2026, 1, 29), [1, 1, 1, 0]),
        (date(2026, 2, 27), [1, 1, 1, 0]),
        (ENDS, [0, 0, 0, 1]),
    ],
)
def test_what_ends_and_what_opened(three: House, on: date, counts: list[int]) -> None:
    found = blocks(asked("ip", three.consortium, on, Y2026))
    assert [row[0] for row in found["exclusivity soon"]] == [
        "Exclusivity ends within 30 days", "Exclusivity ends within 90 days",
        "Exclusivity ends within 180 days", "Opened in the period",
    ]  # fmt: skip
    assert [row[1] for row in found["exclusivity soon"]] == counts
    summary = blocks(asked("ip-summary", three.consortium, on, Y2026))
    assert summary["exclusivity soon"] == found["exclusivity soon"]
    assert len(found["exclusivity ending"]) == counts[2]
    assert len(found["exclusivity opened"]) == counts[3]


def test_windows_are_drawn_with_what_moved_them(three: House) -> None:
    on = date(2026, 2, 27)
    content = asked("ip", three.consortium, on, Y2026)
    drawn = blocks(content)["exclusivity windows timeline"]
    assert [(each.label, each.starts_on, each.ends_on) for each in drawn.spans] == [
        ("R-2024-0001 A lens", AROSE, ENDS),
        ("R-2024-0002 A lens", date(2025, 6, 15), date(2027, 6, 15)),
    ]
    row = blocks(asked("ip", three.consortium, on, Y2026))["exclusivity ending"][0]
    assert row == (
        "R-2024-0001", "A lens", "Patentable invention", "", "Member", ENDS, 1,
        "Any domestic organization, Anyone",
    )  # fmt: skip
    result = three.consortium.results.get(number="R-2024-0001")
    later = date(2026, 12, 31)
    decide_exclusivity(
        result=result, ends_on=later, body="board", reason="x", decided_on=on, by=None, on=on
    )
    assert ended(three.consortium, date(2026, 2, 26)) == ENDS
    assert ended(three.consortium, on) == later


def ended(consortium: Consortium, on: date) -> date:
    drawn = blocks(asked("ip", consortium, on, Y2026))["exclusivity windows timeline"]
    return next(each.ends_on for each in drawn.spans if each.label == "R-2024-0001 A lens")


def test_patterns_of_ownership(three: House) -> None:
    lens, other, _code = three.consortium.results.order_by("number")
    for result, employers in ((lens, ["alpha"]), (other, ["alpha", "beta"])):
        for name in employers:
            Inventor.objects.create(
                result=result, name=name, employer=three.organization(name),
                numerator=1, denominator=len(employers),
            )  # fmt: skip
    found = blocks(asked("ip-summary", three.consortium, ENDS, YEAR))
    assert found["portfolio patterns"] == [
        ("Joint across firms", 1, D("0.5"), 1, D(1)),
        ("Joint within one firm", 0, D(0), 0, D(0)),
        ("A single holder", 1, D("0.5"), 0, D(0)),
    ]


def test_names_are_for_staff_who_read_every_result(three: House) -> None:
    full = " ".join(read(asked("ip", three.consortium, date(2026, 2, 27), Y2026)))
    numbers = " ".join(read(asked("ip-summary", three.consortium, date(2026, 2, 27), Y2026)))
    for each in ("A lens", "R-2024-0001"):
        assert each in full
        assert each not in numbers
    readers = {kind: registry.report_kinds[kind].readers for kind in KINDS}
    assert readers["ip"] == set(IP_READERS)
    assert readers["ip-summary"] == {*IP_READERS, "reader", "supervisor"}
    assert readers["royalties"] == set(EARNING_READERS)


def test_it_takes_as_many_queries_for_more_results(three: House) -> None:
    with CaptureQueriesContext(connection) as few:
        blocks(asked("ip", three.consortium, ENDS, Y2026))
    for _n in range(5):
        three.result("beta", "gamma")
    with CaptureQueriesContext(connection) as many:
        blocks(asked("ip", three.consortium, ENDS, Y2026))
    assert len(many) == len(few)


def test_what_is_due_for_patents(cast: Cast) -> None:
    patents(cast, "payer")
    found = blocks(asked("ip", cast.consortium, TODAY, Y2026))
    # The fee of year 9 is due in ten days.
    assert found["patents renewals"] == [
        ("Due within 30 days", 1), ("Due within 90 days", 1), ("Due within 180 days", 1),
        ("Late, and still possible", 0),
    ]  # fmt: skip
    (row,) = found["patents due"]
    assert row[1:] == (
        "CN108000001B", "Annual fee 9", date(2026, 3, 12), date(2026, 9, 14), "open",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_read_where_there_is_nothing(kind: str, language: str) -> None:
    empty = small("empty", members=())
    with override(language):
        assert read(asked(kind, empty, date(2025, 3, 1), YEAR))
        assert read(asked(kind, empty, date(1990, 3, 1), Period(date(1990, 1, 1),
                                                               date(1990, 4, 1))))  # fmt: skip


# What licences earn


def earned(consortium: Consortium, on: date, year: int) -> list[dict[str, Any]]:
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    return table(asked("royalties", consortium, on, period), "licences")


def test_what_a_licence_earned() -> None:
    late = licensing()
    licence: Licence = late.granted()
    late.state(licence)
    charges = {each.earning: each.charge for each in licence.licencecharges.all()}
    late.pay(charges["royalty"])
    distribute(earned=licence.licencecharges.get(earning="royalty"), by=None, on=STATED)
    first, total = earned(late.here.consortium, date(2029, 12, 31), 2029)
    # 5% of 900,000, of which the association keeps a tenth.
    assert first == {
        "number": licence.number, "result": late.result.number, "licensee": "Western",
        "net": 0, "fees": 0, "royalties": D(45000), "settled": D(45000), "kept": D(4500),
        "given": D(40500), "before": D(100000),
    }  # fmt: skip
    assert total["royalties"] == 45000
    (row, _total) = earned(late.here.consortium, date(2028, 12, 31), 2028)
    assert (row["net"], row["fees"], row["settled"]) == (0, D(100000), 0)
    (row, _total) = earned(late.here.consortium, STATED, 2028)
    assert row["net"] == 900_000
    found = blocks(asked("ip", late.here.consortium, date(2028, 12, 31),
                         Period(date(2028, 1, 1), date(2029, 1, 1))))  # fmt: skip
    assert found["licences kinds total"][1:] == (1, 1, 0)
    assert "45000" not in " ".join(read(asked("ip", late.here.consortium, STATED, YEAR)))
    assert len(found["licences running"]) == 1
