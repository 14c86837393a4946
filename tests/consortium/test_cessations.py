"""Organizations that are no more: recorded once, with who succeeds, after seeing what follows."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import Cessation
from consortium.operations.cessations import name_successor, record_cessation
from consortium.reports.ceased import ceased
from consortium.rules.choices import Left
from tests.cast import TODAY, Cast

GONE = date(2026, 9, 1)


def cease(cast: Cast, name: str = "payer", **changes: Any) -> Cessation:
    given: dict[str, Any] = {
        "consortium": cast.consortium, "organization": cast.members[name].organization,
        "ceased_on": GONE, "evidence": "Register", "by": None, "on": TODAY,
    }  # fmt: skip
    return record_cessation(**given | changes)


def refusal(call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def test_it_ends_the_membership_there_and_nowhere_else(cast: Cast) -> None:
    cease(cast)
    term = cast.members["payer"].terms.get()
    assert (term.ends_on, term.left, term.breach) == (GONE, Left.CEASED, False)
    assert cast.members["partner"].terms.get().ends_on is None
    assert [each.organization for each in ceased(cast.consortium, GONE)] \
        == [cast.members["payer"].organization]  # fmt: skip
    assert ceased(cast.consortium, date(2026, 8, 31)) == ceased(cast.other, GONE) == []


def test_a_wrong_one_is_refused(cast: Cast) -> None:
    payer, partner = (cast.members[name].organization for name in ("payer", "partner"))
    assert refusal(lambda: cease(cast, evidence=" ")) == "ceased_unexplained"
    assert refusal(lambda: cease(cast, successor=payer)) == "succeeds_itself"
    before = date(2024, 1, 1)
    assert refusal(lambda: cease(cast, ceased_on=before)) == "ceased_member_later"
    gone = cease(cast)
    assert refusal(lambda: cease(cast)) == "already_ceased"
    assert refusal(lambda: cease(cast, "partner", successor=payer)) == "successor_ceased"
    name_successor(cessation=gone, successor=partner, by=None, on=TODAY)
    again = {"cessation": gone, "successor": partner, "by": None, "on": TODAY}
    assert refusal(lambda: name_successor(**again)) == "already_succeeded"


def test_it_is_looked_at_and_done_over_rest(cast: Cast, api: Any) -> None:
    client, organization = api(cast.people["secretary"]), cast.members["payer"].organization
    given = {"consortium": cast.consortium.slug, "organization": str(organization.uid),
             "ceased_on": "2026-09-01"}  # fmt: skip
    address = "/api/v1/cessations/"
    lines = client.get(f"{address}preview/", given).json()
    assert [each["code"] for each in lines] == ["ceasing_membership"]
    assert not Cessation.objects.exists()
    made = client.post(address, {**given, "evidence": "Register"})
    assert (made.status_code, made.json()["successor"]) == (201, None)
    one = f"{address}{made.json()['uid']}/"
    partner = {"successor": str(cast.members["partner"].organization.uid)}
    named = client.post(f"{one}name-successor/", partner).json()
    assert named["successor"]["name"] == str(cast.members["partner"])
    seen = {who: api(cast.people[who]).get(one).status_code
            for who in ("payer", "partner", "auditor", "rival", "outsider", "finance")}  # fmt: skip
    assert seen == {"payer": 200, "partner": 200, "auditor": 200,
                    "rival": 404, "outsider": 404, "finance": 404}  # fmt: skip
    assert api(cast.people["rival"]).get(f"{address}preview/", given).status_code == 403


def test_at_the_desk_what_it_leads_to_is_seen_first(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.people["secretary"])
    address = reverse("admin:consortium_cessation_add")
    sent = {"consortium_choice": cast.consortium.pk, "ceased_on": "2026-09-01",
            "organization": cast.members["payer"].organization.pk,
            "evidence": "Register"}  # fmt: skip
    page = client.post(address, sent).content.decode()
    assert "Its membership ends on September 1, 2026." in page
    assert not Cessation.objects.exists()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    client.post(address, {**sent, "seen": seen})
    assert Cessation.objects.get().ceased_on == GONE
