"""What-if: any document against all members, worked by hand; nothing is written."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.models import Consortium, NoSuchSection
from consortium.operations.members import change_category, end_membership
from consortium.rules.documents import CharterDocument, parse_charter
from funding.operations.assess import assess
from funding.operations.declarations import Figures, record_declaration
from funding.operations.rates import record_rate
from funding.operations.rounds import open_round
from funding.reports import whatif
from funding.reports.rounds import NoSuchPeriod, governing
from funding.reports.study import Study, what_if
from funding.reports.tally import Tally, class_of
from funding.reports.whatif import Line, lines
from funding.rules.choices import Grade
from funding.rules.dues import UnknownLevy
from funding.rules.figures import Figure, Foreign
from tests.factories.ledgers import charter, declared, fee, join, levy, member, small
from tests.snapshot import built_once, tables

TODAY = date(2026, 3, 2)
NEXT = date(2027, 1, 1)
MILLION = Decimal(1_000_000)

pytestmark = pytest.mark.django_db


def document(*levies: dict[str, Any], **own: Any) -> CharterDocument:
    body = {"code": "tried", "title": {"en": "Tried"}, "dues": {"levies": list(levies)}, **own}
    return parse_charter(body)


def tried(consortium: Consortium, *levies: dict[str, Any], **more: Any) -> Study:
    return what_if(consortium=consortium, document=document(*levies), on=TODAY, **more)


def found(study: Study, key: str = "dues:USD") -> dict[str, Line]:
    scope = study.scope(key)
    every = [line for batch in lines(study) for line in batch if line.scope is scope]
    return {line.entry.party.name: line for line in every}


def amounts(study: Study, key: str = "dues:USD") -> dict[str, tuple[Any, Any]]:
    return {name: (line.now.amount, line.then.amount) for name, line in found(study, key).items()}


def tally(study: Study, key: str = "dues:USD") -> Tally:
    summed = Tally()
    for line in found(study, key).values():
        summed.add(line)
    return summed


def doubled(**more: Any) -> dict[str, Any]:
    """Return 2% of sales, at least half a million, at most twenty."""
    rule = [
        {"add": {"rate": "0.02", "of": "semiconductor_sales"}},
        {"at_least": {"const": "500000"}},
        {"at_most": {"const": "20000000"}},
    ]
    return levy(rule=rule, **more)


@pytest.fixture
@built_once
def alliance() -> Consortium:
    """Five members under one per cent, at least one million, at most fifteen: `e` has no figure."""
    made = small("small", levy(anchor="2025-01-01"), members="abcde")
    for name, sales in (("a", 10), ("b", 40), ("c", 100), ("d", 3000)):
        millions = str(sales * MILLION)
        declared(made, name, millions, period=date(2026, 1, 1), on=date(2026, 1, 5))
    return made


def test_every_member_under_both_worked_by_hand(alliance: Consortium) -> None:
    study = tried(alliance, doubled())
    assert amounts(study) == {
        "a": (1 * MILLION, Decimal(500_000)),
        "b": (1 * MILLION, Decimal(800_000)),
        "c": (1 * MILLION, 2 * MILLION),
        "d": (15 * MILLION, 20 * MILLION),
        "e": (None, None),
    }
    assert [(pair.now.period, pair.then.period) for pair in study.pairs if pair.now and pair.then]
    assert {pair.side.period.starts_on for pair in study.pairs} == {NEXT}


def test_totals_winners_losers_floor_and_cap(alliance: Consortium) -> None:
    summed = tally(tried(alliance, doubled()))
    assert (summed.count, summed.refused, summed.compared, summed.unknown) == (5, 1, 4, 0)
    assert (summed.now, summed.then) == (18 * MILLION, Decimal(23_300_000))
    assert (summed.less, summed.more, summed.same) == (2, 2, 0)
    assert (summed.saved, summed.added) == (Decimal(700_000), 6 * MILLION)
    assert summed.difference == Decimal(5_300_000)
    assert (summed.at_floor, summed.at_cap) == (1, 1)
    assert summed.changes == {"-0.5..-0.25": 1, "-0.25..-0.1": 1, "0.5..1": 1, "0.25..0.5": 1}
    assert {code: (each.count, each.then) for code, each in summed.categories.items()} == {
        "member": (5, Decimal(23_300_000))
    }


@pytest.mark.parametrize(
    ("now", "then", "name"),
    [
        ("100", "100", "same"),
        ("0", "5", "new"),
        ("100", "0", "gone"),
        ("100", "49.99", "..-0.5"),
        ("100", "50", "-0.5..-0.25"),
        ("100", "90", "-0.1..0"),
        ("100", "89.99", "-0.25..-0.1"),
        ("100", "99.99", "-0.1..0"),
        ("100", "100.01", "0..0.1"),
        ("100", "110", "0..0.1"),
        ("100", "110.01", "0.1..0.25"),
        ("100", "200", "0.5..1"),
        ("100", "200.01", "1.."),
    ],
)
def test_classes_of_change(now: str, then: str, name: str) -> None:
    assert class_of(Decimal(now), Decimal(then) - Decimal(now)) == name


def test_a_missing_figure_is_named_and_holds_up_nobody(alliance: Consortium) -> None:
    line = found(tried(alliance, doubled()))["e"]
    assert line.then.error is not None
    assert (line.then.error.code, line.then.error.values) == (
        "missing_input",
        {"input": "semiconductor_sales"},
    )
    assert line.difference is None


def test_an_undecided_edge_is_the_reason(alliance: Consortium) -> None:
    table = {
        "table": ["semiconductor_sales"],
        "rows": [
            {"when": {"semiconductor_sales": {"at_most_or_below": "40000000"}},
             "then": {"const": "1"}},
            {"when": {"semiconductor_sales": {"at_least_or_above": "40000000"}},
             "then": {"const": "2"}},
        ],
    }  # fmt: skip
    edge = found(tried(alliance, levy(rule=[{"add": table}])))
    assert edge["b"].then.error is not None
    assert edge["b"].then.error.code == "undecided_edge"
    assert (edge["a"].then.amount, edge["c"].then.amount) == (1, 2)
    assert edge["b"].now.amount == MILLION


def test_a_figure_is_found_under_its_name_in_another_levy_and_said_whence(
    alliance: Consortium,
) -> None:
    study = tried(alliance, levy("contribution", anchor="2027-07-01", months=6))
    line = found(study, "contribution:USD")["c"]
    (source,) = line.then.sources
    assert (source.levy, source.period_starts_on, source.grade) == (
        "dues",
        date(2026, 1, 1),
        Grade.DECLARED,
    )
    assert (line.now.amount, line.then.amount) == (0, MILLION)


def test_the_periods_own_figures_come_before_later_ones(alliance: Consortium) -> None:
    declared(alliance, "d", "500000000", period=date(2025, 1, 1), on=date(2025, 1, 5))
    past = tried(alliance, doubled(anchor="2025-01-01"), periods={"dues": date(2025, 1, 1)})
    assert amounts(past)["d"] == (5 * MILLION, 10 * MILLION)
    assert amounts(tried(alliance, doubled()))["d"] == (15 * MILLION, 20 * MILLION)


def test_what_was_assessed_counts_before_what_would_be(alliance: Consortium) -> None:
    due = governing(consortium=alliance, levy="dues", period_starts_on=date(2026, 1, 1))
    round = open_round(consortium=alliance, due=due, by=None, on=date(2026, 1, 1))
    assert round is not None
    assess(round=round, by=None, on=TODAY)
    declared(alliance, "c", str(200 * MILLION), period=date(2026, 1, 1), on=TODAY, correction=True)
    study = tried(alliance, doubled(anchor="2026-01-01"), periods={"dues": date(2026, 1, 1)})
    line = found(study)["c"]
    assert (line.now.amount, line.now.assessed) == (MILLION, True)
    assert (line.then.amount, line.then.assessed) == (4 * MILLION, False)


def test_a_new_levy_and_one_done_away_with_meet_in_the_total(alliance: Consortium) -> None:
    charter(alliance, "second", levy(anchor="2025-01-01"), fee(anchor="2025-01-01"),
            starts_on=date(2026, 6, 1))  # fmt: skip
    study = tried(alliance, fee("flat", "7000", anchor="2027-01-01"), levy())
    assert [scope.key for scope in study.scopes] == [":USD", "flat:USD", "dues:USD", "fee:USD"]
    assert amounts(study, "flat:USD")["a"] == (0, 7000)
    assert amounts(study, "fee:USD")["a"] == (5000, 0)
    assert amounts(study, ":USD")["a"] == (1_005_000, 1_007_000)
    assert amounts(study, ":USD")["e"] == (None, None)
    assert tally(study, "fee:USD").changes == {"gone": 5}
    assert tally(study, "flat:USD").changes == {"new": 5}


def test_another_unit_is_another_levy(alliance: Consortium) -> None:
    study = tried(alliance, fee("dues", "700", unit="EUR"))
    assert [scope.key for scope in study.scopes] == ["dues:EUR", "dues:USD"]
    assert amounts(study, "dues:EUR")["a"] == (0, 700)
    assert amounts(study, "dues:USD")["a"] == (MILLION, 0)


def test_amounts_keep_their_currency(alliance: Consortium) -> None:
    """A figure declared in dollars is no figure in yuan, unless the document names a rate."""
    plain = {"kind": "money", "label": {"en": "Sales"}}
    yuan = doubled(unit="CNY", inputs={"semiconductor_sales": plain})
    refused = found(tried(alliance, yuan), "dues:CNY")["c"]
    assert refused.then.error is not None
    assert refused.then.error.code == "wrong_currency"
    asked = {"semiconductor_sales": {**plain, "currencies": ["USD"]}}
    exchange = {"rate": "mid", "label": {"en": "Mid rate"}, "day": "period_start"}
    converting = {**yuan, "inputs": asked, "exchange": exchange}
    missing = found(tried(alliance, converting), "dues:CNY")["c"]
    assert missing.then.error is not None
    assert missing.then.error.code == "rate_missing"
    record_rate(consortium=alliance, rate="mid", unit="USD", into="CNY", published_on=TODAY,
                value=Decimal("7.1"), by=None, on=TODAY)  # fmt: skip
    assert amounts(tried(alliance, converting), "dues:CNY")["c"] == (0, Decimal("14200000.00"))


def test_membership_decides_who_owes(alliance: Consortium) -> None:
    end_membership(member=member(alliance, "a"), ends_on=date(2026, 12, 1), by=None, on=TODAY)
    change_category(
        member=member(alliance, "b"), category="guest", from_on=date(2026, 9, 1), by=None, on=TODAY
    )
    join(alliance, "late", date(2027, 5, 1))
    every = doubled(categories=["member", "guest"])
    assert amounts(tried(alliance, every)) == {
        "b": (0, Decimal(800_000)),
        "c": (MILLION, 2 * MILLION),
        "d": (15 * MILLION, 20 * MILLION),
        "e": (None, None),
        "late": (None, None),
    }
    assert tally(tried(alliance, every)).categories.keys() == {"member", "guest"}


def test_what_is_owed_on_joining_is_left_out_and_said(alliance: Consortium) -> None:
    entrance = fee("entrance", trigger={"kind": "admission"})
    study = tried(alliance, levy(), entrance)
    assert [each.code for each in study.on_joining] == ["entrance"]
    assert [scope.key for scope in study.scopes] == ["dues:USD"]
    joined = tried(alliance, entrance, periods={"entrance": alliance.starts_on})
    assert len(found(joined, "entrance:USD")) == 5


def test_who_declared_that_it_has_no_figure_has_none(alliance: Consortium) -> None:
    """An optional figure left out the last time is not taken from an earlier year."""
    staff = {"kind": "count", "label": {"en": "Staff"}, "optional": True}
    table = {"table": ["staff"], "rows": [
        {"when": {"staff": "undeclared"}, "then": {"const": "9"}},
        {"when": {"staff": {"at_least": "0"}}, "then": {"rate": "1", "of": "staff"}},
    ]}  # fmt: skip
    heads = fee("heads", inputs={"staff": staff}, rule=[{"add": table}], anchor="2025-01-01")
    charter(alliance, "second", heads, starts_on=date(2025, 1, 1))

    def told(year: int, **values: Figure) -> None:
        figures = Figures(levy="heads", period_starts_on=date(year, 1, 1), values=values)
        record_declaration(
            member=member(alliance, "a"), figures=figures, by=None, on=date(year, 1, 1)
        )

    told(2025, staff=Decimal(5))
    assert amounts(tried(alliance, heads), "heads:USD")["a"] == (5, 5)
    told(2026)
    assert amounts(tried(alliance, heads), "heads:USD")["a"] == (9, 9)


def test_a_figure_of_another_kind_is_not_taken(alliance: Consortium) -> None:
    turnover = {"semiconductor_sales": {"kind": "quantity", "label": {"en": "in millions"}}}
    rule = [{"add": {"rate": "10000", "of": "semiconductor_sales"}}]
    line = found(tried(alliance, levy(inputs=turnover, rule=rule)))["a"]
    assert line.then.error is not None
    assert line.then.error.code == "missing_input"


def test_a_draft_is_compared_from_its_first_period_on(alliance: Consortium) -> None:
    draft = document(doubled(anchor="2025-01-01"), starts_on="2028-01-01")
    study = what_if(consortium=alliance, document=draft, on=TODAY)
    assert study.pairs[0].side.period.starts_on == date(2028, 1, 1)


def test_an_adopted_charter_to_come_is_compared_with_what_holds_until_then(
    alliance: Consortium,
) -> None:
    coming = charter(alliance, "second", doubled(anchor="2025-01-01"), starts_on=NEXT)
    study = what_if(consortium=alliance, document=coming.document(), on=TODAY, charter=coming)
    assert amounts(study)["d"] == (15 * MILLION, 20 * MILLION)
    later = what_if(consortium=alliance, document=coming.document(), on=NEXT, charter=coming)
    assert amounts(later)["d"] == (20 * MILLION, 20 * MILLION)


@pytest.mark.parametrize(
    ("periods", "error"),
    [
        ({"dues": date(2027, 2, 1)}, NoSuchPeriod),
        ({"dues": date(1970, 1, 1)}, NoSuchPeriod),
        ({"nothing": NEXT}, UnknownLevy),
    ],
)
def test_wrong_periods_are_refused(
    alliance: Consortium, periods: dict[str, date], error: type[Exception]
) -> None:
    with pytest.raises(error):
        tried(alliance, doubled(), periods=periods)


def test_a_document_without_dues_is_refused(alliance: Consortium) -> None:
    bare = parse_charter({"code": "bare", "title": {"en": "Bare"}})
    with pytest.raises(NoSuchSection):
        what_if(consortium=alliance, document=bare, on=TODAY)


def test_nobody_owes_where_nobody_is_in_a_category(alliance: Consortium) -> None:
    study = tried(alliance, fee("flat", categories=["platinum"], anchor="2027-01-01"))
    assert found(study, "flat:USD") == {}


def contents() -> Iterator[tuple[str, Any]]:
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t)) FROM {table} t"
            )
            yield table, cursor.fetchone()


def test_nothing_is_written(alliance: Consortium) -> None:
    before = dict(contents())
    study = tried(alliance, doubled(), fee("flat"))
    for key in ("dues:USD", "flat:USD", ":USD"):
        tally(study, key)
    assert dict(contents()) == before


def test_as_many_queries_for_many_members_as_for_few(
    alliance: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(tried(alliance, doubled()))
        return len(queries)

    few = counted()
    for number in range(12):
        join(alliance, f"more-{number}")
    assert counted() == few
    monkeypatch.setattr(whatif, "BATCH", 6)
    in_batches = amounts(tried(alliance, doubled()))
    monkeypatch.undo()
    assert in_batches == amounts(tried(alliance, doubled()))


def test_a_foreign_amount_in_the_documents_own_currency_needs_no_rate() -> None:
    exchange = {"rate": "mid", "label": {"en": "Mid rate"}}
    asked = {"semiconductor_sales": {"kind": "money", "label": {"en": "Sales"},
                                     "currencies": ["EUR"]}}  # fmt: skip
    made = small("euro", levy(anchor="2025-01-01", inputs=asked, exchange=exchange), members="a")
    figures = Figures(
        levy="dues", period_starts_on=date(2026, 1, 1),
        values={"semiconductor_sales": Foreign(100 * MILLION, "EUR")},
    )  # fmt: skip
    record_declaration(member=member(made, "a"), figures=figures, by=None, on=TODAY - timedelta(1))
    line = found(tried(made, doubled(unit="EUR")), "dues:EUR")["a"]
    assert line.then.amount == 2 * MILLION
