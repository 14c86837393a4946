"""Moving in over REST: the template, a check, a proposal, the second person, the balance."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from consortium.models import AuditEvent, Consortium, User
from funding.models import CutOver, Transfer
from funding.rules.cutover import SHEETS, read
from tests.cast import Cast, person
from tests.factories.ledgers import staffed
from tests.factories.moving import MONDAY, empty, move_some, workbook

BASE = "/api/v1/cut-overs/"


@pytest.fixture
def consortium(db: None) -> Iterator[Consortium]:
    with time_machine.travel(f"{MONDAY.isoformat()} 08:00:00+00:00", tick=True):
        yield empty()


@pytest.fixture
def secretary(consortium: Consortium) -> User:
    return staffed(consortium, "secretary")


@pytest.fixture
def finance(consortium: Consortium) -> User:
    return staffed(consortium, "finance")


def post(client: Any, path: str = "", day: date = MONDAY, **changes: Any) -> Any:
    file = SimpleUploadedFile("books.xlsx", workbook(**changes))
    body = {"consortium": "moving", "day": day.isoformat(), "file": file}
    return client.post(f"{BASE}{path}", body, format="multipart")


def test_two_people_move_a_consortium_in(secretary: User, finance: User, api: Any) -> None:
    checked = post(api(finance), "check/")
    assert checked.status_code == 200, checked.content
    assert checked.json()["counts"]["open_items"] == 2
    assert not CutOver.objects.exists()
    proposed = post(api(finance))
    assert proposed.status_code == 201, proposed.content
    row = CutOver.objects.get()
    address = f"{BASE}{row.uid}/"
    alone = api(finance).post(f"{address}confirm/")
    assert (alone.status_code, alone.json()["code"]) == (422, "same_person_confirms")
    done = api(secretary).post(f"{address}confirm/")
    assert done.status_code == 200, done.content
    told = done.json()
    assert (told["on"], told["done_on"], told["name"]) == ("2026-07-06", "2026-07-06", "books.xlsx")
    assert told["done_by"]["uid"] == str(secretary.uid)
    again = post(api(finance))
    assert (again.status_code, again.json()["code"]) == (409, "already_cut_over")
    books = api(finance).get(f"/api/v1/ledger/trial-balance/?consortium=moving&on={MONDAY}").json()
    found = {
        (each["unit"], line["kind"]): line["balance"]
        for each in books["units"]
        for line in each["lines"]
    }
    assert found["USD", "opening"] == "-50450.50"
    assert found["USD", "receivable"] == "51250.50"
    read_back = api(secretary).get(f"{address}file/", headers={"Accept": "*/*"})
    assert b"".join(read_back.streaming_content)[:2] == b"PK"
    assert AuditEvent.objects.filter(action="confirm_cutover").get().by == secretary


def test_every_fault_is_told_with_its_cell(finance: User, api: Any) -> None:
    for path in ("check/", ""):
        refused = post(api(finance), path, members=[], totals=[])
        assert refused.status_code == 422
        found = {(each["path"], each["code"]) for each in refused.json()["errors"]}
        cells = ("appointments!D3", "seats!A3", "open_items!A3", "open_items!A4", "credits!A3",
                 "credits!A4")  # fmt: skip
        assert found == {(cell, "cutover_cell") for cell in cells}
        assert "list it on the sheet members" in refused.json()["errors"][-1]["detail"]
    assert not CutOver.objects.exists()
    assert not Transfer.objects.exists()


def test_a_day_ahead_is_checked_only(finance: User, api: Any) -> None:
    ahead = date(2026, 7, 13)
    assert post(api(finance), "check/", ahead).status_code == 200
    refused = post(api(finance), "", ahead)
    assert (refused.status_code, refused.json()["code"]) == (422, "cutover_ahead")


def test_the_template_is_a_workbook(finance: User, api: Any) -> None:
    sent = api(finance).get(f"{BASE}template/?consortium=moving", headers={"Accept": "*/*"})
    content = b"".join(sent.streaming_content)
    assert read(content).counts == {each.code: 0 for each in SHEETS}


def test_others_move_nobody_in(consortium: Consortium, finance: User, api: Any) -> None:
    reader, stranger = api(staffed(consortium, "reader")), api(person("stranger"))
    template = f"{BASE}template/?consortium=moving"
    for client, status in ((reader, 403), (stranger, 400)):
        assert post(client).status_code == status
        assert post(client, "check/").status_code == status
        assert client.get(template, headers={"Accept": "*/*"}).status_code == status
    post(api(finance))
    address = f"{BASE}{CutOver.objects.get().uid}/"
    for client in (reader, stranger):
        assert client.get(BASE).json()["results"] == []
        for answer in (client.get(address), client.get(f"{address}file/"),
                       client.post(f"{address}confirm/")):  # fmt: skip
            assert answer.status_code == 404


def test_only_ones_own_consortium_is_listed(cast: Cast, api: Any) -> None:
    move_some(cast)
    for who, seen in (("secretary", {"alliance"}), ("auditor", {"alliance"}), ("payer", set()),
                      ("other_secretary", {"elsewhere"}),
                      ("root", {"alliance", "elsewhere"})):  # fmt: skip
        rows = api(cast.people[who]).get(BASE).json()["results"]
        assert {row["consortium"] for row in rows} == seen, who
