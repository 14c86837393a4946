"""Filters, ordering and search as oracles: what is not allow-listed is refused."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast


@pytest.mark.parametrize(
    "query",
    [
        "declarations/?figures__value__gte=1",
        "declarations/?member__organization__name_en=x",
        "assessments/?amount__gte=1",
        "assessments/?amount=1",
        "assessments/?ordering=amount",
        "charges/?amount__gt=1",
        "charges/?ordering=-amount",
        "charges/?ordering=member__assessments__amount",
        "accounts/?ordering=balance",
        "accounts/?balance=1",
        "transfers/?amount=1",
        "credit-notes/?amount__gte=1",
        "credit-notes/?ordering=amount",
        "concessions/?amount=1",
        "concessions/?amount__gte=1",
        "concessions/?ordering=amount",
        "payment-plans/?instalments__amount__gte=1",
        "payment-plans/?ordering=unit",
        "payments/?amount=1",
        "payments/?left=1",
        "payments/?payer=x",
        "payments/?ordering=amount",
        "payments/?ordering=left",
        "payment-notices/?amount__gte=1",
        "payment-notices/?ordering=amount",
        "bank-statements/?received=1",
        "vouchers/?amount=1",
        "vouchers/?payer=x",
        "vouchers/?ordering=amount",
        "vouchers/missing/?consortium=alliance&member=1",
        "runs/?count=1",
        "runs/?digest=x",
        "runs/?ordering=count",
        "rounds/?declarations__figures__value__gte=1",
        "figure-views/?count=2",
        "figure-views/?user=1",
        "figure-views/?ordering=member",
        "exchange-rates/?value__gte=1",
        "dunning-steps/?amount=1",
        "dunning-steps/?ordering=amount",
        "exit-proposals/?ordering=member",
        "standing/?consortium=alliance&ordering=days_late",
        "year-closes/?surplus__gte=1",
        "year-closes/?ordering=surplus",
        "surplus-returns/?amount__gte=1",
        "ledger/trial-balance/?consortium=alliance&amount__gte=1",
        "reference-rates/?percent__gte=1",
        "members/?ordering=assessments__amount",
        "members/?assessments__amount__gte=1",
        "members/?charges=1",
        "members/?suspensions__cause=arrears",
        "organizations/?members__charges__amount__gte=1",
        "organizations/?ordering=members",
        "consortia/?members=1",
        "charters/?adopted_by=1",
        "notices/?recipient=1",
        "reports/?made_by=1",
        "reports/?parameters=x",
        "reports/?ordering=version",
        "report-schedules/?people=1",
        "projects/?budget=1",
        "projects/?ordering=budget",
        "secondments/?person=Sato",
        "progress-reports/?text=x",
        "results/?summary=x",
        "results/?inventors__name=x",
        "results/?ordering=disclosed_by",
        "results/?resultfundings__instrument__amount__gte=1",
        "ownership-shares/?numerator=1",
        "share-offers/?reason=x",
        "background/?limits=x",
        "core-businesses/?body=1",
        "instruments/?amount__gte=1",
        "instruments/?contract=x",
        "instruments/?ordering=amount",
        "licences/?fee=1",
        "licences/?rate__gte=0",
        "licences/?ordering=fee",
        "licence-applications/?text=x",
        "licence-offers/?note=x",
        "licence-offers/?result__name_en=x",
        "licence-applications/?entries__text=x",
        "royalty-statements/?royalty__gte=1",
        "royalty-statements/?ordering=net",
        "licence-charges/?charge__amount__gte=1",
        "distribution-parts/?amount=1",
        "distribution-parts/?ordering=amount",
        "proposals/?versions__title=x",
        "proposals/?ordering=lead",
        "proposals/?ordering=versions__submitted_at",
        "proposal-versions/?participants__budget__amount__gte=1",
        "proposal-versions/?ordering=title",
        "assignments/?reviewer=1",
        "assignments/?ordering=reviewer",
        "assignments/?review__scores=1",
        "reviews/?scores__novelty__gte=1",
        "reviews/?ordering=submitted_at",
        "consensus/?score=1",
        "consensus/?ordering=score",
        "decisions/?amount__gte=1",
        "decisions/?ordering=amount",
        "decisions/?proposal__lead=1",
        "competitors/?organization=1",
        "pipeline/?consortium=alliance&asked__gte=1",
        "pipeline/?consortium=alliance&ordering=asked",
        "pipeline/?consortium=alliance&progress=submitted",
        "portfolio/?consortium=alliance&budget__gte=1",
        "portfolio/?consortium=alliance&theme=etching",
        "portfolio/?consortium=alliance&organization=1",
        "deadlines/?consortium=alliance&ordering=due_on",
        "deadlines/?consortium=alliance&column=late_14",
        "deadlines/?consortium=alliance&project__budget__gte=1",
        "questions/?asked_by=1",
        "questions/?member=1",
        "calls/?proposals=1",
        "access-requests/?purpose=x",
        "access-requests/?ordering=asker",
        "rights/?organization=x&ordering=charter",
        "members/?page=2",
        "members/?limit=1",
        "members/?consortium=alliance&consortium=alliance",
    ],
)
def test_refused(cast: Cast, api: Any, query: str) -> None:
    response = api(cast.people["payer"]).get(f"/api/v1/{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_an_unknown_parameter_is_named(cast: Cast, api: Any) -> None:
    body = api(cast.people["payer"]).get("/api/v1/members/?consortum=alliance").json()
    assert body["code"] == "unknown_parameter"
    assert body["errors"][0]["path"] == "consortum"
    assert "consortium" in body["detail"]


def test_a_row_takes_no_parameters(cast: Cast, api: Any) -> None:
    member = cast.members["payer"]
    response = api(cast.people["payer"]).get(f"/api/v1/members/{member.uid}/?on=2026-01-01")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "members",
        "charges",
        "declarations",
        "accounts",
        "rounds",
        "runs",
        "credit-notes",
        "concessions",
        "payment-plans",
        "exchange-rates",
        "reference-rates",
        "figure-views",
        "calls",
        "questions",
        "proposals",
        "assignments",
        "reviews",
        "consensus",
        "decisions",
        "competitors",
        "dunning-steps",
        "exit-proposals",
        "year-closes",
        "surplus-returns",
        "payments",
        "payment-notices",
        "bank-statements",
        "vouchers",
        "access-requests",
    ],
)
def test_a_filter_tells_no_absent_consortium_from_an_invisible_one(
    cast: Cast, api: Any, name: str
) -> None:
    client = api(cast.people["payer"])
    invisible = client.get(f"/api/v1/{name}/?consortium=elsewhere")
    absent = client.get(f"/api/v1/{name}/?consortium=absent")
    assert (invisible.status_code, invisible.content) == (404, absent.content)


def test_a_filter_tells_no_absent_row_from_an_invisible_one(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    hidden = cast.charge("rival")
    invisible = client.get(f"/api/v1/transfers/?charge={hidden.uid}")
    absent = client.get(f"/api/v1/transfers/?charge={uuid4()}")
    assert (invisible.status_code, invisible.content) == (404, absent.content)


def test_a_number_of_another_finds_nothing(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    found = client.get(f"/api/v1/charges/?number={cast.charge('rival').number}").json()
    assert found["results"] == []


def test_a_cursor_of_another_row_is_refused_as_an_absent_one(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    invisible = client.get(f"/api/v1/charges/?cursor={cast.charge('rival').uid}")
    absent = client.get(f"/api/v1/charges/?cursor={uuid4()}")
    assert (invisible.status_code, invisible.content) == (400, absent.content)


@pytest.mark.parametrize(
    "path",
    ["credit-notes", "figure-views", "declarations", "assessments", "concessions", "payment-plans"],
)
def test_a_filter_by_another_member_finds_nothing(cast: Cast, api: Any, path: str) -> None:
    """Who the members are is no secret; whether there is anything of theirs is."""
    client = api(cast.people["payer"])
    levy = "&levy=dues" if path in ("declarations", "assessments") else ""
    for name in ("rival", "newcomer"):
        found = client.get(f"/api/v1/{path}/?member={cast.members[name].uid}{levy}").json()
        assert found == {"next": None, "results": []}


def test_a_preview_takes_its_own_parameters_only(cast: Cast, api: Any) -> None:
    round = cast.consortium.rounds.get(levy="dues")
    for query in ("amount__gte=1", "ordering=amount", "member=1"):
        for verb in ("preview", "preview/csv"):
            address = f"/api/v1/rounds/{round.uid}/{verb}/?{query}"
            response = api(cast.people["finance"]).get(address, headers={"Accept": "*/*"})
            assert response.status_code == 400
