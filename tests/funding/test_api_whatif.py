"""What-if over REST: who may ask, what is answered and kept, and what is refused."""

import csv
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest

from consortium.models import Charter, Consortium
from consortium.operations.charters import draft_charter
from consortium.rules.toml import write_toml
from consortium.states import Role
from funding.models import FigureView
from tests.cast import DUES, SALES, TODAY, Cast, appointed, canaries
from tests.factories.ledgers import join

DOUBLED = {**DUES, "rule": [{"add": {"rate": "0.02", "of": "semiconductor_sales"}}]}
DOCUMENT = {"code": "tried", "title": {"en": "Tried"}, "dues": {"levies": [DOUBLED]}}
TRY = "/api/v1/what-if/"
HIDDEN = [text for name in SALES for text in (*canaries(name), f"{SALES[name] / 50:.2f}")]


def asked(**more: Any) -> dict[str, Any]:
    return {"consortium": "alliance", "document": DOCUMENT, **more}


@pytest.fixture
def charter(cast: Cast) -> Charter:
    return Charter.objects.get(consortium=cast.consortium)


def dues(answer: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in answer["levies"] if each["levy"] == "dues")


@pytest.mark.parametrize("who", ["finance", "auditor", "accountant", "root"])
def test_a_document_is_tried_on_every_member(cast: Cast, api: Any, who: str) -> None:
    response = api(cast.people[who]).post(TRY, asked())
    assert response.status_code == 200
    answer = response.json()
    assert (answer["charter"], answer["on"], answer["on_joining"]) == ("tried", "2026-03-02", [])
    found = dues(answer)
    assert found["then"] == {
        "charter": "Tried", "period_starts_on": "2027-01-01", "period_ends_on": "2028-01-01",
    }  # fmt: skip
    assert found["totals"] == {
        "members": 4,
        "now": "7037035.92",
        "then": "14074071.84",
        "refused": 1,
        "unknown": 0,
        "less": 0,
        "more": 3,
        "same": 0,
        "at_floor": 0,
        "at_cap": 0,
        "difference": "7037035.92",
        "saved": "0.00",
        "added": "7037035.92",
    }
    newcomer, rival, *_others = found["lines"]
    assert newcomer["error"] == {
        "side": "then",
        "code": "missing_input",
        "detail": "The figure “Semiconductor sales” is missing.",
    }
    assert (rival["now"], rival["then"], rival["difference"]) == (
        "3456789.12", "6913578.24", "3456789.12",
    )  # fmt: skip
    assert rival["figures_from"] == [
        {"levy": "dues", "period_starts_on": "2026-01-01", "grade": "declared"}
    ]
    (together,) = answer["together"]
    assert (together["levy"], together["totals"]["now"]) == (None, "7052035.92")


def test_toml_and_periods_are_taken(cast: Cast, api: Any) -> None:
    body = {"consortium": "alliance", "toml": write_toml(DOCUMENT),
            "periods": {"dues": "2026-01-01"}}  # fmt: skip
    found = dues(api(cast.people["finance"]).post(TRY, body).json())
    assert found["now"]["period_starts_on"] == "2026-01-01"
    assert [line["assessed"] for line in found["lines"]] == [False, True, True, True]


def test_a_stored_charter_is_tried_by_its_address(cast: Cast, api: Any, charter: Charter) -> None:
    client = api(cast.people["finance"])
    found = dues(client.get(f"/api/v1/charters/{charter.uid}/what-if/").json())
    assert found["totals"]["same"] == 3
    one = client.get(f"/api/v1/charters/{charter.uid}/what-if/?levy=dues&period=2026-01-01")
    assert dues(one.json())["lines"][1]["assessed"] is True


def test_a_phase_of_a_case_is_tried_on_ones_own_members(cast: Cast, api: Any) -> None:
    Consortium.objects.filter(pk=cast.other.pk).update(is_reference=True)
    phase = Charter.objects.get(consortium=cast.other)
    client = api(cast.people["finance"])
    path = f"/api/v1/charters/{phase.uid}/what-if/"
    assert client.get(path).status_code == 403
    assert dues(client.get(f"{path}?consortium=alliance").json())["totals"]["members"] == 4


