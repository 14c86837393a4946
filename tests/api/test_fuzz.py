"""Generated requests from our own OpenAPI document: no 5xx, no undeclared answer."""

import os
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from knox.models import AuthToken
from rest_framework.throttling import SimpleRateThrottle

from consortium.models import Suspension
from funding.models import CreditNote, DuesRun, ExchangeRate, FigureView, ReferenceRate
from tests.cast import Cast
from tests.factories.corrections import correct_some
from tests.factories.openapi import DOCUMENT

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
"""Requests per operation and role: near a thousand here; 70 make ten thousand."""

ROLES = ["payer", "secretary", "finance", None]

OPERATIONS = [
    (method, path)
    for path, item in sorted(DOCUMENT["paths"].items())
    for method in item
    if method in ("get", "post", "delete") and "/tokens/" not in path
]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve without limits, and keep the test's connection and its transaction open."""
    rates = dict.fromkeys(("anon", "user", "login"))
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", ROLES)
def test_no_generated_request_breaks_anything(cast: Cast, served: None, who: str | None) -> None:
    correct_some(cast)
    schema = schemathesis.openapi.from_dict(deepcopy(DOCUMENT))
    schema.app = WSGIHandler()
    headers = {}
    if who is not None:
        headers["Authorization"] = f"Bearer {AuthToken.objects.create(user=cast.people[who])[1]}"
    for method, path in OPERATIONS:
        declared = set(DOCUMENT["paths"][path][method]["responses"])
        fuzz(schema[path][method.upper()], headers, declared, real(cast, path))


def real(cast: Cast, path: str) -> dict[str, str]:
    """Return names of rows that are there, so that requests get past the first look-up."""
    member = cast.members["newcomer"]
    rows = {
        "members": member,
        "organizations": member.organization,
        "suspensions": Suspension.objects.earliest("pk"),
        "appointments": cast.people["newcomer"].appointments.get(),
        "charters": cast.consortium.charters.exclude(adopted_on=None).get(),
        "rounds": cast.consortium.rounds.earliest("pk"),
        "declarations": cast.members["payer"].declarations.latest("pk"),
        "assessments": cast.members["payer"].assessments.latest("pk"),
        "charges": cast.charge("payer"),
        "accounts": cast.members["payer"].accounts.earliest("pk"),
        "transfers": cast.charge("payer").transfers.earliest("pk"),
        "runs": DuesRun.objects.earliest("pk"),
        "credit-notes": CreditNote.objects.earliest("pk"),
        "exchange-rates": ExchangeRate.objects.earliest("pk"),
        "reference-rates": ReferenceRate.objects.earliest("pk"),
        "figure-views": FigureView.objects.earliest("pk"),
        "notices": cast.people["newcomer"].notices.earliest("pk"),
    }
    row = rows.get(path.split("/")[3])
    return {
        "uid": str(row.uid) if row else "",
        "slug": "alliance",
        "consortium": "alliance",
        "member": str(member.uid),
        "organization": str(member.organization.uid),
        "user": str(cast.people["nobody"].uid),
    }


def grounded(case: Any, names: dict[str, str]) -> Any:
    """Put real rows where the generated request names some."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: names[name] for name in set(part) & set(names)})
    return case


def fuzz(
    operation: Any, headers: dict[str, str], declared: set[str], names: dict[str, str]
) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(), st.booleans())
    def send(case: Any, ground: bool) -> None:
        if ground:
            grounded(case, names)
        response = case.call(headers=headers)
        assert response.status_code < 500, (case.as_curl_command(), response.text)
        assert str(response.status_code) in declared, (response.status_code, response.text)

    send()
