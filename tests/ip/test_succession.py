"""An owner that is no more: its shares pass to its successor, or wait for the IP desk."""

from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import AuditEvent, Cessation, Notice, Organization
from consortium.operations.advance import advance
from consortium.operations.cessations import name_successor, record_cessation
from consortium.operations.members import end_membership
from consortium.reports.ceased import ceasing
from consortium.reports.docket import docket
from consortium.rules.choices import Left
from consortium.states import Role
from ip.models import Licence, OwnershipChange, Result
from ip.operations.offers import abandon_share
from ip.operations.ownership import Passing, transfer_share
from ip.operations.succeeding import next_succession, succeed_owner, succeed_owners
from ip.reports.verify import ownership
from tests.factories.licences import GRANTED, licensing
from tests.factories.results import DISCLOSED, agreed, disclosed, owners, researching
from tests.factories.running import Running, someone
from tests.funding.test_payments_at_once import at_once

GONE = date(2026, 9, 1)
BEFORE, LATER = date(2026, 8, 31), date(2026, 10, 1)
THIRDS = {"alpha": "1/2", "beta": "1/3", "gamma": "1/6"}


@pytest.fixture
def here(db: None) -> Running:
    return researching()


def of(here: Running, name: str) -> Organization:
    return here.members[name].organization


def cease(
    here: Running, name: str, successor: Organization | None = None, day: date = GONE
) -> Cessation:
    return record_cessation(
        consortium=here.consortium, organization=of(here, name), ceased_on=day,
        successor=successor, evidence="Register", by=None, on=DISCLOSED,
    )  # fmt: skip


def sound(here: Running) -> bool:
    return list(ownership(consortium=here.consortium)) == []


def waiting(here: Running, on: date = LATER) -> list[tuple[str, str]]:
    found = docket(
        consortium=here.consortium, user=here.people["ip"], on=on, until=on, code="ceased_owner"
    )
    return [(each.values["owner"], each.values["result"]) for each in found if each.mine]


def test_a_joint_share_passes_to_the_successor_on_that_day_and_once(here: Running) -> None:
    one, two = agreed(here, THIRDS), disclosed(here, {"beta": "1"}, of="beta")
    cease(here, "alpha", of(here, "gamma"))
    assert here.members["alpha"].terms.get().left == Left.CEASED
    advance(consortium=here.consortium, to=BEFORE)
    assert owners(one, BEFORE) == THIRDS
    advance(consortium=here.consortium, to=GONE)
    assert (owners(one, BEFORE), owners(one, GONE)) == (THIRDS, {"beta": "1/3", "gamma": "2/3"})
    assert owners(two, GONE) == {"beta": "1"}
    advance(consortium=here.consortium, to=LATER)
    assert succeed_owners(consortium=here.consortium, on=LATER) == 0
    (change,) = OwnershipChange.objects.filter(cause="succession")
    assert (change.changed_on, str(change.part)) == (GONE, "1/2")
    assert (change.giver, change.taker) == (of(here, "alpha"), of(here, "gamma"))
    assert sound(here)
    events = AuditEvent.objects.filter(consortium=here.consortium, action="succeed_owner")
    assert [(each.by, each.on) for each in events] == [(None, GONE)]
    told = Notice.objects.filter(code="ownership_changed", on=GONE)
    assert set(told.values_list("recipient", flat=True)) == {
        here.people[name].pk for name in ("beta", "gamma", "ip")
    }
    assert next_succession(consortium=here.consortium, after=LATER) is None


def test_two_that_merge_come_together_in_one_that_never_joined(here: Running) -> None:
    merged = Organization.objects.create(name_en="Merged", kind="enterprise", country="JP")
    one = agreed(here, THIRDS)
    for name in ("alpha", "beta"):
        cease(here, name, merged)
    advance(consortium=here.consortium, to=GONE)
    assert owners(one, GONE) == {"gamma": "1/6", "merged": "5/6"}
    assert sound(here)


