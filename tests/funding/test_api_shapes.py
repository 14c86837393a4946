"""What the dues year answers is what OpenAPI says it is, and costs the same however long."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
import time_machine
from schemathesis.core.transport import Response

from tests.cast import NOW, Cast
from tests.factories.contributions import Season, season
from tests.factories.corrections import correct_some
from tests.factories.openapi import DOCUMENT

pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_dict(deepcopy(DOCUMENT))


@pytest.fixture
def made() -> Iterator[Season]:
    with time_machine.travel(NOW, tick=True):
        yield season()


def conforms(response: Any, path: str) -> Any:
    """Assert that an answer is what the document says of its address, and return it."""
    request = response.wsgi_request
    sent = requests.Request(request.method, request.build_absolute_uri()).prepare()
    headers = {name: [value] for name, value in response.headers.items()}
    answer = Response(response.status_code, headers, response.content, sent, 0.0, False)
    assert response.status_code < 300, response.content
    SCHEMA[f"/api/v1/{path}"][request.method].validate_response(answer)
    return response.json()


def test_a_season_conforms(made: Season, api: Any) -> None:
    north, clerk, second = (api(made.people[name]) for name in ("north", "clerk", "second"))
    grants = {"grants": {"amount": "0", "currency": "USD"}}
    body = made.declaring("north", figures=grants)
    conforms(north.post("/api/v1/declarations/", body), "declarations/")
    api(made.people["south"]).post("/api/v1/declarations/", made.declaring("south"))
    for client in (north, clerk):
        conforms(client.get("/api/v1/rounds/"), "rounds/")
        conforms(client.get(f"/api/v1/rounds/{made.round.uid}/"), "rounds/{uid}/")
        (row, *_) = conforms(client.get("/api/v1/declarations/"), "declarations/")["results"]
        conforms(client.get(f"/api/v1/declarations/{row['uid']}/"), "declarations/{uid}/")
    at = f"/api/v1/rounds/{made.round.uid}"
    found = conforms(clerk.get(f"{at}/preview/?page_size=1"), "rounds/{uid}/preview/")
    conforms(clerk.get(found["next"]), "rounds/{uid}/preview/")
    run = conforms(clerk.post(f"{at}/propose/"), "rounds/{uid}/propose/")
    conforms(clerk.get("/api/v1/runs/"), "runs/")
    conforms(second.post(f"/api/v1/runs/{run['uid']}/confirm/"), "runs/{uid}/confirm/")
    conforms(clerk.get(f"/api/v1/runs/{run['uid']}/"), "runs/{uid}/")
    fee = made.consortium.rounds.get(levy="fee")
    conforms(clerk.post(f"/api/v1/rounds/{fee.uid}/assess/"), "rounds/{uid}/assess/")
    for client in (north, clerk, api(made.people["auditor"])):
        rows = conforms(client.get("/api/v1/assessments/"), "assessments/")["results"]
        conforms(client.get(f"/api/v1/assessments/{rows[0]['uid']}/"), "assessments/{uid}/")
        conforms(client.get("/api/v1/figure-views/"), "figure-views/")


def test_corrections_conform(cast: Cast, api: Any) -> None:
    correct_some(cast)
    client = api(cast.people["payer"])
    for path in ("credit-notes", "exchange-rates", "figure-views", "charges", "transfers"):
        rows = conforms(client.get(f"/api/v1/{path}/"), f"{path}/")["results"]
        row = client.get(f"/api/v1/{path}/{rows[0]['uid']}/")
        assert conforms(row, f"{path}/{{uid}}/") == rows[0]
    finance = api(cast.people["finance"])
    rate = {"consortium": "alliance", "rate": "ecb", "unit": "CNY", "into": "USD",
            "on": "2026-01-01", "value": "0.14"}  # fmt: skip
    conforms(finance.post("/api/v1/exchange-rates/", rate), "exchange-rates/")
    round = cast.consortium.rounds.get(levy="dues")
    conforms(finance.post(f"/api/v1/rounds/{round.uid}/assess/"), "rounds/{uid}/assess/")


@pytest.mark.parametrize("path", ["runs", "credit-notes", "exchange-rates", "figure-views"])
def test_lists_cost_the_same_for_one_row_and_for_more(
    cast: Cast, api: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    correct_some(cast)
    counts = {}
    for size in (1, 2):
        address, client = f"/api/v1/{path}/?page_size={size}", api(cast.people["root"])
        with django_assert_max_num_queries(20) as asked:
            rows = client.get(address).json()["results"]
        assert len(rows) == size
        counts[size] = len(asked)
    assert counts[1] == counts[2]


def test_rounds_cost_the_same_for_one_and_for_three(
    cast: Cast, api: Any, django_assert_max_num_queries: Any
) -> None:
    """With what one's members have answered to each."""
    counts = {}
    client = api(cast.people["payer"])
    for size in (1, 3):
        with django_assert_max_num_queries(20) as asked:
            rows = client.get(f"/api/v1/rounds/?page_size={size}").json()
        counts[len(rows["results"])] = len(asked)
    assert set(counts) == {1, 2}
    assert len(set(counts.values())) == 1


def test_a_preview_costs_the_same_for_one_member_and_for_three(
    made: Season, api: Any, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for names in (["north"], ["south", "east"]):
        for name in names:
            api(made.people[name]).post("/api/v1/declarations/", made.declaring(name))
        with django_assert_max_num_queries(60) as asked:
            client = api(made.people["clerk"])
            found = client.get(f"/api/v1/rounds/{made.round.uid}/preview/").json()
        counts.append((len(found["results"]), len(asked)))
    assert [members for members, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
