"""Seats: given on the charter's bodies for a term, ended, and gone with the membership."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import AuditEvent, Consortium, Member, Seat
from consortium.operations.ending import end_consortium
from consortium.operations.members import change_category, end_membership
from consortium.operations.seats import give_seat
from consortium.reports.docket import docket
from consortium.reports.leaving import preview
from consortium.rules.choices import Rank
from tests.cast import person
from tests.factories.ledgers import charter, fee, small, staffed
from tests.factories.moving import BOARD

FROM, TODAY = date(2024, 6, 1), date(2026, 3, 2)
WHO: dict[str, Any] = {"by": None, "on": TODAY}


@pytest.fixture
def consortium(db: None) -> Consortium:
    return small("seated", fee(), sections={"governance": BOARD})


@pytest.fixture
def member(consortium: Consortium) -> Member:
    return consortium.members.get(organization__name_en="a")


def given(member: Member, **changes: Any) -> Seat:
    said = {"body": "board", "rank": Rank.CHAIR, "person": " Ms Li ", "starts_on": FROM}
    return give_seat(member=member, **{**said, **WHO, **changes})


def refused(member: Member, **changes: Any) -> str:
    with pytest.raises(DomainError) as error, transaction.atomic():
        given(member, **changes)
    return error.value.code


def test_a_seat_is_given_for_a_term(member: Member) -> None:
    seat = given(member, ends_on=date(2027, 6, 1))
    assert (seat.rank, seat.person, seat.ends_on) == ("chair", "Ms Li", date(2027, 6, 1))
    assert list(Seat.objects.on(FROM)) == [seat]
    assert list(Seat.objects.on(date(2027, 6, 1))) == []
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.facts) == ("give_seat", {"body": "board"})
    (named,) = Seat.objects.named()
    assert named.called.en == "Board"


def test_what_is_refused(consortium: Consortium, member: Member) -> None:
    other = consortium.members.get(organization__name_en="b")
    assert refused(member, body="senate") == "no_such_body"
    assert refused(member, starts_on=date(2023, 1, 1)) == "seat_of_no_member"
    assert refused(member, ends_on=FROM) == "ends_before_start"
    given(member, ends_on=date(2025, 6, 1))
    assert refused(member, starts_on=date(2025, 1, 1)) == "seat_overlaps"
    assert refused(other, starts_on=date(2024, 1, 1)) == "body_full"
    assert refused(other, starts_on=date(2025, 5, 31)) == "body_full"
    given(other, starts_on=date(2025, 6, 1))
    assert refused(member, starts_on=date(2025, 6, 1)) == "body_full"


def test_the_database_refuses_two_seats_at_once(member: Member) -> None:
    seat = given(member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(member=member, body="board", rank="member", starts_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(ends_on=FROM)


def test_the_charter_of_the_first_day_counts(consortium: Consortium, member: Member) -> None:
    bodies = [*BOARD["bodies"], {"code": "senate", "label": {"en": "Senate"}, "kind": "advisory"}]
    charter(consortium, "second", fee(), starts_on=date(2026, 1, 1),
            sections={"governance": {"bodies": bodies}})  # fmt: skip
    assert refused(member, body="senate", starts_on=date(2025, 12, 31)) == "no_such_body"
    given(member, body="senate", starts_on=date(2026, 1, 1))


def test_a_seat_ends_with_the_membership(consortium: Consortium, member: Member) -> None:
    change_category(member=member, category="other", from_on=date(2025, 1, 1), **WHO)
    seat, last = given(member), date(2026, 7, 1)
    told = preview(member=member, user=staffed(consortium, "secretary"), ends_on=last, on=TODAY)
    assert [each.values["body"].en for each in told if each.code == "leaving_seat"] == ["Board"]
    end_membership(member=member, ends_on=last, **WHO)
    seat.refresh_from_db()
    assert seat.ends_on == last
    assert refused(member, starts_on=last) == "seat_of_no_member"


def test_a_seat_lasts_no_longer_than_a_membership_that_ends(member: Member) -> None:
    last = date(2026, 7, 1)
    end_membership(member=member, ends_on=last, **WHO)
    assert refused(member, ends_on=date(2027, 1, 1)) == "seat_outlasts"
    assert given(member).ends_on == last


def test_a_seat_not_begun_is_gone_with_the_end(consortium: Consortium, member: Member) -> None:
    given(member, ends_on=date(2026, 4, 1))
    other = consortium.members.get(organization__name_en="b")
    given(other, starts_on=date(2027, 1, 1))
    end_consortium(consortium=consortium, ends_on=date(2026, 12, 1), reason="done", **WHO)
    assert list(Seat.objects.values_list("member", "ends_on")) == [(member.pk, date(2026, 4, 1))]


def test_the_end_of_a_term_is_on_the_docket(consortium: Consortium, member: Member) -> None:
    given(member, ends_on=date(2026, 4, 1))
    secretary = staffed(consortium, "secretary")
    due = docket(consortium=consortium, user=secretary, on=TODAY, until=date(2026, 5, 1))
    (item,) = [each for each in due if each.code == "seat_ends"]
    assert (item.due_on, item.values["member"]) == (date(2026, 4, 1), "a")


def test_the_secretary_gives_and_ends_at_the_desk(consortium: Consortium, member: Member) -> None:
    desk = Client()
    desk.force_login(staffed(consortium, "secretary"))
    give = reverse("admin:consortium_member_seat", args=[member.pk])
    assert "Board" in desk.get(give).content.decode()
    body = {"body": "board", "rank": "vice_chair", "person": "Ms Li", "starts_on": "2024-06-01"}
    assert desk.post(give, body).status_code == 302
    seat = Seat.objects.get()
    page = desk.get(reverse("admin:consortium_member_change", args=[member.pk])).content.decode()
    assert "Ms Li" in page
    listed = desk.get(reverse("admin:consortium_seat_changelist")).content.decode()
    assert "Board" in listed
    end = reverse("admin:consortium_seat_end", args=[seat.pk])
    assert desk.post(end, {"ends_on": "2027-06-01"}).status_code == 302
    seat.refresh_from_db()
    assert seat.ends_on == date(2027, 6, 1)


def test_over_rest(consortium: Consortium, member: Member, api: Any) -> None:
    secretary = api(staffed(consortium, "secretary"))
    said = {"member": str(member.uid), "body": "board", "rank": "chair", "starts_on": "2024-06-01"}
    made = secretary.post("/api/v1/seats/", said)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["body"], told["body_name"], told["rank"]) == ("board", "Board", "chair")
    again = secretary.post("/api/v1/seats/", said)
    assert (again.status_code, again.json()["code"]) == (409, "seat_overlaps")
    address = f"/api/v1/seats/{told['uid']}/"
    reader = api(staffed(consortium, "reader"))
    assert reader.get(address).json() == told
    assert reader.post(f"{address}end/", {"ends_on": "2027-06-01"}).status_code == 403
    assert secretary.post(f"{address}end/", {"ends_on": "2027-06-01"}).status_code == 200
    on = "/api/v1/seats/?consortium=seated&on="
    assert [len(reader.get(f"{on}{day}").json()["results"]) for day in ("2026-01-01",
            "2027-06-01")] == [1, 0]  # fmt: skip
    stranger = api(person("stranger"))
    assert stranger.get(address).status_code == 404
    assert stranger.get("/api/v1/seats/").json()["results"] == []