def test_a_successor_that_ceases_itself_is_succeeded_in_turn(here: Running) -> None:
    one = agreed(here, THIRDS)
    cease(here, "alpha", of(here, "beta"))
    cease(here, "beta", of(here, "gamma"), LATER)
    advance(consortium=here.consortium, to=LATER)
    assert owners(one, BEFORE) == THIRDS
    assert owners(one, GONE) == {"beta": "5/6", "gamma": "1/6"}
    assert owners(one, LATER) == {"gamma": "1"}


def test_what_was_sold_after_the_day_stays_sold(here: Running) -> None:
    one = agreed(here, THIRDS)
    share, sold_on = one.shares.get(owner=of(here, "alpha")), date(2026, 9, 10)
    passing = Passing(
        to=of(here, "beta"), part=share.part / 2, transferred_on=sold_on, deed=here.file(),
        consent=here.file(),
    )  # fmt: skip
    transfer_share(share=share, passing=passing, by=None, on=sold_on)
    cease(here, "alpha", of(here, "gamma"))
    assert succeed_owners(consortium=here.consortium, on=LATER) == 1
    assert owners(one, sold_on) == {"beta": "7/12", "gamma": "5/12"}
    assert succeed_owners(consortium=here.consortium, on=LATER) == 0
    assert sound(here)


def test_what_it_gave_up_is_the_co_owners_to_take_first(here: Running) -> None:
    one = agreed(here, THIRDS)
    share = one.shares.get(owner=of(here, "alpha"))
    abandon_share(share=share, reason="", by=None, on=date(2026, 8, 20))
    cease(here, "alpha", of(here, "gamma"))
    advance(consortium=here.consortium, to=date(2026, 9, 18))
    assert owners(one, date(2026, 9, 18)) == THIRDS
    advance(consortium=here.consortium, to=LATER)
    assert owners(one, LATER) == {"beta": "1/3", "gamma": "2/3"}


def test_withheld_after_an_outage_until_staff_confirm(here: Running) -> None:
    one = agreed(here, THIRDS)
    cease(here, "alpha", of(here, "gamma"))
    here.consortium.withheld_since = GONE
    here.consortium.save(update_fields=["withheld_since"])
    assert succeed_owners(consortium=here.consortium, on=GONE) == 0
    assert owners(one, GONE) == THIRDS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("succession", "then"),
    [
        ("owners", {"beta": "2/3", "gamma": "1/3"}),
        ("members_equal", {"beta": "7/12", "gamma": "5/12"}),
        ("host", {"beta": "1/3", "gamma": "2/3"}),
    ],
)
def test_without_a_successor_the_desk_lets_it_pass_by_the_charter(
    succession: str, then: dict[str, str]
) -> None:
    here = researching(leaving={"succession": succession})
    here.consortium.host_unit = of(here, "gamma")
    here.consortium.save()
    one = agreed(here, THIRDS)
    end_membership(
        member=here.members["alpha"], ends_on=GONE, left=Left.CEASED, by=None, on=DISCLOSED
    )
    advance(consortium=here.consortium, to=LATER)
    assert owners(one, LATER) == THIRDS
    assert waiting(here) == [("Alpha", one.number)]
    share = one.shares.get(owner=of(here, "alpha"))
    succeed_owner(share=share, by=here.people["ip"], on=LATER)
    assert (owners(one, BEFORE), owners(one, GONE)) == (THIRDS, then)
    assert waiting(here) == []
    assert sound(here)


def test_a_successor_named_later_takes_from_the_day_it_ceased(here: Running) -> None:
    one = agreed(here, THIRDS)
    gone = cease(here, "alpha")
    advance(consortium=here.consortium, to=LATER)
    assert waiting(here) == [("Alpha", one.number)]
    name_successor(cessation=gone, successor=of(here, "beta"), by=here.people["ip"], on=LATER)
    advance(consortium=here.consortium, to=date(2026, 10, 2))
    assert owners(one, GONE) == {"beta": "5/6", "gamma": "1/6"}
    assert waiting(here) == []


def refused(call: Any) -> str:
    with pytest.raises(DomainError) as found:
        call()
    return found.value.code


