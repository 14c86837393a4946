"""Time: who may move it, what is passed over, what-if, and ticks beside each other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium import registry
from consortium.access import ReferenceIsReadOnly
from consortium.errors import Denied
from consortium.models import Consortium
from consortium.operations.advance import advance, next_day, tick
from consortium.registry import Registry, Sweep
from funding.models import Charge
from tests.cast import TODAY, Cast
from tests.consortium.test_operations_bad_input import everything
from tests.factories.ledgers import FOUNDED, charter, fee, ledger, small

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, date]]]:
    """Return how to sweep with sweeps of one's own, and what was swept when."""
    seen: list[tuple[str, date]] = []

    def install(*sweeps: tuple[str, int, Any]) -> list[tuple[str, date]]:
        found: Registry[Sweep] = Registry()
        for code, order, next_due in sweeps:

            def run(*, consortium: Consortium, on: date, code: str = code) -> int:
                seen.append((code, on))
                return 1

            found.add(Sweep(code, order, run, next_due))
        monkeypatch.setattr(registry, "sweeps", found)
        return seen

    return install


@pytest.mark.django_db
def test_sweeps_run_in_order_on_every_day(swept: Any) -> None:
    consortium = small()
    seen = swept(("second", 20, None), ("first", 10, None))
    assert advance(consortium=consortium, to=FOUNDED + 2 * DAY) == {"first": 3, "second": 3}
    days = [FOUNDED, FOUNDED + DAY, FOUNDED + 2 * DAY]
    assert seen == [(code, day) for day in days for code in ("first", "second")]
    assert advance(consortium=consortium, to=FOUNDED + DAY) == {}


@pytest.mark.django_db
def test_idle_days_are_passed_over_but_the_last_one(swept: Any) -> None:
    consortium = small()
    due = [date(2024, 2, 1), date(2024, 5, 1)]

    def after(*, consortium: Consortium, after: date) -> date | None:
        return next((day for day in due if day > after), None)

    seen = swept(("rare", 1, after), ("never", 2, lambda **_: None))
    reached: list[date] = []
    advance(consortium=consortium, to=date(2024, 8, 8), day_done=reached.append)
    assert reached == [*due, date(2024, 8, 8)]
    assert [day for code, day in seen if code == "rare"] == reached


@pytest.mark.django_db
def test_overdue_work_does_not_turn_time_back(swept: Any) -> None:
    consortium = small()
    swept(("late", 1, lambda **_: date(1999, 1, 1)))
    Consortium.objects.filter(pk=consortium.pk).update(advanced_to=date(2024, 3, 3))
    assert next_day(consortium, date(2024, 12, 31)) == date(2024, 3, 4)


@pytest.mark.django_db
def test_a_run_beside_that_was_faster_is_not_undone(swept: Any) -> None:
    consortium = small()
    beside = Consortium.objects.get(pk=consortium.pk)
    seen = swept(("any", 1, None))

    def overtaken(day: date) -> None:
        if day == FOUNDED + DAY:
            Consortium.objects.filter(pk=consortium.pk).update(advanced_to=FOUNDED + 9 * DAY)

    advance(consortium=consortium, to=FOUNDED + 10 * DAY, day_done=overtaken)
    assert [day for _, day in seen] == [FOUNDED, FOUNDED + DAY, FOUNDED + 10 * DAY]
    beside.refresh_from_db()
    assert beside.advanced_to == FOUNDED + 10 * DAY


