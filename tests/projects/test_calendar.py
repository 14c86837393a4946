"""Calendar feeds: what they hold, who reads them, and that no secret is in the address."""

from base64 import b64encode
from datetime import date
from typing import Any

import pytest
import time_machine
from icalendar import Calendar
from knox.models import get_token_model

from projects.models import Milestone
from projects.operations.items import reach_milestone
from tests.factories.running import Running, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Any:
    with time_machine.travel("2026-05-01 03:00:00+00:00", tick=True):
        yield running()


def basic(user: Any) -> dict[str, str]:
    _row, token = get_token_model().objects.create(user)
    return {"Authorization": f"Basic {b64encode(f'me:{token}'.encode()).decode()}"}


def events(response: Any) -> dict[str, date]:
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.content)
    return {str(each["summary"]): each["dtstart"].dt for each in found.walk("VEVENT")}


def test_a_representative_subscribes_with_a_token(here: Running, api: Any) -> None:
    client = api(None, **basic(here.people["alpha"]))
    found = events(client.get("/api/v1/calendar/?consortium=litho"))
    assert found["P-2026-0001: milestone first_light, First light"] == date(2026, 12, 31)
    assert found["P-2026-0001: deliverable design, Design"] == date(2026, 6, 30)
    project = here.project
    mine = events(client.get(f"/api/v1/projects/{project.uid}/calendar/"))
    assert set(mine) == {text for text in found if text.startswith("P-2026-0001")}
    reach_milestone(milestone=Milestone.objects.get(), by=None, on=date(2026, 5, 1))
    again = events(client.get("/api/v1/calendar/?consortium=litho"))
    assert set(found) - set(again) == {"P-2026-0001: milestone first_light, First light"}


def test_a_moved_deadline_keeps_its_address(here: Running, api: Any) -> None:
    client = api(here.people["alpha"])

    def milestone() -> tuple[str, date]:
        found = Calendar.from_ical(client.get("/api/v1/calendar/?consortium=litho").content)
        (event,) = (each for each in found.walk("VEVENT") if "first_light" in each["summary"])
        return str(event["uid"]), event["dtstart"].dt

    before = milestone()
    moved = here.plan()
    moved["milestones"][0]["due"] = 14
    here.adopt(moved, on=date(2026, 5, 1), reason="A late lens")
    assert milestone() == (before[0], date(2027, 2, 28))


def test_what_one_may_not_see_is_not_there(here: Running, api: Any) -> None:
    rival = running("rivals")
    client = api(None, **basic(rival.people["alpha"]))
    absent = client.get("/api/v1/calendar/?consortium=absent")
    hidden = client.get("/api/v1/calendar/?consortium=litho")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert client.get(f"/api/v1/projects/{here.project.uid}/calendar/").status_code == 404


@pytest.mark.parametrize("credentials", ["me:wrong", "me:", "me:\u5bc6", "nothing"])
def test_a_wrong_password_is_asked_for_again(here: Running, api: Any, credentials: str) -> None:
    header = f"Basic {b64encode(credentials.encode()).decode()}"
    response = api(None, Authorization=header).get("/api/v1/calendar/?consortium=litho")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_a_token_in_the_address_lets_nobody_in(here: Running, api: Any) -> None:
    _row, token = get_token_model().objects.create(here.people["alpha"])
    response = api(None).get(f"/api/v1/calendar/?consortium=litho&token={token}")
    assert response.status_code == 401