def test_an_owner_that_goes_on_or_has_no_heir_or_nothing_more_is_not_succeeded(
    here: Running,
) -> None:
    alone = disclosed(here, {"alpha": "1"})
    share = alone.shares.get()
    by = {"by": here.people["ip"], "on": LATER}
    assert refused(lambda: succeed_owner(share=share, **by)) == "owner_not_ceased"
    gone = cease(here, "alpha")
    assert refused(lambda: succeed_owner(share=share, **by)) == "owner_without_heirs"
    assert waiting(here) == [("Alpha", alone.number)]
    name_successor(cessation=gone, successor=of(here, "beta"), **by)
    succeed_owner(share=share, **by)
    assert refused(lambda: succeed_owner(share=share, **by)) == "share_not_owned"
    assert owners(alone, GONE) == {"beta": "1"}


def test_licences_go_on_and_are_named_before(db: None) -> None:
    late = licensing()
    here = late.here
    licence = late.granted()
    alpha, gamma = of(here, "alpha"), of(here, "gamma")
    found = {
        each.code: each.values
        for each in ceasing(
            consortium=here.consortium, organization=alpha, successor=gamma,
            user=late.people["ip"], ceased_on=date(2029, 1, 1), on=GRANTED,
        )
    }  # fmt: skip
    number = late.result.number
    assert found["ceasing_share_passes"] == {"result": number, "part": "1/3", "to": ["Gamma 1/3"]}
    assert found["leaving_licence_given"] == {"licence": licence.number, "result": number}
    record_cessation(
        consortium=here.consortium, organization=alpha, successor=gamma, evidence="Register",
        ceased_on=date(2029, 1, 1), by=None, on=GRANTED,
    )  # fmt: skip
    succeed_owners(consortium=here.consortium, on=date(2029, 1, 1))
    assert owners(late.result, date(2029, 1, 1)) == {"beta": "2/3", "gamma": "1/3"}
    assert Licence.objects.running(date(2029, 1, 2)).get() == licence


def test_a_rival_is_told_nothing_of_shares_it_does_not_see(here: Running) -> None:
    agreed(here, THIRDS, confidentiality="owners")
    someone_else = someone(here, "reader", Role.READER)
    given = {"consortium": here.consortium, "organization": of(here, "alpha"), "successor": None}
    found = ceasing(**given, user=someone_else, ceased_on=GONE, on=DISCLOSED)
    assert [each.code for each in found] == ["ceasing_membership"]


def test_two_sweeps_at_once_pass_it_once(transactional_db: None) -> None:
    here = researching()
    one = agreed(here, THIRDS)
    cease(here, "alpha", of(here, "gamma"))
    sweep = partial(succeed_owners, consortium=here.consortium, on=GONE)
    assert at_once([sweep, sweep, sweep]) == ["done"] * 3
    assert owners(one, GONE) == {"beta": "1/3", "gamma": "2/3"}
    assert OwnershipChange.objects.filter(cause="succession").count() == 1
    assert not here.consortium.parked_items.exists()


def test_over_rest_and_at_the_desk(here: Running, api: Any, client: Client) -> None:
    one = agreed(here, THIRDS)
    cease(here, "alpha")
    share = one.shares.get(owner=of(here, "alpha"))
    with time_machine.travel("2026-10-01T03:00:00Z", tick=False):
        address = f"/api/v1/ownership-shares/{share.uid}/succeed/"
        assert api(here.people["beta"]).post(address).status_code == 403
        client.force_login(here.people["ip"])
        page = reverse("admin:ip_result_succeed", args=[one.pk])
        shown = client.post(page, {"share": share.pk}).content.decode()
        assert "Beta 1/3, Gamma 1/6" in shown
        assert owners(one, GONE) == THIRDS
        seen = shown.split('name="seen" value="')[1].split('"')[0]
        client.post(page, {"share": share.pk, "seen": seen})
        assert owners(Result.objects.get(), GONE) == {"beta": "2/3", "gamma": "1/3"}
        again = api(here.people["ip"]).post(address)
        assert (again.status_code, again.json()["code"]) == (422, "share_not_owned")
