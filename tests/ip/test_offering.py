"""Results offered by hand and withdrawn, and who applies through an offer without seeing more."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import Notice
from funding.operations.charging import account_of
from ip.models import LicenceApplication, LicenceOffer, OwnershipShare, Result
from ip.operations.announcing import publish_offers
from ip.operations.applying import apply_for_licence, enter_application
from ip.operations.offering import Proffer, offer_licence, withdraw_offer
from ip.rules.choices import Confidentiality, Party, Terms
from tests.factories.licences import EVE, GRANTED, OPENED, Licensing, licensing, wants
from tests.factories.results import disclosed

APPLICATIONS = "/api/v1/licence-applications/"
OFFERS = "/api/v1/licence-offers/"
NOW = "2028-07-01T03:00:00Z"


@pytest.fixture
def late(db: None) -> Iterator[Licensing]:
    with time_machine.travel(NOW, tick=False):
        yield licensing()


@pytest.fixture
def as_(late: Licensing, api: Any) -> Any:
    return lambda name: api(late.people[name])


def secret(late: Licensing) -> Result:
    """Return a result of alpha and beta that only its owners read."""
    return disclosed(
        late.here, {"alpha": "1/3", "beta": "2/3"}, confidentiality=Confidentiality.OWNERS
    )


def share_of(result: Result) -> OwnershipShare:
    return result.shares.order_by("pk")[0]


def offer(late: Licensing, result: Result | None = None, on: date = GRANTED, **changes: Any) -> Any:
    given = {"to": Party.DOMESTIC, "terms": Terms.NEGOTIATED} | changes
    share = share_of(result or late.result)
    return offer_licence(share=share, proffer=Proffer(**given), by=late.people["ip"], on=on)


def refusal(call: Any, *args: Any, **given: Any) -> tuple[str, Any]:
    with pytest.raises(DomainError) as refused:
        call(*args, **given)
    return refused.value.code, refused.value.values.get("clause")


def test_nothing_is_offered_to_those_the_charter_keeps_out(late: Licensing) -> None:
    assert refusal(offer, late, on=EVE) == ("licence_kept_out", "Late phase, 4")
    assert offer(late, on=EVE, to=Party.MEMBER).home == ""
    assert refusal(offer, late, to=Party.ANYONE) == ("licence_not_opened", "Late phase, 4")
    assert refusal(offer, late, to=Party.EXPELLED) == ("licence_offer_to_nobody", None)
    made = offer(late, on=OPENED, field="optics", territory=["US", "CA"], note="Lenses")
    assert (made.home, made.path, made.territory) == ("US", "", ["CA", "US"])
    assert refusal(offer, late, field="optics", territory=["CA", "US"])[0] == (
        "licence_offer_repeated"
    )
    assert Notice.objects.filter(code="licence_offered", recipient=late.people["alpha"]).exists()


def test_a_barred_class_is_offered_nothing(db: None) -> None:
    late = licensing(licensing={"barred": ["domestic"], "clause": "5"})
    assert refusal(offer, late) == ("licence_class_barred", "5")


def test_before_the_end_is_known_nothing_is_offered_or_applied_for(db: None) -> None:
    late = licensing(exclusivity=[{
        "code": "kept", "label": {"en": "Members"}, "clause": "6", "months": 12,
        "starts": "project_end",
    }])  # fmt: skip
    assert refusal(offer, late, on=EVE) == ("licence_kept_out", "6")
    assert refusal(late.apply, on=EVE) == ("licence_kept_out", "6")


def test_the_charter_s_own_offer_comes_beside_one_by_hand(late: Licensing) -> None:
    by_hand = offer(late, on=OPENED)
    (charter_s,) = publish_offers(result=late.result, by=None, on=OPENED)
    assert (by_hand.path, charter_s.path) == ("", "exclusivity[0].opens[0]")
    assert publish_offers(result=late.result, by=None, on=OPENED) == []


def test_owners_withdraw_their_own_offers_and_staff_all(late: Licensing) -> None:
    by_hand = offer(late)
    (charter_s,) = publish_offers(result=late.result, by=None, on=GRANTED)
    alpha, ip = late.people["alpha"], late.people["ip"]
    share, day = late.share("alpha"), {"on": GRANTED}
    elsewhere = share_of(secret(late))
    assert refusal(withdraw_offer, share=elsewhere, offer=by_hand, by=alpha, **day)[0] == (
        "share_not_owned"
    )
    assert refusal(withdraw_offer, share=share, offer=charter_s, by=alpha, **day)[0] == (
        "licence_offer_by_charter"
    )
    assert withdraw_offer(share=share, offer=by_hand, by=alpha, **day).withdrawn_on == GRANTED
    assert withdraw_offer(share=share, offer=charter_s, by=ip, **day).withdrawn_on == GRANTED
    assert refusal(withdraw_offer, share=share, offer=by_hand, by=ip, **day)[0] == (
        "licence_offer_withdrawn"
    )


def test_through_an_offer_one_asks_for_what_is_on_offer(late: Licensing) -> None:
    made = offer(late, field="optics", territory=["US", "CA"])
    member = account_of(late.here.consortium, late.western)
    to = {"applicant": member, "result": late.result, "by": None, "on": GRANTED}
    row = apply_for_licence(wanted=wants(offer=made), **to)
    assert (row.offer, row.field, row.territory) == (made, "optics", ["CA", "US"])
    for beyond in ({"field": "metals"}, {"territory": ["US", "MX"]}):
        assert refusal(apply_for_licence, wanted=wants(offer=made, **beyond), **to)[0] == (
            "licence_offer_exceeded"
        )
    other = {**to, "result": secret(late)}
    assert refusal(apply_for_licence, wanted=wants(offer=made), **other)[0] == (
        "licence_offer_elsewhere"
    )
    inside = offer(late, to=Party.MEMBER)
    assert refusal(apply_for_licence, wanted=wants(offer=inside), **to)[0] == (
        "licence_offer_elsewhere"
    )
    paper = {"applicant": late.western, "applied_on": OPENED, "result": late.result}
    assert refusal(enter_application, wanted=wants(offer=made), by=None, on=GRANTED, **paper)[
        0
    ] == ("licence_offer_withdrawn")


# Over REST


def applying(late: Licensing, made: str, **changes: Any) -> dict[str, Any]:
    member = str(account_of(late.here.consortium, late.western).uid)
    return {
        "member": member, "offer": made, "kind": "non_exclusive", "uses": ["exploit"],
        "text": "Lenses",
    } | changes  # fmt: skip


def test_a_stranger_applies_through_an_offer_of_a_result_it_does_not_see(
    late: Licensing, as_: Any
) -> None:
    result = secret(late)
    share = {"share": str(share_of(result).uid)}
    body = {**share, "to": "domestic", "terms": "fair", "note": "A lens for steppers"}
    assert as_("gamma").post(OFFERS, body).status_code == 400
    assert as_("western").post(OFFERS, body).status_code == 400
    made = as_("alpha").post(OFFERS, body)
    assert made.status_code == 201, made.json()
    address = f"{OFFERS}{made.json()['uid']}/"
    seen = as_("western").get(OFFERS).json()["results"]
    assert [(each["number"], each["note"]) for each in seen] == [(result.number, body["note"])]
    assert as_("western").get(f"/api/v1/results/{result.uid}/").status_code == 404
    assert as_("western").get(f"{OFFERS}?result={result.uid}").status_code == 404
    wrong = as_("western").post(
        APPLICATIONS, applying(late, made.json()["uid"], result=str(late.result.uid))
    )
    assert wrong.status_code == 400
    applied = as_("western").post(APPLICATIONS, applying(late, made.json()["uid"]))
    assert (applied.status_code, applied.json()["offer"]) == (201, made.json()["uid"])
    assert LicenceApplication.objects.get().result == result
    assert as_("western").post(f"{address}withdraw/", share).status_code == 400
    assert as_("alpha").post(f"{address}withdraw/", share).json()["withdrawn_on"] == "2028-07-01"
    gone = as_("western").post(APPLICATIONS, applying(late, made.json()["uid"]))
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (400, "not_found")
    assert as_("western").get(address).status_code == 404
    told = as_("alpha").post(OFFERS, {**body, "to": "anyone"}).json()
    assert (told["code"], "Late phase, 4" in told["detail"]) == ("licence_not_opened", True)


def test_what_is_offered_to_members_only_members_see(late: Licensing, as_: Any) -> None:
    offer(late, secret(late), to=Party.MEMBER)
    assert len(as_("gamma").get(OFFERS).json()["results"]) == 1
    assert as_("western").get(OFFERS).json()["results"] == []


# At the desk


def test_staff_offer_enter_and_withdraw(late: Licensing, client: Client) -> None:
    result = secret(late)
    client.force_login(late.people["ip"])
    given = {
        "share": share_of(result).pk, "to": "domestic", "terms": "fair", "territory": "US, CA",
        "says": "A lens",
    }  # fmt: skip
    sent = client.post(reverse("admin:ip_result_offer", args=[result.pk]), given)
    assert sent.status_code == 302, sent.context["form"].errors
    made = LicenceOffer.objects.get()
    assert (made.territory, made.note) == (["CA", "US"], "A lens")
    entered = {
        "consortium_choice": late.here.consortium.pk, "offer": made.pk, "kind": "non_exclusive",
        "applicant": late.western.pk, "uses": ["exploit"], "text": "x", "applied_on": "2028-07-01",
    }  # fmt: skip
    add = reverse("admin:ip_licenceapplication_add")
    both = client.post(add, entered | {"result": result.pk})
    assert "either the result or an offer" in str(both.context["form"].errors)
    assert client.post(add, entered).status_code == 302
    row = LicenceApplication.objects.get()
    assert (row.offer, row.result) == (made, result)
    page = client.get(reverse("admin:ip_licenceapplication_change", args=[row.pk]))
    assert page.status_code == 200
    withdraw = reverse("admin:ip_licenceoffer_withdraw", args=[made.pk])
    assert client.post(withdraw, {"share": share_of(result).pk}).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_on == GRANTED
