"""Nobody widens their own rights, and nobody comes in by the window beside the door."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from consortium.models import AuditEvent
from consortium.operations.appointments import OwnAppointment, appoint
from consortium.operations.consortia import amend_consortium
from consortium.operations.organizations import (
    NotOurOrganization,
    record_control,
    register_organization,
)
from consortium.states import Role
from tests.cast import TODAY, Cast


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.READER])
def test_a_secretary_cannot_appoint_themselves(cast: Cast, role: Role) -> None:
    secretary = cast.people["secretary"]
    with pytest.raises(OwnAppointment):
        appoint(
            consortium=cast.consortium,
            user=secretary,
            role=role,
            starts_on=TODAY,
            by=secretary,
            on=TODAY,
        )


def test_controls_of_another_consortiums_member_are_not_ours_to_record(cast: Cast) -> None:
    secretary = cast.people["secretary"]
    ours = cast.members["payer"].organization
    theirs = cast.members["outsider"].organization
    with pytest.raises(NotOurOrganization):
        record_control(
            consortium=cast.consortium,
            organization=theirs,
            controller=ours,
            share=Decimal(1),
            starts_on=TODAY,
            by=secretary,
            on=TODAY,
        )


def test_a_changed_payee_leaves_both_values_in_the_chain(cast: Cast) -> None:
    secretary = cast.people["secretary"]
    holder = register_organization(
        consortium=cast.consortium,
        name_en="Holder",
        kind="other",
        country="US",
        by=secretary,
        on=TODAY,
    )
    for account in ("A-1", "B-2"):
        amend_consortium(
            consortium=cast.consortium,
            changes={"funds_holder": holder, "funds_account": account},
            by=secretary,
            on=TODAY,
        )
    events = AuditEvent.objects.filter(consortium=cast.consortium, action="amend_consortium")
    facts = events.order_by("number").last().facts
    assert facts == {
        "before": {"funds_account": "A-1", "funds_holder": str(holder.uid)},
        "after": {"funds_account": "B-2", "funds_holder": str(holder.uid)},
    }


@pytest.mark.parametrize(
    ("who", "status"), [("finance", 401), ("accountant", 401), ("root", 401), ("payer", 201)]
)
def test_staff_get_no_token_without_a_second_factor_where_one_is_required(
    cast: Cast, api: Callable[..., APIClient], settings: Any, who: str, status: int
) -> None:
    settings.REQUIRE_MFA = True
    body = {"username": who, "password": "a sound password"}
    assert api().post("/api/v1/tokens/", body).status_code == status


def test_a_staff_session_without_a_second_factor_reads_nothing(cast: Cast, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    client = APIClient()
    client.login(username="finance", password="a sound password")
    response = client.get("/api/v1/charges/")
    assert (response.status_code, response.json()["code"]) == (401, "second_factor_missing")
