"""Patents over REST and in the admin: who may, what is shown, and nothing to rivals."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.states import Role
from funding.models import Charge
from ip.models import Instruction, PatentApplication, PatentFamily, PatentFee
from tests.cast import Cast, appointed
from tests.factories.patents import Patented, chinese, patented, pay, result_of


@pytest.fixture
def made(cast: Cast) -> Patented:
    """The payer's patent; a rival has one too."""
    cast.people["ip"] = appointed("ip", cast.consortium, Role.IP)
    patented(cast.members["rival"])
    return patented(cast.members["payer"])


PATHS = {
    "patent-families": PatentFamily,
    "patent-applications": PatentApplication,
    "patent-instructions": Instruction,
    "patent-fees": PatentFee,
}
SEES = {
    "payer": dict.fromkeys(PATHS, 1),
    "technician": dict.fromkeys(PATHS, 1),
    "partner": dict.fromkeys(PATHS, 0),
    "outsider": dict.fromkeys(PATHS, 0),
    "reader": dict.fromkeys(PATHS, 0),
    "finance": {**dict.fromkeys(PATHS, 0), "patent-fees": 2},
    "ip": dict.fromkeys(PATHS, 2),
    "auditor": dict.fromkeys(PATHS, 2),
    "nobody": dict.fromkeys(PATHS, 0),
}


@pytest.mark.parametrize("who", SEES)
def test_each_reads_its_own_and_staff_in_role_all(
    cast: Cast, made: Patented, api: Any, who: str
) -> None:
    client, user = api(cast.people[who]), cast.people[who]
    found = {p: len(client.get(f"/api/v1/{p}/").json()["results"]) for p in PATHS}
    assert found == SEES[who]
    for path, model in PATHS.items():
        for row in model._default_manager.all():
            visible = model.objects.visible_to(user, cast.today).filter(pk=row.pk)
            answer = client.get(f"/api/v1/{path}/{row.uid}/")
            assert answer.status_code == (200 if visible.exists() else 404)


def test_an_owner_reads_what_is_due_and_says_to_drop_it(
    cast: Cast, made: Patented, api: Any
) -> None:
    client, address = (
        api(cast.people["payer"]),
        f"/api/v1/patent-applications/{made.application.uid}/",
    )
    due = {each["part"]: each for each in client.get(f"{address}due/").json()}
    assert due["9"] == {
        "code": "annuity", "part": "9", "state": "open", "opens_on": None,
        "falls_on": "2026-03-12", "due_on": "2026-03-12", "last_on": "2026-09-14",
        "provisional": False, "instruction": "pay", "costs": "2000.00", "unit": "CNY",
    }  # fmt: skip
    owner = str(cast.members["payer"].organization.uid)
    body = {"code": "annuity", "part": "9", "owner": owner, "choice": "drop"}
    said = client.post(f"{address}instruct/", body)
    assert (said.status_code, said.json()["choice"]) == (201, "drop")
    due = {each["part"]: each for each in client.get(f"{address}due/").json()}
    assert due["9"]["state"] == "dropped"


def test_nobody_speaks_for_another_and_a_rival_finds_nothing(
    cast: Cast, made: Patented, api: Any
) -> None:
    address = f"/api/v1/patent-applications/{made.application.uid}/instruct/"
    owner = str(cast.members["payer"].organization.uid)
    body = {"code": "annuity", "part": "9", "owner": owner, "choice": "drop"}
    assert api(cast.people["rival"]).post(address, body).status_code == 404
    assert api(cast.people["technician"]).post(address, body).status_code == 403
    rival = str(cast.members["rival"].organization.uid)
    foreign = api(cast.people["payer"]).post(address, {**body, "owner": rival})
    assert foreign.status_code == 403
    assert made.application.instructions.count() == 1


