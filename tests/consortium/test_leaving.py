"""Ending a membership at the desk and over REST: what it leads to is seen first."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import MembershipTerm
from consortium.operations.members import change_category, end_membership
from consortium.rules.choices import Left
from tests.cast import TODAY, Cast, canaries

END = "2026-07-01"


def page(cast: Cast, name: str = "payer") -> str:
    return reverse("admin:consortium_member_end", args=[cast.members[name].pk])


def term(cast: Cast, name: str = "payer") -> MembershipTerm:
    return cast.members[name].terms.get()


def seen(response: Any) -> str:
    """Return what the form says was looked at."""
    return str(response.context["form"].data["seen"])


def test_the_desk_shows_what_an_end_leads_to_before_it_is_done(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["secretary"])
    form = {"left": "agreement", "told_on": "", "ends_on": END}
    first = client.post(page(cast), form)
    text = first.content.decode()
    assert "Payer Ltd is no member any more from July 1, 2026." in text
    assert "Open charges: 2. Finance staff see how much." in text
    assert "Nothing is done yet." in text
    assert not any(each in text for each in canaries("payer"))
    assert term(cast).ends_on is None
    changed = client.post(page(cast), {**form, "ends_on": "2026-08-01", "seen": seen(first)})
    assert "from August 1, 2026" in changed.content.decode()
    assert term(cast).ends_on is None
    client.post(page(cast), {**form, "ends_on": "2026-08-01", "seen": seen(changed)})
    found = term(cast)
    assert (found.ends_on, found.left, found.breach) == (date(2026, 8, 1), "agreement", False)


def test_without_a_day_it_ends_when_the_notice_has_run_out(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["secretary"])
    form = {"left": "notice", "told_on": "2026-02-01", "ends_on": ""}
    first = client.post(page(cast), form)
    assert "notice given on February 1, 2026 has run out on" in first.content.decode()
    client.post(page(cast), {**form, "seen": seen(first)})
    found = term(cast)
    assert (found.left, found.told_on, found.ends_on) == (
        "notice", date(2026, 2, 1), date(2026, 2, 1),
    )  # fmt: skip


def test_a_change_of_category_takes_the_notice_along(cast: Cast) -> None:
    payer = cast.members["payer"]
    given = {"left": Left.NOTICE, "told_on": TODAY, "by": None, "on": TODAY}
    end_membership(member=payer, ends_on=date(2026, 7, 1), **given)
    change_category(member=payer, category="associate", from_on=date(2026, 4, 1), by=None, on=TODAY)
    assert list(payer.terms.order_by("starts_on").values_list("ends_on", "left", "told_on")) == [
        (date(2026, 4, 1), "", None),
        (date(2026, 7, 1), "notice", TODAY),
    ]


def test_over_rest_a_member_sees_what_leaving_leads_to(cast: Cast, api: Any) -> None:
    path = f"/api/v1/members/{cast.members['payer'].uid}/ending/"
    found = api(cast.people["payer"]).get(path, {"ends_on": END, "told_on": "2026-03-01"}).json()
    assert {name: found[name] for name in ("told_on", "pays_through", "leaves_on", "ends_on")} == {
        "told_on": "2026-03-01",
        "pays_through": "2026-02-28",
        "leaves_on": "2026-03-01",
        "ends_on": END,
    }
    assert [each["code"] for each in found["lines"]] == [
        "leaving_open", "leaving_open", "leaving_charged_in_full", "leaving_charged_in_full",
    ]  # fmt: skip
    assert "1,234,567.89 USD" in found["lines"][0]["text"] + found["lines"][1]["text"]
    assert term(cast).ends_on is None
    without = api(cast.people["payer"]).get(path)
    assert without.json()["ends_on"] == TODAY.isoformat()
    assert api(cast.people["payer"]).get(path, {"ends_on": "soon"}).status_code == 400


@pytest.mark.parametrize(
    ("who", "status", "figures"),
    [
        ("finance", 200, True), ("auditor", 200, True), ("accountant", 200, True),
        ("secretary", 200, False), ("rival", 404, False), ("technician", 404, False),
        ("reader", 404, False), ("supervisor", 404, False), ("outsider", 404, False),
        ("other_secretary", 404, False), ("nobody", 404, False),
    ],
)  # fmt: skip
def test_who_is_told_what_leaving_leads_to(
    cast: Cast, api: Any, who: str, status: int, figures: bool
) -> None:
    path = f"/api/v1/members/{cast.members['payer'].uid}/ending/"
    answer = api(cast.people[who]).get(path)
    assert answer.status_code == status
    text = answer.content.decode()
    assert any(each in text for each in canaries("payer")) is figures


def test_over_rest_an_end_says_how(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    path = f"/api/v1/members/{cast.members['payer'].uid}/end/"
    future = client.post(path, {"ends_on": END, "left": "notice", "told_on": "2026-03-03"})
    assert (future.status_code, future.json()["code"]) == (422, "told_in_the_future")
    assert client.post(path, {"ends_on": END, "left": "tired"}).status_code == 400
    ended = client.post(path, {"ends_on": END, "left": "expelled"}).json()["terms"]
    assert {name: ended[0][name] for name in ("ends_on", "left", "told_on", "breach")} == {
        "ends_on": END, "left": "expelled", "told_on": None, "breach": True,
    }  # fmt: skip
