"""A request sent twice is done once, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from consortium.models import AuditEvent, RequestKey, Suspension
from consortium.operations.requests import Answer, KeyReused, once
from funding.models import Declaration
from tests.cast import NOW, Cast, build

COPIES = 6


def figures(cast: Cast, member: str = "newcomer", sales: str = "500000000") -> dict[str, Any]:
    return {
        "member": str(cast.members[member].uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": sales},
    }


def test_the_same_request_is_answered_and_not_done_again(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"], **{"Idempotency-Key": "one"})
    first = client.post("/api/v1/declarations/", figures(cast))
    events = AuditEvent.objects.count()
    again = client.post("/api/v1/declarations/", figures(cast))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Declaration.objects.filter(member=cast.members["newcomer"]).count() == 1
    assert AuditEvent.objects.count() == events


def test_another_body_under_the_key_is_refused(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"], **{"Idempotency-Key": "one"})
    client.post("/api/v1/declarations/", figures(cast))
    again = client.post("/api/v1/declarations/", figures(cast, sales="500000001"))
    assert (again.status_code, again.json()["code"]) == (409, "key_reused")


def test_another_address_under_the_key_is_refused(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"], **{"Idempotency-Key": "one"})
    assert client.post("/api/v1/consortia/alliance/release-outbound/").status_code == 200
    again = client.post("/api/v1/consortia/alliance/hold-outbound/")
    assert (again.status_code, again.json()["code"]) == (409, "key_reused")


def test_a_key_is_its_users_own(cast: Cast, api: Any) -> None:
    one = api(cast.people["newcomer"], **{"Idempotency-Key": "one"})
    two = api(cast.people["finance"], **{"Idempotency-Key": "one"})
    assert one.post("/api/v1/declarations/", figures(cast)).status_code == 201
    assert two.post("/api/v1/declarations/", figures(cast)).json()["code"] == "denied"


def test_what_was_refused_can_be_tried_again(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"], **{"Idempotency-Key": "one"})
    early = figures(cast) | {"period_starts_on": "2027-01-01"}
    with time_machine.travel("2026-03-02"):
        assert client.post("/api/v1/declarations/", early).json()["code"] == "round_not_open"
    with time_machine.travel("2026-11-20"):
        client.force_login(cast.people["newcomer"])
        assert client.post("/api/v1/declarations/", early).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "é"])
def test_a_key_has_a_form(cast: Cast, api: Any, key: str) -> None:
    client = api(cast.people["newcomer"])
    response = client.post("/api/v1/declarations/", figures(cast), headers={"Idempotency-Key": key})
    assert response.status_code == 400
    assert response.json()["errors"][0]["path"] == "Idempotency-Key"


@pytest.fixture
def real_cast(transactional_db: None) -> Any:
    """The cast in committed rows, for threads of their own connections."""
    with time_machine.travel(NOW, tick=True):
        yield build()


def test_copies_at_once_are_done_once(real_cast: Cast, api: Any) -> None:
    body, start = figures(real_cast), Barrier(COPIES)
    clients = [
        api(real_cast.people["newcomer"], **{"Idempotency-Key": "one"}) for _ in range(COPIES)
    ]

    def post(client: Any) -> Any:
        try:
            start.wait(timeout=20)
            return client.post("/api/v1/declarations/", body)
        finally:
            connection.close()

    with ThreadPoolExecutor(COPIES) as pool:
        answers = list(pool.map(post, clients))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == COPIES - 1
    assert Declaration.objects.filter(member=real_cast.members["newcomer"]).count() == 1


def test_without_a_key_the_constraints_still_hold(real_cast: Cast, api: Any) -> None:
    start = Barrier(COPIES)
    member = str(real_cast.members["newcomer"].uid)
    body = {"member": member, "right": "voting", "cause": "other", "starts_on": "2026-03-01"}
    clients = [api(real_cast.people["secretary"]) for _ in range(COPIES)]

    def post(client: Any) -> Any:
        try:
            start.wait(timeout=20)
            return client.post("/api/v1/suspensions/", body)
        finally:
            connection.close()

    with ThreadPoolExecutor(COPIES) as pool:
        codes = sorted(answer.status_code for answer in pool.map(post, clients))
    assert codes == [201] + [409] * (COPIES - 1)
    assert Suspension.objects.filter(member=real_cast.members["newcomer"]).count() == 1


def test_killed_after_the_commit_the_retry_finds_the_answer(cast: Cast, api: Any) -> None:
    """The answer is committed with the effect, so a lost reply costs nothing."""
    client = api(cast.people["newcomer"], **{"Idempotency-Key": "one"})
    client.post("/api/v1/declarations/", figures(cast))
    kept = RequestKey.objects.get(user=cast.people["newcomer"])
    assert kept.status == 201
    assert str(cast.members["newcomer"].uid) in kept.body


def test_killed_before_the_commit_nothing_is_left(cast: Cast) -> None:
    def killed() -> Answer:
        raise KeyboardInterrupt

    user = cast.people["newcomer"]
    with pytest.raises(KeyboardInterrupt):
        once(user=user, key="one", digest="d", answer=killed)
    assert not RequestKey.objects.exists()
    given = once(user=user, key="one", digest="d", answer=lambda: Answer(200, "{}", "json"))
    assert given == Answer(200, "{}", "json")
    with pytest.raises(KeyReused):
        once(user=user, key="one", digest="e", answer=killed)