@pytest.mark.django_db
def test_compare_and_set_never_moves_back() -> None:
    consortium = small("small", fee(anchor="2024-01-01"))

    def faster(**_: Any) -> int:
        Consortium.objects.filter(pk=consortium.pk).update(advanced_to=date(2024, 9, 9))
        return 0

    sweeps: Registry[Sweep] = Registry()
    sweeps.add(replace(Sweep("s", 1, faster), next_due=lambda **_: None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "sweeps", sweeps)
        advance(consortium=consortium, to=date(2024, 2, 2))
    consortium.refresh_from_db()
    assert consortium.advanced_to == date(2024, 9, 9)


def test_who_may_advance(cast: Cast) -> None:
    to = date(2025, 1, 1)
    for name, person in cast.people.items():
        if name in ("secretary", "root"):
            advance(consortium=cast.consortium, to=to, by=person)
        else:
            with pytest.raises(Denied):
                advance(consortium=cast.consortium, to=to, by=person)


@pytest.mark.parametrize("who", [None, "root", "secretary"])
def test_reference_case_is_never_advanced(cast: Cast, who: str | None) -> None:
    Consortium.objects.filter(pk=cast.consortium.pk).update(is_reference=True)
    cast.consortium.refresh_from_db()
    before = everything()
    with pytest.raises(ReferenceIsReadOnly):
        advance(consortium=cast.consortium, to=TODAY, by=cast.people[who] if who else None)
    with pytest.raises(ReferenceIsReadOnly):
        tick(consortium=cast.consortium, to=TODAY, at=NOON)
    assert everything() == before
    assert cast.consortium not in Consortium.objects.living()


@pytest.mark.django_db
def test_living_consortia() -> None:
    names = ("open", "ending", "swept-to-its-end", "recorded")
    rows = {name: small(name) for name in names}

    def change(name: str, **values: Any) -> None:
        Consortium.objects.filter(pk=rows[name].pk).update(**values)

    change("ending", ends_on=date(2025, 1, 1), advanced_to=date(2024, 12, 30))
    change("swept-to-its-end", ends_on=date(2025, 1, 1), advanced_to=date(2024, 12, 31))
    change("recorded", is_reference=True)
    living = Consortium.objects.living().values_list("slug", flat=True)
    assert set(living) == {"open", "ending"}


# The command


@pytest.fixture
def ready(db: None) -> Consortium:
    return small("small", fee(anchor="2024-01-01", months=6), members="ab")


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("advance", "--consortium", "small", *arguments)
    return capsys.readouterr().out


def test_advance_command(
    ready: Consortium, capsys: pytest.CaptureFixture[str], time_machine: Any
) -> None:
    time_machine.move_to("2025-01-10 12:00:00+00:00")
    counts = (
        '"done": {"ask_reports": 0, "deadlines": 0, "share_offers": 0,'
        ' "publication_reviews": 0, "exclusivity": 0, "open_rounds": 1, "remind_members": 0,'
        ' "estimate_missing": 0,'
        ' "assess_rounds": 2, "carry_out_runs": 0, "end_plans": 0, "dun": 0, "enforce": 0,'
        ' "forfeited_shares": 0, "succeeded_owners": 0, "patents": 0, "distributions": 0,'
        ' "licences": 0, "reports": 0}'
    )
    assert output(capsys, "--to", "2024-01-31", "--json") == (
        f'{{"advanced_to": "2024-01-31", {counts}}}\n'
    )
    assert output(capsys) == (
        "small: 2025-01-10\n  ask_reports: 0\n  deadlines: 0\n  share_offers: 0\n"
        "  publication_reviews: 0\n  exclusivity: 0\n  open_rounds: 2\n"
        "  remind_members: 0\n  estimate_missing: 0\n  assess_rounds: 4\n  carry_out_runs: 0\n"
        "  end_plans: 0\n  dun: 0\n  enforce: 0\n  forfeited_shares: 0\n"
        "  succeeded_owners: 0\n  patents: 0\n  distributions: 0\n  licences: 0\n  reports: 0\n"
    )
    assert output(capsys, "--to", "2024-06-01") == "small: 2025-01-10\n"
    assert Charge.objects.count() == 6


def test_what_if_leaves_nothing_behind(
    ready: Consortium, capsys: pytest.CaptureFixture[str], time_machine: Any
) -> None:
    time_machine.move_to("2024-02-01 12:00:00+00:00")
    before, books = everything(), ledger(ready)
    assert output(capsys, "--to", "2026-12-31", "--what-if").startswith("small: 2026-12-31\n")
    ready.refresh_from_db()
    assert (everything(), ledger(ready)) == (before, books)
    assert ready.advanced_to == FOUNDED - DAY


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["small", "--to", "2026-03-03"], "lies in the future", 2),
        (["absent"], "There is no consortium “absent”. Known: small.", 2),
    ],
)
def test_what_advance_refuses(
    ready: Consortium, time_machine: Any, arguments: list[str], message: str, code: int
) -> None:
    time_machine.move_to("2026-03-02 12:00:00+00:00")
    before = everything()
    with pytest.raises(CommandError, match=message) as refused:
        call_command("advance", "--consortium", *arguments)
    assert refused.value.returncode == code
    assert everything() == before


def test_advance_refuses_a_reference_case(ready: Consortium) -> None:
    Consortium.objects.update(is_reference=True)
    with pytest.raises(CommandError, match="reference case") as refused:
        call_command("advance", "--consortium", "small", "--to", "2024-02-01")
    assert refused.value.returncode == 2


def test_nothing_is_levied_before_or_after_a_charter(ready: Consortium) -> None:
    later = fee("later", "7", anchor="2024-01-01", months=1)
    charter(ready, "second", later, starts_on=date(2024, 3, 15), ends_on=None)
    advance(consortium=ready, to=date(2024, 6, 30))
    charges = Charge.objects.order_by("number").values_list("levy", "issued_on")
    assert list(charges) == [
        *[("fee", date(2024, 1, 1))] * 2,
        *[("later", day) for month in (4, 5, 6) for day in [date(2024, month, 1)] * 2],
    ]
