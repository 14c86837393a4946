"""The desk's forms on licences: from a paper application to the owners' credit."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.states import Role
from funding.models import Charge
from ip.models import (
    DistributionPart,
    Licence,
    LicenceApplication,
    LicenceCharge,
    LicenceEnding,
    LicenceMilestone,
    RoyaltyStatement,
)
from tests.factories.licences import Licensing, licensing
from tests.factories.running import PDF, someone

NOW = "2029-01-20T03:00:00Z"


@pytest.fixture
def late(db: None) -> Iterator[Licensing]:
    with time_machine.travel(NOW, tick=False):
        made = licensing()
        made.people["finance"] = someone(made.here, "finance", Role.FINANCE)
        yield made


@pytest.fixture
def desk(late: Licensing, client: Client) -> Any:
    """Return how to send an act's form as somebody; it returns what is wrong, or nothing."""

    def sent(who: str, name: str, *args: Any, **data: Any) -> str:
        client.force_login(late.people[who])
        response = client.post(reverse(f"admin:ip_{name}", args=args), data)
        if response.status_code == 302:
            return ""
        return " ".join(str(each) for each in response.context["form"].errors.values())

    return sent


def entered(late: Licensing, desk: Any) -> LicenceApplication:
    given = {
        "consortium_choice": late.here.consortium.pk, "result": late.result.pk,
        "applicant": late.western.pk, "kind": "non_exclusive", "uses": ["exploit"],
        "text": "Lenses", "applied_on": "2028-07-01", "territory": "US, CA",
    }  # fmt: skip
    assert desk("ip", "licenceapplication_add", **given) == ""
    return LicenceApplication.objects.get()


def granted(late: Licensing, desk: Any) -> Licence:
    application = entered(late, desk)
    terms = {
        "kind": "non_exclusive", "starts_on": "2028-07-01", "ends_on": "2033-01-01", "unit": "USD",
        "fee": "100,000", "rate": "0.05", "minimum": "12000", "anchor": "2028-01-01",
        "every_months": 6, "within_days": 60, "milestones": "First shipment | 5000",
    }  # fmt: skip
    assert desk("ip", "licenceapplication_propose", application.pk, **terms) == ""
    licence = Licence.objects.get()
    consent = {"share": late.share("alpha").pk, "agreed_on": "2028-07-01"}
    assert desk("ip", "licence_consent", licence.pk, **consent) == ""
    assert "another person" in desk("ip", "licence_grant", licence.pk)
    assert desk("secretary", "licence_grant", licence.pk) == ""
    return licence


def test_a_licence_goes_from_paper_to_the_owners_credit(
    late: Licensing, desk: Any, client: Client
) -> None:
    licence = granted(late, desk)
    assert licence.territory == ["CA", "US"]
    sales = {
        "starts_on": "2028-07-01", "sales": "Lenses | 1,000,000", "deductions": "Returned | 100000",
        "signed_by": "A. Signer",
    }  # fmt: skip
    assert desk("finance", "licence_state", licence.pk, **sales) == ""
    statement = RoyaltyStatement.objects.get()
    corrected = {**sales, "deductions": "", "finding": "Nothing was returned"}
    assert desk("finance", "royaltystatement_correct", statement.pk, **corrected) == ""
    for charge in Charge.objects.all():
        late.pay(charge)
    earned = LicenceCharge.objects.order_by("pk")
    for each in earned:
        assert desk("finance", "licencecharge_distribute", each.pk) == ""
    assert DistributionPart.objects.count() == 6
    for name, row in (("licence", licence), ("licencecharge", earned[0]),
                      ("royaltystatement", statement)):  # fmt: skip
        page = client.get(reverse(f"admin:ip_{name}_change", args=[row.pk]))
        assert page.status_code == 200
    page = client.get(reverse("admin:ip_licence_change", args=[licence.pk])).content.decode()
    for text in ("Owners’ consent", "50,000.00", "First shipment", "2/3", "30,000.00"):
        assert text in page


def test_a_milestone_an_audit_and_an_end(late: Licensing, desk: Any) -> None:
    licence = granted(late, desk)
    milestone = LicenceMilestone.objects.get()
    reached = {"milestone": milestone.pk, "reached_on": "2029-01-20"}
    assert desk("ip", "licence_reach", licence.pk, **reached) == ""
    assert desk("ip", "licence_audit", licence.pk, reason="Two years") == ""
    ending = {"ends_on": "2029-06-01", "cause": "notice", "reason": "Not needed"}
    assert desk("ip", "licence_end", licence.pk, **ending) == ""
    assert LicenceEnding.objects.get().licence == licence
    assert LicenceCharge.objects.count() == 2


def test_an_application_is_talked_about_refused_or_withdrawn(late: Licensing, desk: Any) -> None:
    application = entered(late, desk)
    assert desk("ip", "licenceapplication_write", application.pk, text="Which field?") == ""
    assert desk("ip", "licenceapplication_refuse", application.pk, reason="Too far") == ""
    other = late.apply()
    assert desk("ip", "licenceapplication_withdraw", other.pk) == ""
    closed = LicenceApplication.objects.order_by("pk").values_list("closing", flat=True)
    assert list(closed) == ["refused", "withdrawn"]


def test_papers_are_listed_on_the_page_and_read_by_who_sees_it(
    late: Licensing, desk: Any, client: Client
) -> None:
    application = entered(late, desk)
    scan = SimpleUploadedFile("letter.pdf", PDF)
    assert desk("ip", "licenceapplication_write", application.pk, text="See", file=scan) == ""
    page = client.get(reverse("admin:ip_licenceapplication_change", args=[application.pk]))
    entry = application.entries.latest("pk")
    address = reverse("admin:ip_paper", args=["negotiationentry", entry.pk, "file"])
    assert address in page.content.decode()
    sent = client.get(address)
    assert (b"".join(sent), sent["X-Content-Type-Options"]) == (PDF, "nosniff")  # type: ignore[arg-type]
    for kind, name in (("negotiationentry", "recorded_by"), ("user", "file"), ("x", "file")):
        gone = client.get(reverse("admin:ip_paper", args=[kind, entry.pk, name]))
        assert gone.status_code == 404
    client.force_login(someone(late.here, "stranger", Role.PROJECTS))
    assert client.get(address).status_code == 403
