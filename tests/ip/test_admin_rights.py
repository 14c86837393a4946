"""The question at the desk, its picture, and what staff enter from paper."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ip.admin.picture import SHADES, picture
from ip.models import AccessRequest, ExclusivityChange
from ip.reports.rights import question_of
from ip.rules.choices import Use
from ip.rules.rights import Verdict, timeline
from tests.factories.rights import AROSE, House, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Any:
    with time_machine.travel("2025-01-01 12:00:00+00:00", tick=False):
        yield house()


def ask(client: Client, here: House, who: str, **query: Any) -> Any:
    client.force_login(here.people[who])
    return client.get("/admin/rights/", query)


def test_the_answer_with_its_clause_and_timeline(here: House, client: Client) -> None:
    result = here.result()
    query = {"result": result.pk, "organization": here.outsider.pk}
    text = ask(client, here, "ip", **query).content.decode()
    for part in (
        "The result is kept to: Member", "first · 7.1 · exclusivity[0]", "February 28, 2026",
        "On terms · Transfer fee and royalty", "The same in words", "<svg",
    ):  # fmt: skip
        assert part in text
    later = ask(client, here, "ip", **query, on="2026-03-01").content.decode()
    assert "The result has opened to: Any domestic organization" in later


@pytest.mark.parametrize(("who", "status"), [("secretary", 200), ("auditor", 200), ("beta", 302)])
def test_who_opens_the_page(here: House, client: Client, who: str, status: int) -> None:
    assert ask(client, here, who).status_code == status


def test_results_and_organizations_of_others_are_not_to_be_chosen(
    here: House, client: Client
) -> None:
    there = house("elsewhere")
    hidden, open_one = there.result(), there.result(confidentiality="public")
    for result in (hidden, open_one):
        answer = ask(client, here, "ip", result=result.pk, organization=here.outsider.pk)
        assert "Next change" not in answer.content.decode()
    mine = here.result()
    answer = ask(client, here, "ip", result=mine.pk, organization=there.outsider.pk)
    assert "Next change" not in answer.content.decode()


def test_a_members_page_leads_to_the_question(here: House, client: Client) -> None:
    client.force_login(here.people["ip"])
    member = here.members["beta"]
    page = client.get(reverse("admin:consortium_member_change", args=[member.pk]))
    link = f"/admin/rights/?organization={member.organization_id}"
    assert link in page.content.decode()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_picture_has_a_row_for_each_use_from_the_first_day_on(
    here: House, language: str
) -> None:
    question = question_of(here.outsider, here.result())
    lines = [(use.value, timeline(question, use)) for use in Use]
    with translation.override(language):
        drawn = picture("Title", lines, arose_on=AROSE, on=date(2025, 1, 1))
    assert len(drawn.rows) == len(Use)
    for y in {each.y for each in drawn.bars}:
        row = [each for each in drawn.bars if each.y == y]
        ends = [round(each.x + each.width, 1) for each in row]
        assert [each.x for each in row[1:]] == pytest.approx(ends[:-1], abs=0.2)
    assert {fill for fill, _label in drawn.legend} <= {fill for fill, _ink in SHADES.values()}
    assert drawn.day is not None
    assert drawn.rows[0][0] < drawn.height


def test_the_more_is_allowed_the_darker_it_is_drawn() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shades = [grey(SHADES[verdict][0]) for verdict in Verdict]
    assert all(one - two > 20 for one, two in pairwise(shades))


def test_staff_move_an_exclusivity_and_enter_a_request(here: House, client: Client) -> None:
    result = here.result()
    client.force_login(here.people["ip"])
    moved = {
        "result": result.pk, "ends_on": "2027-01-31", "body": "assembly",
        "decided_on": "2024-12-31", "reason": "Not ready",
    }  # fmt: skip
    page = reverse("admin:ip_exclusivitychange_add")
    assert "does not decide this" in client.post(page, moved).content.decode()
    assert client.post(page, moved | {"body": "board"}).status_code == 302
    assert ExclusivityChange.objects.get().recorded_by == here.people["ip"]
    asked = {
        "result": result.pk, "asker": here.organization("beta").pk, "uses": ["exploit"],
        "purpose": "A stepper", "asked_on": "2024-12-31",
    }  # fmt: skip
    assert client.post(reverse("admin:ip_accessrequest_add"), asked).status_code == 302
    assert AccessRequest.objects.get().asked_on == date(2024, 12, 31)
