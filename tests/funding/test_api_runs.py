"""Preview, assessing, and runs that a second person confirms, over REST."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine

from consortium.reports.verify import verify
from funding.api import runs as module
from funding.models import Assessment, Charge, CreditNote, DuesRun, FigureView, Transfer
from tests.cast import NOW, Cast
from tests.factories.contributions import Season, season

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Iterator[Season]:
    with time_machine.travel(NOW, tick=True):
        yield season()


def declare(api: Any, made: Season, who: str, **more: Any) -> None:
    answer = api(made.people[who]).post("/api/v1/declarations/", made.declaring(who, **more))
    assert answer.status_code == 201, answer.content


OWN = {"grants": {"amount": "0", "currency": "USD"}}
"""A figure that needs no exchange rate."""


def ready(api: Any, made: Season) -> None:
    """Two can be assessed, the third declared in a currency whose rate is not recorded."""
    declare(api, made, "north", figures=OWN)
    declare(api, made, "south", figures=OWN | {"staff": "100000"})
    lines = {"external": "5000", "excluded": "0"}
    declare(api, made, "east", figures={"sales": {"lines": lines, "currency": "CNY"}})


def at(made: Season, verb: str) -> str:
    return f"/api/v1/rounds/{made.round.uid}/{verb}/"


def test_a_preview_shows_every_member_and_writes_nothing(made: Season, api: Any) -> None:
    ready(api, made)
    body = api(made.people["clerk"]).get(at(made, "preview")).json()
    assert body["summary"] == {
        "members": 2,
        "refused": 1,
        "missing": 0,
        "total": "142950.00",
        "owed": "142950.00",
        "last": "0.00",
        "unit": "USD",
    }
    north, south, east = body["results"]
    assert north["member"] == {"uid": str(made.member("north").uid), "name": "north"}
    amounts = ("amount", "owed", "before", "last", "difference")
    assert [north[name] for name in amounts] == ["52950.00", "52950.00", None, None, None]
    assert north["inputs"]["grants"] == "0"
    assert [each["code"] for each in north["reasons"]] == ["first_time"]
    assert [each["code"] for each in south["reasons"]] == ["at_cap", "first_time"]
    assert (south["category"], south["grade"], south["unit"]) == ("member", "declared", "USD")
    assert (east["amount"], east["errors"][0]["code"]) == (None, "rate_missing")
    assert east["errors"][0]["path"] == "figures.sales"
    assert east["inputs"]["sales"] == {"amount": "5000", "currency": "CNY"}
    assert (body["run"], body["unchanged"], body["next"], body["missing"]) == (None, None, None, [])
    assert not Assessment.objects.exists()


def test_a_preview_comes_in_pages(made: Season, api: Any) -> None:
    ready(api, made)
    client = api(made.people["clerk"])
    address, seen = at(made, "preview") + "?page_size=1", []
    while address:
        body = client.get(address).json()
        seen += [each["member"]["name"] for each in body["results"]]
        assert body["summary"]["members"] == 2
        address = body["next"]
    assert seen == ["north", "south", "east"]
    gone = client.get(at(made, "preview") + f"?cursor={made.round.uid}")
    assert (gone.status_code, gone.json()["errors"][0]["path"]) == (400, "cursor")
    for query in ("page_size=0", "page_size=1001", "cursor=x", "after=x"):
        assert client.get(f"{at(made, 'preview')}?{query}").status_code == 400


def test_members_without_figures_are_named(made: Season, api: Any) -> None:
    declare(api, made, "north")
    body = api(made.people["clerk"]).get(at(made, "preview") + "?page_size=1").json()
    assert body["summary"]["missing"] == 2
    assert [each["name"] for each in body["missing"]] == ["south"]


def test_a_preview_as_a_file(made: Season, api: Any) -> None:
    ready(api, made)
    made.member("south").organization.__class__.objects.filter(name_en="south").update(
        name_en="=south"
    )
    response = api(made.people["clerk"]).get(at(made, "preview/csv"), headers={"Accept": "*/*"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    text = b"".join(response).decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text, newline=""))
    assert (head[:2], head[-2:]) == (["Member", "Category"], ["To charge (USD)", "Remarks"])
    cells = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert set(cells) == {"north", "'=south", "east"}
    assert cells["north"]["relevant sales"] == "49999999.50"
    assert (cells["north"]["size"], cells["north"]["listed"]) == ("Large", "yes")
    assert cells["'=south"]["To charge (USD)"] == "90000.00"
    assert cells["'=south"]["Remarks"] == "at the cap; for the first time"
    assert cells["east"]["relevant sales"] == "5,000.00 CNY"
    assert "is not recorded" in cells["east"]["Remarks"]


@pytest.mark.parametrize("verb", ["preview", "preview/csv"])
def test_a_preview_is_for_finance_readers(made: Season, api: Any, verb: str) -> None:
    ready(api, made)
    for who, status in (
        ("clerk", 200), ("auditor", 200), ("secretary", 403), ("north", 403), ("reader", 403),
    ):  # fmt: skip
        answer = api(made.people[who]).get(at(made, verb), headers={"Accept": "*/*"})
        assert answer.status_code == status, who
        body = b"".join(answer) if answer.streaming else answer.content
        assert (b"north" in body) == (status == 200), who


def test_two_people_issue_the_charges(made: Season, api: Any) -> None:
    ready(api, made)
    clerk, second = api(made.people["clerk"]), api(made.people["second"])
    proposed = clerk.post(at(made, "propose"))
    assert proposed.status_code == 201, proposed.content
    run = proposed.json()
    assert (run["state"], run["members"], run["assessed"]) == ("proposed", 2, 0)
    assert (run["proposed_by"]["name"], run["confirmed_by"]) == ("season-clerk", None)
    assert "finance" in run["confirmers"]
    preview = clerk.get(at(made, "preview")).json()
    assert (preview["run"], preview["unchanged"]) == (run["uid"], True)
    confirm = f"/api/v1/runs/{run['uid']}/confirm/"
    alone = clerk.post(confirm)
    assert (alone.status_code, alone.json()["code"]) == (422, "same_person_confirms")
    assert not Assessment.objects.exists()
    done = second.post(confirm)
    assert done.status_code == 200, done.content
    assert (done.json()["state"], done.json()["assessed"]) == ("done", 2)
    assert sorted(Charge.objects.values_list("amount", flat=True)) == sorted(
        each.amount for each in Assessment.objects.all()
    )
    again = second.post(confirm)
    assert (again.status_code, again.json()["code"]) == (409, "already_confirmed")
    assert list(verify(consortium=made.consortium)) == []
    listed = second.get("/api/v1/runs/?open=false").json()["results"]
    assert [each["uid"] for each in listed] == [run["uid"]]
    assert second.get("/api/v1/runs/?open=true").json()["results"] == []


def test_what_changed_since_is_not_confirmed(made: Season, api: Any) -> None:
    ready(api, made)
    run = api(made.people["clerk"]).post(at(made, "propose")).json()
    declare(api, made, "north", figures=OWN | {"staff": "1"}, correction=True)
    preview = api(made.people["second"]).get(at(made, "preview")).json()
    assert preview["unchanged"] is False
    answer = api(made.people["second"]).post(f"/api/v1/runs/{run['uid']}/confirm/")
    assert (answer.status_code, answer.json()["code"]) == (409, "preview_changed")


def test_a_large_run_is_left_to_the_bell(
    made: Season, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    ready(api, made)
    run = api(made.people["clerk"]).post(at(made, "propose")).json()
    client = api(made.people["second"])
    answer = client.post(f"/api/v1/runs/{run['uid']}/confirm/").json()
    assert (answer["state"], answer["assessed"]) == ("confirmed", 0)
    assert client.get("/api/v1/runs/?open=true").json()["results"][0]["state"] == "confirmed"


def test_a_run_holds_no_figures_and_is_for_staff_who_confirm(made: Season, api: Any) -> None:
    ready(api, made)
    run = api(made.people["clerk"]).post(at(made, "propose")).json()
    address = f"/api/v1/runs/{run['uid']}/"
    for who, status in (
        ("auditor", 200), ("secretary", 200), ("second", 200), ("north", 404), ("reader", 404),
    ):  # fmt: skip
        assert api(made.people[who]).get(address).status_code == status, who
        answer = api(made.people[who]).post(address + "confirm/")
        if status == 404:
            assert answer.status_code == 404
    assert DuesRun.objects.get().digest not in str(run)


@pytest.mark.parametrize(
    ("levy", "verb", "code"),
    [
        ("contribution", "assess", "not_confirmed"),
        ("fee", "propose", "needs_no_confirmation"),
        ("contribution", "propose", "nothing_to_confirm"),
    ],
)
def test_the_wrong_way_is_refused(made: Season, api: Any, levy: str, verb: str, code: str) -> None:
    round = made.consortium.rounds.get(levy=levy)
    answer = api(made.people["clerk"]).post(f"/api/v1/rounds/{round.uid}/{verb}/")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("verb", ["assess", "propose"])
@pytest.mark.parametrize("who", ["north", "secretary", "auditor", "reader"])
def test_only_finance_assesses(made: Season, api: Any, verb: str, who: str) -> None:
    answer = api(made.people[who]).post(at(made, verb))
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


def test_an_automatic_levy_is_assessed_now(made: Season, api: Any) -> None:
    round = made.consortium.rounds.get(levy="fee")
    client = api(made.people["clerk"], **{"Idempotency-Key": "one"})
    first = client.post(f"/api/v1/rounds/{round.uid}/assess/")
    assert (first.status_code, first.json()) == (200, {"assessed": 3, "refused": []})
    again = client.post(f"/api/v1/rounds/{round.uid}/assess/")
    assert again.json() == first.json()
    later = api(made.people["clerk"]).post(f"/api/v1/rounds/{round.uid}/assess/")
    assert later.json() == {"assessed": 0, "refused": []}
    assert Charge.objects.count() == 3


def test_a_confirmation_sent_twice_issues_once(made: Season, api: Any) -> None:
    ready(api, made)
    run = api(made.people["clerk"]).post(at(made, "propose")).json()
    client = api(made.people["second"], **{"Idempotency-Key": "one"})
    confirm = f"/api/v1/runs/{run['uid']}/confirm/"
    first, again = client.post(confirm), client.post(confirm)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (Charge.objects.count(), Transfer.objects.count()) == (2, 2)


def test_refused_members_are_named_with_the_reason(api: Any) -> None:
    with time_machine.travel(NOW, tick=True):
        made = season(issue="automatic")
        ready(api, made)
        body = api(made.people["clerk"]).post(at(made, "assess")).json()
    assert body["assessed"] == 2
    (refused,) = body["refused"]
    assert refused["member"]["name"] == "east"
    assert refused["errors"][0]["code"] == "rate_missing"
    view = FigureView.objects.get(screen="round")
    assert (view.member, view.subject) == (made.member("east"), made.round.uid)


def test_nobody_assesses_too_early(api: Any) -> None:
    with time_machine.travel("2026-02-14 04:00:00+00:00"):
        made = season()
        ready(api, made)
        answer = api(made.people["clerk"]).post(at(made, "propose"))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_early")


def test_a_true_up_shows_what_was_assessed_before_and_credits_the_rest(
    cast: Cast, api: Any
) -> None:
    body = {
        "member": str(cast.members["payer"].uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": "103456789"},
        "correction": True,
    }
    assert api(cast.people["payer"]).post("/api/v1/declarations/", body).status_code == 201
    finance = api(cast.people["finance"])
    round = cast.consortium.rounds.get(levy="dues")
    (line,) = finance.get(f"/api/v1/rounds/{round.uid}/preview/").json()["results"]
    assert (line["amount"], line["before"], line["owed"]) == (
        "1034567.89", "1234567.89", "-200000.00")  # fmt: skip
    assert [each["code"] for each in line["reasons"]] == ["true_up"]
    assert finance.post(f"/api/v1/rounds/{round.uid}/assess/").json()["assessed"] == 1
    note = api(cast.people["payer"]).get("/api/v1/credit-notes/").json()["results"]
    assert [(each["amount"], each["reason"], each["levy"]) for each in note] == [
        ("200000.00", "true_up", "dues")
    ]
    assert note[0]["assessment"] == str(CreditNote.objects.get().assessment.uid)
    assert api(cast.people["rival"]).get("/api/v1/credit-notes/").json()["results"] == []
