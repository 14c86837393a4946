"""Late payers over REST: each sees its own, and nobody another's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.states import Role
from funding.models import DunningStep, ExitProposal
from tests.factories.ladders import charge, collecting, speaker, staff
from tests.factories.ledgers import member
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db
ON = date(2025, 2, 3)
NOON = datetime(2025, 2, 3, 12, tzinfo=UTC)


@pytest.fixture
@built_once
def late() -> Consortium:
    found = collecting()
    advance(consortium=found, to=ON)
    return found


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    found = response.json()
    rows = found["results"] if isinstance(found, dict) else found
    return sorted({row["member"]["name"] for row in rows})


@time_machine.travel(NOON, tick=False)
def test_steps_are_read_by_their_member_and_by_finance_staff(late: Consortium, api: Any) -> None:
    own, finance = api(speaker(late, "a")), api(staff(late, Role.FINANCE))
    assert names(own.get("/api/v1/dunning-steps/")) == ["a"]
    assert names(finance.get("/api/v1/dunning-steps/?consortium=late")) == ["a", "b"]
    assert names(api(staff(late, Role.SECRETARY)).get("/api/v1/dunning-steps/")) == []
    step = DunningStep.objects.filter(member=member(late, "a")).earliest("on")
    assert own.get(f"/api/v1/dunning-steps/{step.uid}/").json() == {
        "uid": str(step.uid),
        "consortium": "late",
        "member": {"uid": str(member(late, "a").uid), "name": "a"},
        "charge": str(charge(late, "a").uid),
        "number": charge(late, "a").number,
        "level": "reminder",
        "position": 1,
        "on": "2024-02-15",
        "deadline_on": "2024-02-29",
        "amount": "5000.00",
        "unit": "USD",
    }


@time_machine.travel(NOON, tick=False)
def test_letters_are_for_who_may_see_the_step(late: Consortium, api: Any) -> None:
    step = DunningStep.objects.filter(member=member(late, "a")).earliest("on")
    address = f"/api/v1/dunning-steps/{step.uid}/letter/"
    a, b = api(speaker(late, "a")), api(speaker(late, "b"))
    response = a.get(f"{address}?language=zh-hans", headers={"Accept": "application/pdf"})
    assert (response.status_code, response.headers["Content-Language"]) == (200, "zh-hans")
    assert response.content.startswith(b"%PDF")
    assert b.get(address, headers={"Accept": "*/*"}).status_code == 404
    assert a.get(f"{address}?language=xx", headers={"Accept": "*/*"}).status_code == 400


@time_machine.travel(NOON, tick=False)
def test_standing_shows_amounts_to_those_only_who_may_see_them(late: Consortium, api: Any) -> None:
    address = "/api/v1/standing/?consortium=late"
    own = api(speaker(late, "a")).get(address)
    assert own.json() == [
        {
            "member": {"uid": str(member(late, "a").uid), "name": "a"},
            "on": "2025-02-03",
            "standing": "exit_proposed",
            "days_late": 368,
            "level": "exit",
            "suspended": ["proposals", "voting"],
            "arrears": [{"unit": "USD", "amount": "5000.00"}],
        }
    ]
    finance = api(staff(late, Role.FINANCE)).get(f"{address}&on=2024-02-02")
    assert [(row["standing"], row["days_late"]) for row in finance.json()] == [("late", 1)] * 2
    secretary = api(staff(late, Role.SECRETARY)).get(address).json()
    assert [row["arrears"] for row in secretary] == [None, None]
    assert api(staff(late, Role.READER)).get(address).json() == []
    assert api(staff(collecting("other"), Role.FINANCE)).get(address).status_code == 400


@time_machine.travel(NOON, tick=False)
def test_an_exit_is_decided_by_the_secretary(late: Consortium, api: Any) -> None:
    proposal = ExitProposal.objects.get(member=member(late, "a"))
    secretary, own = api(staff(late, Role.SECRETARY)), api(speaker(late, "a"))
    address = f"/api/v1/exit-proposals/{proposal.uid}/"
    sent = {
        "outcome": "kept",
        "decided_on": "2025-02-03",
        "body": "assembly",
        "reason": "paid soon",
    }
    assert names(own.get("/api/v1/exit-proposals/?open=true")) == ["a"]
    assert own.post(f"{address}decide/", sent, format="json").status_code == 403
    for wrong, code in (({"body": "council"}, "wrong_body"), ({"outcome": "settled"}, "invalid")):
        refused = secretary.post(f"{address}decide/", sent | wrong, format="json")
        assert (refused.status_code in (400, 409, 422), refused.json()["code"]) == (True, code)
    done = secretary.post(f"{address}decide/", sent, format="json")
    assert (done.status_code, done.json()["outcome"]) == (200, "kept")
    again = secretary.post(f"{address}decide/", sent, format="json")
    assert again.json()["code"] == "exit_already_decided"