def test_staff_register_record_and_pay_over_rest(cast: Cast, made: Patented, api: Any) -> None:
    client = api(cast.people["ip"])
    family = client.post(
        "/api/v1/patent-families/", {"result": str(made.result.uid), "title": "Mirror"}
    ).json()
    planned = {"family": family["uid"], "office": "US", "kind": "patent"}
    application = client.post("/api/v1/patent-applications/", planned).json()
    address = f"/api/v1/patent-applications/{application['uid']}/"
    filed = {"kind": "filed", "happened_on": "2026-02-02", "number": "63/000,001"}
    assert client.post(f"{address}record/", filed).json()["number"] == "63/000,001"
    early = client.post(f"{address}record/", {"kind": "granted", "happened_on": "2026-02-01"})
    assert early.status_code == 422
    assert early.json()["errors"][0]["code"] == "patent_event_before_filing"
    unknown = client.post("/api/v1/patent-applications/", {**planned, "office": "JP"})
    assert unknown.status_code == 422
    own = f"/api/v1/patent-applications/{made.application.uid}/pay/"
    fee = {"code": "annuity", "part": "9", "paid_on": "2026-03-02", "amount": "2000.00",
           "unit": "CNY"}  # fmt: skip
    paid = client.post(own, fee)
    assert (paid.status_code, paid.json()["amount"]) == (201, "2000.00")
    undone = client.post(f"/api/v1/patent-fees/{paid.json()['uid']}/undo/")
    assert undone.json()["undoes"] == paid.json()["uid"]


def test_finance_charges_and_is_told_which_levy_is_missing(
    cast: Cast, made: Patented, api: Any
) -> None:
    address = f"/api/v1/patent-fees/{made.fee.uid}/charge/"
    assert api(cast.people["ip"]).post(address).status_code == 403
    refused = api(cast.people["finance"]).post(address)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "no_levy_for_it")
    assert not Charge.objects.filter(levy="patent_costs").exists()


# The admin


def at(client: Client, cast: Cast, who: str) -> Client:
    client.force_login(cast.people[who])
    return client


def test_the_page_of_an_application_shows_its_docket_and_its_family(
    cast: Cast, made: Patented, client: Client
) -> None:
    page = reverse("admin:ip_patentapplication_change", args=[made.application.pk])
    text = at(client, cast, "ip").get(page).content.decode()
    for said in ("Annual fee 9", "March 12, 2026", "2,000.00 CNY", "CN108000001B", "<svg"):
        assert said in text
    family = reverse("admin:ip_patentfamily_change", args=[made.application.family.pk])
    assert "A lens" in client.get(family).content.decode()
    assert at(client, cast, "finance").get(page).status_code == 403


def test_staff_enter_what_came_on_paper(cast: Cast, made: Patented, client: Client) -> None:
    at(client, cast, "ip")
    page = reverse("admin:ip_patentapplication_change", args=[made.application.pk])
    act = page.replace("change/", "")

    def post(name: str, **body: str) -> Any:
        response = client.post(f"{act}{name}/", body)
        assert response.status_code == 302, response.content.decode()[-3000:]
        return response

    post("instruct", what="annuity:9", share=str(made.share.pk), choice="drop")
    assert made.application.instructions.count() == 2
    post("pay", what="annuity:9", paid_on="2026-03-02", amount="2,000.00", unit="CNY")
    assert made.application.fees.count() == 2
    post("record", kind="lapsed", happened_on="2026-03-02", number="")
    text = client.get(page).content.decode()
    assert "Lapsed" in text


def test_staff_register_a_family_and_its_applications(
    cast: Cast, made: Patented, client: Client
) -> None:
    at(client, cast, "ip")
    body = {"consortium_choice": cast.consortium.pk, "result": made.result.pk,
            "title_filed": "Mirror"}  # fmt: skip
    assert client.post(reverse("admin:ip_patentfamily_add"), body).status_code == 302
    family = PatentFamily.objects.get(title="Mirror")
    page = reverse("admin:ip_patentfamily_change", args=[family.pk])
    planned = {"office": "EP", "kind": "patent", "route": "direct", "applicants": "single",
               "size": "regular"}  # fmt: skip
    response = client.post(page.replace("change/", "apply/"), planned)
    application = family.applications.get()
    assert response.url == reverse("admin:ip_patentapplication_change", args=[application.pk])  # type: ignore[attr-defined]
    assert client.get(response.url).status_code == 200  # type: ignore[attr-defined]


def test_lists_ask_as_much_for_three_rows_as_for_one(
    cast: Cast, made: Patented, api: Any, django_assert_max_num_queries: Any
) -> None:
    client = api(cast.people["ip"])
    for path in PATHS:
        client.get(f"/api/v1/{path}/")
        with django_assert_max_num_queries(30) as few:
            client.get(f"/api/v1/{path}/")
        few_count = len(few)
        pay(chinese(result_of(cast.members["partner"])), "7")
        with django_assert_max_num_queries(few_count):
            client.get(f"/api/v1/{path}/")
