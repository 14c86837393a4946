"""The end of a consortium: said ahead by its secretary, with what it leads to."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from consortium.errors import DomainError
from consortium.models import Consortium, MembershipTerm, Notice
from consortium.operations.advance import advance
from consortium.operations.ending import end_consortium
from consortium.operations.members import admit, end_membership
from consortium.reports.leaving import ending
from consortium.rules.choices import Left
from tests.cast import TODAY, Cast

END = date(2026, 12, 31)
LATER = date(2027, 6, 30)


def refusal(consortium: Consortium, ends_on: date, *, on: date = TODAY, reason: str = "x") -> str:
    with pytest.raises(DomainError) as refused:
        end_consortium(consortium=consortium, ends_on=ends_on, reason=reason, by=None, on=on)
    return refused.value.code


def ends(consortium: Consortium) -> set[date | None]:
    terms = MembershipTerm.objects.filter(member__consortium=consortium)
    return set(terms.values_list("ends_on", flat=True))


def test_its_memberships_end_with_it_and_nobody_is_admitted_beyond(cast: Cast) -> None:
    consortium, before = cast.consortium, ends(cast.other)
    ended = end_consortium(
        consortium=consortium, ends_on=END, reason="Resolved by all.", by=None, on=TODAY
    )
    assert (ended.ends_on, ended.end_reason) == (END, "Resolved by all.")
    assert {day for day in ends(consortium) if day is None or day > TODAY} == {END}
    assert ends(cast.other) == before
    with pytest.raises(DomainError) as refused:
        admit(
            consortium=consortium,
            organization=cast.members["rival"].organization,
            category="member",
            starts_on=END,
            by=None,
            on=TODAY,
        )
    assert refused.value.code == "term_outside_consortium"


def test_the_last_day_swept_is_the_one_before(cast: Cast) -> None:
    end_consortium(consortium=cast.consortium, ends_on=END, reason="x", by=None, on=TODAY)
    advance(consortium=cast.consortium, to=LATER)
    cast.consortium.refresh_from_db()
    assert cast.consortium.advanced_to == date(2026, 12, 30)


def test_it_is_moved_until_it_has_come(cast: Cast) -> None:
    for day in (END, LATER):
        end_consortium(consortium=cast.consortium, ends_on=day, reason="x", by=None, on=TODAY)
    assert LATER in ends(cast.consortium)
    assert END not in ends(cast.consortium)
    assert refusal(cast.consortium, date(2028, 1, 1), on=LATER) == "consortium_over"


def test_who_left_on_that_day_does_not_come_back_when_it_is_moved(cast: Cast) -> None:
    rival = cast.members["rival"]
    end_membership(member=rival, ends_on=END, left=Left.EXPELLED, by=None, on=TODAY)
    for day in (END, LATER):
        end_consortium(consortium=cast.consortium, ends_on=day, reason="x", by=None, on=TODAY)
    assert rival.terms.get().ends_on == END
    assert cast.members["payer"].terms.get().ends_on == LATER


def test_who_may_read_no_standing_is_not_told_how_many_are_late(cast: Cast) -> None:
    def told(who: str) -> set[str]:
        lines = ending(consortium=cast.consortium, user=cast.people[who], ends_on=END, on=TODAY)
        return {line.code for line in lines if "receivable" in line.code}

    assert {who: told(who) for who in ("reader", "secretary", "finance")} == {
        "reader": set(),
        "secretary": {"ending_receivable_some"},
        "finance": {"ending_receivable"},
    }


def test_an_impossible_end_is_refused(cast: Cast) -> None:
    consortium = cast.consortium
    assert refusal(consortium, TODAY) == "consortium_ends_too_soon"
    assert refusal(consortium, END, reason=" ") == "consortium_end_unexplained"
    member = cast.members["rival"]
    member.terms.update(ends_on=END)
    member.terms.create(category="member", starts_on=LATER)
    assert refusal(consortium, LATER) == "members_join_later"
    consortium.refresh_from_db()
    assert (consortium.ends_on, consortium.end_reason) == (None, "")


def test_the_secretary_sees_what_it_leads_to_first(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.people["secretary"])
    address = reverse("admin:consortium_consortium_end", args=[cast.consortium.pk])
    sent = {"ends_on": END.isoformat(), "reason": "Resolved by all."}
    page = client.post(address, sent).content.decode()
    cast.consortium.refresh_from_db()
    assert cast.consortium.ends_on is None
    assert "memberships end with it" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    client.post(address, {**sent, "seen": seen})
    cast.consortium.refresh_from_db()
    assert cast.consortium.ends_on == END


def test_it_is_asked_and_done_over_rest(cast: Cast) -> None:
    address = f"/api/v1/consortia/{cast.consortium.slug}"
    asked = APIClient()
    asked.force_authenticate(cast.people["secretary"])
    found = asked.get(f"{address}/ending/?ends_on={END}").json()
    assert found["ends_on"] == END.isoformat()
    assert "ending_members" in {line["code"] for line in found["lines"]}
    done = asked.post(f"{address}/end/", {"ends_on": END.isoformat(), "reason": "x"}, "json")
    assert (done.status_code, done.json()["ends_on"]) == (200, END.isoformat())
    rival = APIClient()
    rival.force_authenticate(cast.people["rival"])
    assert rival.get(f"{address}/ending/").status_code == 404


def test_every_members_people_are_told_once_for_each_day_that_is_said(cast: Cast, api: Any) -> None:
    gone = cast.members["rival"]
    end_membership(member=gone, ends_on=date(2026, 6, 1), left=Left.AGREEMENT, by=None, on=TODAY)
    for day in (END, END, LATER):
        end_consortium(consortium=cast.consortium, ends_on=day, reason="x", by=None, on=TODAY)
    told = Notice.objects.filter(code="consortium_ends").order_by("pk")
    people = {cast.people[who].pk for who in ("payer", "partner", "newcomer", "technician")}
    assert [
        {each.recipient_id for each in told if each.values["ends_on"] == day.isoformat()}
        for day in (END, LATER)
    ] == [people, people]
    assert told.count() == 2 * len(people)
    last = told.filter(recipient=cast.people["payer"]).last()
    assert last is not None
    assert set(last.values) == {"name", "ends_on"}
    found = api(cast.people["payer"]).get(last.href)
    assert (found.status_code, found.json()["ends_on"]) == (200, LATER.isoformat())
    plain = told.filter(recipient=cast.people["technician"]).last()
    assert plain is not None
    assert api(cast.people["technician"]).get(plain.href).status_code == 200
