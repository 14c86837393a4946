"""Exclusivity in the database: promised, moved by decision, announced and opened by its sweep."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from consortium.access import in_one_transaction
from consortium.errors import DomainError
from consortium.models import Consortium, Notice
from consortium.operations.advance import advance
from ip.models import Exclusivity, ExclusivityChange, ExclusivityWatch, LicenceOffer, Rearming
from ip.operations.announcing import due, look, next_look, publish_offers, sweep_exclusivity
from ip.operations.exclusivity import decide_exclusivity, promise
from ip.reports.exclusivity import kept
from projects.models import Project, ProjectEvent
from projects.states import Happening
from tests.factories.rights import AROSE, ENDS, SECTION, House, charter, house

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def window_ends(result: Any) -> date | None:
    found = kept(result)
    assert found is not None
    return found.window.period.ends_on


def next_on(result: Any) -> date | None:
    return ExclusivityWatch.objects.get(result=result).next_on


def sweep(here: House, on: date) -> int:
    return sweep_exclusivity(consortium=here.consortium, on=on)


def told(here: House) -> list[tuple[str, date]]:
    rows = Notice.objects.filter(consortium=here.consortium, recipient=here.people["ip"])
    return list(rows.order_by("pk").values_list("code", "on"))


def test_a_promise_is_written_once_and_watched() -> None:
    result = house().result()
    row = Exclusivity.objects.get(result=result)
    assert (row.path, row.starts_on, row.ends_on) == ("exclusivity[0]", AROSE, ENDS)
    assert next_on(result) == ENDS - 180 * DAY
    assert promise(result, on=AROSE) == row
    assert Exclusivity.objects.count() == 1


def test_the_sweep_tells_before_on_the_day_and_offers() -> None:
    here = house()
    result = here.result()
    days = [ENDS - 180 * DAY, ENDS - 90 * DAY, ENDS - 30 * DAY, ENDS, date(2027, 2, 28)]
    looked = []
    on = AROSE
    while (day := next_look(consortium=here.consortium, after=on)) is not None:
        sweep(here, day)
        assert sweep(here, day) == 0
        looked.append(day)
        on = day
    assert looked == days
    assert told(here) == [
        ("exclusivity_ends", days[0]),
        ("exclusivity_ends", days[1]),
        ("exclusivity_ends", days[2]),
        ("exclusivity_over_now", days[3]),
        ("licence_offered", days[3]),
        ("licence_offered", days[4]),
    ]
    offers = LicenceOffer.objects.order_by("published_on")
    assert list(offers.values_list("to", "home", "terms", "path", "published_on")) == [
        ("domestic", "US", "fee_and_royalty", "exclusivity[0].opens[0]", ENDS),
        ("anyone", "", "negotiated", "exclusivity[0].opens[1]", date(2027, 2, 28)),
    ]
    assert Notice.objects.filter(recipient=here.people["alpha"]).count() == 6
    assert not Notice.objects.filter(recipient=here.people["beta"]).exists()
    assert publish_offers(result=result, by=here.people["ip"], on=days[4]) == []


def test_a_sweep_late_by_months_tells_the_last_step_only() -> None:
    here = house()
    here.result()
    sweep(here, ENDS + 3 * DAY)
    assert [code for code, _on in told(here)] == ["exclusivity_over_now", "licence_offered"]
    assert LicenceOffer.objects.get().published_on == ENDS


def test_killed_midway_the_next_sweep_does_the_rest() -> None:
    here = house()
    here.result(), here.result()
    first = next(due(here.consortium, ENDS))
    in_one_transaction(lambda: look(first, ENDS))
    look(first, ENDS)  # what another sweep has claimed is not told again
    assert LicenceOffer.objects.count() == 1
    assert sweep(here, ENDS) == 1
    assert LicenceOffer.objects.count() == 2
    assert len(told(here)) == 4


def test_nothing_is_offered_while_an_outage_is_not_confirmed() -> None:
    here = house()
    result = here.result()
    Consortium.objects.update(withheld_since=ENDS)
    sweep(here, ENDS + DAY)
    assert (LicenceOffer.objects.count(), told(here)) == (0, [])
    assert next_on(result) == ENDS - 180 * DAY
    Consortium.objects.update(withheld_since=None)
    sweep(here, ENDS + 2 * DAY)
    assert LicenceOffer.objects.count() == 1


def test_advance_runs_it() -> None:
    here = house()
    here.result()
    Consortium.objects.update(advanced_to=ENDS - 31 * DAY)
    done = advance(consortium=here.consortium, to=ENDS)
    assert done["exclusivity"] == 2


# Decisions


def move(result: Any, here: House, **changes: Any) -> ExclusivityChange:
    given: dict[str, Any] = {
        "ends_on": date(2027, 1, 31),
        "body": "board",
        "reason": "Not ready",
        "decided_on": date(2025, 6, 1),
        "by": here.people["ip"],
        "on": date(2025, 6, 1),
    }
    return decide_exclusivity(result=result, **given | changes)


def test_over_rest_it_is_shortened_by_the_body_with_a_reason_or_not_at_all(api: Any) -> None:
    here = house()
    body = {"result": str(here.result().uid), "ends_on": "2025-07-01", "body": "assembly",
            "decided_on": "2025-06-01", "reason": "Resolved"}  # fmt: skip
    address = "/api/v1/exclusivity-changes/"
    with time_machine.travel("2025-06-02T12:00:00Z", tick=False):
        client = api(here.people["ip"])
        codes = {
            name: client.post(address, {**body, **wrong}).json()["errors"][0]["code"]
            for name, wrong in {
                "silently": {"reason": ""},
                "by another": {"body": "board"},
                "to the same": {"ends_on": ENDS.isoformat()},
                "ahead": {"decided_on": "2025-06-03"},
                "backwards": {"ends_on": "2025-05-31"},
            }.items()
        }
        assert codes == {
            "silently": "blank", "by another": "wrong_body", "ahead": "decided_in_the_future",
            "to the same": "exclusivity_same_end", "backwards": "exclusivity_ends_before_decision",
        }  # fmt: skip
        assert api(here.people["alpha"]).post(address, body).status_code == 403
        made = client.post(address, body)
        assert (made.status_code, made.json()["ends_on"]) == (201, "2025-07-01")
        (seen,) = api(here.people["beta"]).get(address).json()["results"]
        assert (seen["body"], seen["reason"]) == ("assembly", "Resolved")


def test_a_decision_prolongs_or_ends_early() -> None:
    here = house()
    result = here.result()
    move(result, here)
    assert window_ends(result) == date(2027, 1, 31)
    sweep(here, date(2025, 6, 1))
    assert next_on(result) == date(2027, 1, 31) - 180 * DAY
    move(result, here, ends_on=date(2025, 7, 1), body="assembly", on=date(2025, 6, 2))
    sweep(here, date(2025, 6, 2))
    assert told(here)[-1] == ("exclusivity_ends", date(2025, 6, 2))
    sweep(here, date(2025, 7, 1))
    assert LicenceOffer.objects.get().published_on == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "assembly"}, "wrong_body"),
        ({"ends_on": date(2025, 9, 1)}, "wrong_body"),
        ({"ends_on": ENDS}, "exclusivity_same_end"),
        ({"ends_on": date(2025, 5, 31), "body": "assembly"}, "exclusivity_ends_before_decision"),
        ({"decided_on": ENDS, "on": ENDS}, "exclusivity_over"),
        ({"decided_on": ENDS - DAY, "on": ENDS}, "exclusivity_over"),
        ({"decided_on": date(2025, 6, 2)}, "decided_in_the_future"),
        ({"reason": " "}, "exclusivity_reason_missing"),
    ],
)
def test_what_is_refused_leaves_the_promise(changes: dict[str, Any], code: str) -> None:
    here = house()
    result = here.result()
    with pytest.raises(DomainError) as refused:
        move(result, here, **changes)
    assert refused.value.code == code
    assert window_ends(result) == ENDS
    assert not ExclusivityChange.objects.exists()


def test_where_the_charter_names_nobody_nobody_shortens() -> None:
    section = deepcopy(SECTION)
    del section["exclusivity"][0]["release_by"]
    here = house(section=section)
    with pytest.raises(DomainError) as refused:
        move(here.result(), here, ends_on=date(2025, 9, 1))
    assert refused.value.code == "exclusivity_nobody_moves"


# Later charters


@pytest.mark.parametrize(("earlier", "ends_on"), [(False, ENDS), (True, date(2025, 2, 28))])
def test_a_later_charter_counts_only_where_it_says_so(earlier: bool, ends_on: date) -> None:
    here = house()
    result = here.result()
    later = deepcopy(SECTION)
    later["exclusivity"][0] |= {"months": 12, "earlier": earlier}
    charter(here.consortium, "second", later, starts_on=date(2024, 12, 1))
    assert window_ends(result) == ends_on
    due = date(2024, 12, 1) if earlier else ENDS - 180 * DAY
    assert next_look(consortium=here.consortium, after=AROSE) == due
    sweep(here, date(2024, 12, 1))
    assert Rearming.objects.count() == int(earlier)
    after = ends_on - (30 if earlier else 180) * DAY
    assert next_on(result) == after
    assert [code for code, _on in told(here)] == ["exclusivity_ends"] * earlier
    sweep(here, date(2024, 12, 2))
    assert next_on(result) == after


# Counted from the project's end


def test_what_waits_for_its_project_is_promised_when_that_ends() -> None:
    section = deepcopy(SECTION)
    section["exclusivity"][0]["starts"] = "project_end"
    here = house(section=section)
    project = Project.objects.create(
        consortium=here.consortium, charter=here.consortium.charters.get(), number="P-1",
        lead=here.members["alpha"], starts_on=date(2023, 1, 1), ends_on=date(2025, 1, 1),
        name_en="Lenses", unit="USD", decided_on=date(2023, 1, 1),
    )  # fmt: skip
    result = here.result(project=project)
    assert window_ends(result) is None
    assert next_look(consortium=here.consortium, after=AROSE) is None
    ProjectEvent.objects.create(
        consortium=here.consortium, project=project, kind=Happening.CLOSED, on=date(2024, 8, 31),
        reason="Done",
    )  # fmt: skip
    assert next_look(consortium=here.consortium, after=AROSE) == date(2024, 8, 31)
    assert sweep(here, date(2024, 8, 31)) == 1
    assert window_ends(result) == date(2026, 8, 31)
    assert next_on(result) == date(2026, 8, 31) - 180 * DAY


def test_without_a_project_it_is_counted_from_its_completion() -> None:
    section = deepcopy(SECTION)
    section["exclusivity"][0]["starts"] = "project_end"
    assert window_ends(house(section=section).result()) == ENDS
