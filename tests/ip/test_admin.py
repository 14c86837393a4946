"""The IP desk: results entered, evaluated and passed on in the browser's forms."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from funding.models import FundingInstrument
from ip.models import Background, CoreBusiness, Result
from tests.factories.results import COMPLETED, DISCLOSED, disclosed, inventors, owners, researching
from tests.factories.running import PDF, Running

NOW = "2026-06-10T03:00:00Z"


@pytest.fixture
def here(db: None) -> Iterator[Running]:
    with time_machine.travel(NOW, tick=False):
        yield researching()


@pytest.fixture
def desk(here: Running, client: Client) -> Client:
    client.force_login(here.people["ip"])
    return client


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def sent(client: Client, name: str, *args: Any, **data: Any) -> str:
    """Send an act's form; return what its page says is wrong, or nothing."""
    response = client.post(reverse(f"admin:{name}", args=args), data)
    if response.status_code == 302:
        return ""
    return " ".join(str(each) for each in response.context["form"].errors.values())


def form(here: Running, **changes: Any) -> dict[str, Any]:
    given = {
        "consortium_choice": here.consortium.pk,
        "member": here.members["alpha"].pk,
        "name_en": "A lens",
        "kind": "patent",
        "confidentiality": "members",
        "completed_on": "2026-05-31",
        "disclosed_on": "2026-06-01",
        "project": here.project.pk,
        "work_package": "optics",
        "contributions": "Alpha | 1/3\nBeta | 2/3",
        "inventors": "A. Abe | Alpha | 1",
    }
    return given | changes


def test_a_paper_is_entered_and_its_page_shows_owners_and_promise(
    here: Running, desk: Client
) -> None:
    assert sent(desk, "ip_result_add", **form(here)) == ""
    result = Result.objects.get()
    assert owners(result, COMPLETED) == {"alpha": "1/3", "beta": "2/3"}
    page = desk.get(reverse("admin:ip_result_change", args=[result.pk])).content.decode()
    for text in ("Who made it owns it", "Members only for two years", "A. Abe", "2/3"):
        assert text in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inventors": "A. Abe"}, "Say for whom A. Abe works."),
        ({"contributions": "Alpha | 1/3"}, "come to 1/3"),
        ({"contributions": "Alpha | a third"}, "“a third” is no part"),
        ({"contributions": "Nobody | 1"}, "“Nobody” is not the name"),
        ({"instruments": "K-1"}, "“K-1” is not the contract"),
        ({"agreed": "Gamma | 1"}, "Attach the signed agreement."),
        ({"name_en": ""}, "Give a name"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(
    here: Running, desk: Client, changes: dict[str, Any], said: str
) -> None:
    assert said in sent(desk, "ip_result_add", **form(here, **changes))
    assert Result.objects.count() == 0


def test_acts_on_a_result(here: Running, desk: Client) -> None:
    result = disclosed(here)
    on = {"protection": "secret", "reason": "Young", "evaluated_on": "2026-06-10"}
    assert sent(desk, "ip_result_evaluate", result.pk, **on) == ""
    deed = {
        "share": result.shares.get(owner__name_en="Alpha").pk, "part": "1/4",
        "to": here.members["gamma"].organization.pk, "transferred_on": "2026-06-09", "deed": pdf(),
    }  # fmt: skip
    assert "agreement of all co-owners" in sent(desk, "ip_result_transfer", result.pk, **deed)
    again = deed | {"deed": pdf(), "consent": pdf()}
    assert sent(desk, "ip_result_transfer", result.pk, **again) == ""
    assert owners(result, DISCLOSED) == {"alpha": "1/4", "beta": "1/2", "gamma": "1/4"}
    mine = {"share": result.shares.on(DISCLOSED).get(owner__name_en="Alpha").pk}
    assert sent(desk, "ip_result_abandon", result.pk, **mine, reason="") == ""
    taker = {"share": result.shares.on(DISCLOSED).get(owner__name_en="Beta").pk}
    offer = result.shareoffers.get()
    assert sent(desk, "ip_result_accept", result.pk, **taker, offer=offer.pk) == ""
    agreed = {"owners": "Gamma | 1", "starts_on": "2026-06-10", "paper": pdf()}
    assert sent(desk, "ip_result_agree", result.pk, **agreed) == ""
    assert owners(result, DISCLOSED) == {"gamma": "1"}
    assert desk.get(reverse("admin:ip_result_change", args=[result.pk])).status_code == 200
    assert desk.get(reverse("admin:ip_shareoffer_change", args=[offer.pk])).status_code == 200


def test_background_core_business_and_funding(here: Running, desk: Client) -> None:
    where = {"consortium_choice": here.consortium.pk}
    beta = here.members["beta"]
    brought = {"member": beta.pk, "title_given": "A resin", "kind": "know_how",
               "starts_on": "2026-06-01"}  # fmt: skip
    assert sent(desk, "ip_background_add", **where, **brought) == ""
    ended = sent(desk, "ip_background_end", Background.objects.get().pk, ends_on="2026-07-01")
    assert "only grow" in ended
    core = {"project": here.project.pk, "field": "optics", "body": beta.organization.pk}
    assert sent(desk, "ip_corebusiness_add", **where, **core) == ""
    assert str(CoreBusiness.objects.get()) == "optics: Beta"
    funding = {
        "kind": "grant", "title_given": "Grant 7", "recipient": beta.organization.pk,
        "funder": here.members["gamma"].organization.pk, "amount": "5,000,000",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    assert sent(desk, "funding_fundinginstrument_add", **where, **funding) == ""
    instrument = FundingInstrument.objects.get()
    page = reverse("admin:funding_fundinginstrument_change", args=[instrument.pk])
    assert "5,000,000 JPY" in desk.get(page).content.decode()


def test_patterns_are_counted_for_the_desk(here: Running, desk: Client) -> None:
    disclosed(here, inventors=inventors(here, {"A": ("alpha", "1/2"), "B": ("beta", "1/2")}))
    page = reverse("admin:ownership-patterns")
    assert "100%" in desk.get(page).content.decode()
    desk.force_login(here.people["staff"])
    assert desk.get(page).status_code in (302, 403)
