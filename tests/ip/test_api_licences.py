"""Licences over REST: a company outside applies, owners agree, it states sales, owners are paid."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from consortium.states import Role
from funding.models import Charge
from funding.operations.charging import account_of
from ip.models import LicenceCharge, LicenceConsent, NegotiationEntry
from ip.rules.choices import Confidentiality
from tests.factories.licences import Licensing, licensing
from tests.factories.results import disclosed
from tests.factories.running import PDF, someone

APPLICATIONS = "/api/v1/licence-applications/"
LICENCES = "/api/v1/licences/"
NOW = "2028-07-01T03:00:00Z"
LATER = "2029-01-20T03:00:00Z"


@pytest.fixture
def late(db: None) -> Iterator[Licensing]:
    with time_machine.travel(NOW, tick=False):
        made = licensing()
        made.people["finance"] = someone(made.here, "finance", Role.FINANCE)
        yield made


@pytest.fixture
def as_(late: Licensing, api: Any) -> Any:
    """Return how to speak as one of the consortium's people."""
    return lambda name: api(late.people[name])


def wanted(late: Licensing, **changes: Any) -> dict[str, Any]:
    member = account_of(late.here.consortium, late.western)
    given = {
        "member": str(member.uid), "result": str(late.result.uid), "kind": "non_exclusive",
        "uses": ["exploit"], "text": "To make lenses",
    }  # fmt: skip
    return given | changes


TERMS = {
    "starts_on": "2028-07-01", "unit": "USD", "fee": "100000", "rate": "0.05",
    "minimum": "12000", "anchor": "2028-01-01", "every_months": 6,
}  # fmt: skip


def granted(late: Licensing, as_: Any) -> str:
    """Go the whole way to a licence; returns its address."""
    applied = as_("western").post(APPLICATIONS, wanted(late))
    assert applied.status_code == 201, applied.json()
    address = f"{APPLICATIONS}{applied.json()['uid']}/"
    assert as_("western").post(f"{address}propose/", TERMS).status_code == 403
    licence = as_("ip").post(f"{address}propose/", TERMS).json()
    address = f"{LICENCES}{licence['uid']}/"
    assert as_("ip").post(f"{address}grant/", {}).json()["code"] == "licence_same_person"
    share = {"share": str(late.share("alpha").uid)}
    assert as_("alpha").post(f"{address}consent/", share).status_code == 200
    done = as_("secretary").post(f"{address}grant/", {})
    assert (done.status_code, done.json()["granted_on"]) == (200, "2028-07-01"), done.json()
    return address


def test_from_the_application_to_the_owners_account(late: Licensing, as_: Any) -> None:
    address = granted(late, as_)
    lines = [
        {"kind": "sales", "text": "Lenses", "amount": "1000000.00"},
        {"kind": "deduction", "text": "Returned", "amount": "100000.00"},
    ]
    body = {"starts_on": "2028-07-01", "lines": lines, "signed_by": "A. Signer"}
    early = as_("western").post(f"{address}state/", body)
    assert (early.status_code, early.json()["code"]) == (422, "royalty_period_running")
    with time_machine.travel(LATER, tick=False):
        stated = as_("western").post(f"{address}state/", body)
        assert (stated.status_code, stated.json()["royalty"]) == (201, "45000.00"), stated.json()
        again = as_("western").post(f"{address}state/", body).json()
        assert again["code"] == "royalty_period_closed"
        for charge in Charge.objects.all():
            late.pay(charge)
        for earned in LicenceCharge.objects.all():
            url = f"/api/v1/licence-charges/{earned.uid}/distribute/"
            assert as_("finance").post(url).status_code == 200
        mine = as_("beta").get("/api/v1/distribution-parts/").json()["results"]
        assert [(each["part"], each["amount"], each["earning"]) for each in mine] == [
            ("2/3", "60000.00", "fee"), ("2/3", "27000.00", "royalty"),
        ]  # fmt: skip
        assert as_("western").get("/api/v1/distribution-parts/").json()["results"] == []


def test_a_rival_sees_nothing_of_another_s_licence(late: Licensing, as_: Any) -> None:
    address = granted(late, as_)
    for name in ("gamma", "staff"):
        assert as_(name).get(address).status_code == 404
        assert as_(name).post(f"{address}consent/", {}).status_code == 404
        for path in ("licences", "licence-applications", "licence-charges"):
            assert as_(name).get(f"/api/v1/{path}/").json()["results"] == []
    assert as_("beta").get(address).json()["fee"] == "100000.00"


def test_a_result_one_may_not_see_is_not_there(late: Licensing, as_: Any) -> None:
    hidden = disclosed(late.here, confidentiality=Confidentiality.OWNERS)
    answer = as_("western").post(APPLICATIONS, wanted(late, result=str(hidden.uid)))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_found")
    with time_machine.travel("2028-05-30T03:00:00Z", tick=False):
        early = as_("western").post(APPLICATIONS, wanted(late))
        assert (early.status_code, early.json()["code"]) == (422, "licence_kept_out")
        assert "Late phase, 4" in early.json()["detail"]


def test_both_sides_write_and_paper_is_entered(late: Licensing, as_: Any) -> None:
    uid = as_("western").post(APPLICATIONS, wanted(late)).json()["uid"]
    file = SimpleUploadedFile("draft.pdf", PDF, content_type="application/pdf")
    sent = as_("western").post(
        f"{APPLICATIONS}{uid}/write/", {"text": "Our draft", "file": file}, format="multipart"
    )
    assert sent.json()["entries"][0] | {"uid": ""} == {
        "uid": "", "side": "applicant",
        "speaker": {"uid": str(late.western.uid), "name": "Western"},
        "text": "Our draft", "entered_on": "2028-07-01", "has_file": True,
    }  # fmt: skip
    answer = {"text": "5%", "share": str(late.share("beta").uid)}
    assert as_("beta").post(f"{APPLICATIONS}{uid}/write/", answer).status_code == 200
    assert as_("gamma").post(f"{APPLICATIONS}{uid}/write/", answer).status_code == 404
    entry = NegotiationEntry.objects.exclude(file=None).get()
    address = f"{APPLICATIONS}{uid}/entries/{entry.uid}/file/"
    assert b"".join(as_("beta").get(address)) == PDF
    assert as_("gamma").get(address).status_code == 404
    assert as_("beta").get(address.replace(str(entry.uid), uid)).status_code == 404
    assert NegotiationEntry.objects.count() == 2
    licence = as_("ip").post(f"{APPLICATIONS}{uid}/propose/", TERMS).json()["uid"]
    consent = {"share": str(late.share("beta").uid), "agreed_on": "2028-07-01"}
    assert as_("ip").post(f"{LICENCES}{licence}/enter-consent/", consent).status_code == 200
    assert LicenceConsent.objects.get().owner.name_en == "Beta"
    withdrawn = as_("western").post(f"{APPLICATIONS}{uid}/withdraw/", {})
    assert withdrawn.json()["closing"] == "withdrawn"