@pytest.mark.parametrize(
    "who",
    ["payer", "rival", "technician", "secretary", "reader", "supervisor", "nobody",
     "outsider", "other_secretary"],
)  # fmt: skip
def test_others_are_refused_and_see_no_figure(
    cast: Cast, api: Any, charter: Charter, who: str
) -> None:
    client = api(cast.people[who])
    sees = Consortium.objects.visible_to(cast.people[who], TODAY).filter(slug="alliance").exists()
    reads = Charter.objects.visible_to(cast.people[who], TODAY).filter(pk=charter.pk).exists()
    for path in (TRY, f"{TRY}csv/"):
        response = client.post(path, asked())
        assert response.status_code == (403 if sees else 400), path
        assert not [each for each in HIDDEN if each in response.content.decode()]
    for path in ("what-if/", "what-if/csv/"):
        response = client.get(f"/api/v1/charters/{charter.uid}/{path}")
        assert response.status_code == (403 if reads else 404), path
    assert not FigureView.objects.exists()


def test_an_invisible_charter_is_as_an_absent_one(cast: Cast, api: Any) -> None:
    foreign = draft_charter(
        consortium=cast.other, code="hidden", name_en="Hidden", starts_on=TODAY,
        sections={"dues": {"levies": [DOUBLED]}}, by=None, on=TODAY,
    )  # fmt: skip
    client = api(cast.people["finance"])
    invisible = client.get(f"/api/v1/charters/{foreign.uid}/what-if/")
    absent = client.get(f"/api/v1/charters/{uuid4()}/what-if/")
    assert (invisible.status_code, invisible.content) == (404, absent.content)
    one = client.post(TRY, asked(consortium="elsewhere"))
    two = client.post(TRY, asked(consortium="absent"))
    assert (one.status_code, one.content) == (400, two.content)


def test_finance_elsewhere_sees_its_own_members_only(cast: Cast, api: Any) -> None:
    client = api(appointed("other_finance", cast.other, Role.FINANCE))
    text = client.post(TRY, asked(consortium="elsewhere")).content.decode()
    assert "4567891.23" in text
    mine = set(canaries("outsider"))
    assert not [x for name in SALES for x in canaries(name) if x not in mine and x in text]


def test_each_look_is_recorded(cast: Cast, api: Any, charter: Charter) -> None:
    client = api(cast.people["auditor"])
    client.post(TRY, asked())
    b"".join(client.post(f"{TRY}csv/", asked()).streaming_content)
    client.get(f"/api/v1/charters/{charter.uid}/what-if/")
    found = FigureView.objects.order_by("pk").values_list("user__username", "count", "subject")
    assert list(found) == [("auditor", 4, None), ("auditor", 4, None), ("auditor", 4, charter.uid)]


def test_the_csv_holds_every_member_and_no_formula(cast: Cast, api: Any) -> None:
    join(cast.consortium, "=1+1")
    response = api(cast.people["finance"]).post(f"{TRY}csv/", asked())
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = list(csv.reader(StringIO(text)))
    assert head[4] == "as things stand"
    assert {row[2] for row in rows if row[0] == "Annual dues"} >= {"'=1+1", "Payer Ltd"}
    assert len(rows) == 10


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        (asked(toml="x = 1"), 400, "invalid"),
        ({"consortium": "alliance", "toml": "x ="}, 422, "invalid_document"),
        (asked(document={"code": "x", "title": {"en": "X"}}), 422, "no_such_section"),
        (asked(periods={"dues": "2027-02-01"}), 422, "no_such_period"),
        (asked(periods={"other": "2027-01-01"}), 422, "unknown_levy"),
        (asked(periods={"dues": "soon"}), 400, "invalid"),
        (asked(periods="2027-01-01"), 400, "invalid"),
    ],
)
def test_bad_requests(cast: Cast, api: Any, body: dict[str, Any], status: int, code: str) -> None:
    response = api(cast.people["finance"]).post(TRY, body)
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("query", ["?levy=dues", "?period=2027-01-01", "?periods=x", "?levy=D!"])
def test_bad_queries(cast: Cast, api: Any, charter: Charter, query: str) -> None:
    path = f"/api/v1/charters/{charter.uid}/what-if/{query}"
    assert api(cast.people["finance"]).get(path).status_code == 400


def test_as_many_queries_for_many_members_as_for_few(
    cast: Cast, api: Any, django_assert_max_num_queries: Any
) -> None:
    client = api(cast.people["finance"])
    client.post(TRY, asked())
    with django_assert_max_num_queries(30) as few:
        client.post(TRY, asked())
    for number in range(6):
        join(cast.consortium, f"more-{number}")
    with django_assert_max_num_queries(30) as many:
        client.post(TRY, asked())
    assert len(few) == len(many)
