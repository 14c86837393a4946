"""The end of a consortium: who succeeds to what the association owned, and since when."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction as F
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consortium.models import Consortium, Organization
from consortium.periods import Period
from ip.models import OwnershipChange, Result
from ip.operations.dissolving import NotEnded, succeed
from ip.reports.dissolution import endings
from ip.reports.verify import ownership
from ip.rules.choices import Succession, Use
from ip.rules.facts import Bond, Question, Standing, Stay
from ip.rules.leaving import heirs
from ip.rules.rights import Verdict, answer
from tests.factories.regimes import regime, result
from tests.factories.results import agreed, disclosed, owners, researching
from tests.factories.running import FOUNDED, Running
from tests.snapshot import built_once

ENDS = date(2026, 9, 1)
LAST = date(2026, 8, 31)
LONG_AFTER = date(2040, 1, 1)
THIRDS = {"alpha": "1/2", "beta": "1/3", "gamma": "1/6"}
ENDINGS = "/api/v1/results-at-end/"


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        (Succession.OWNERS, {"beta": F(1, 3), "gamma": F(1, 6)}),
        (Succession.MEMBERS_EQUAL, dict.fromkeys(("beta", "gamma", "delta"), F(1, 6))),
        (Succession.HOST, {"host": F(1, 2)}),
    ],
)
def test_half_of_a_result_passes(rule: Succession, passes: dict[str, F]) -> None:
    others = {"beta": F(1, 3), "gamma": F(1, 6)}
    members = ["beta", "gamma", "delta"]
    assert heirs(rule, F(1, 2), others=others, members=members, host="host") == passes


@pytest.mark.parametrize("rule", list(Succession))
def test_with_nobody_there_nobody_succeeds(rule: Succession) -> None:
    assert heirs(rule, F(1), others={}, members=[], host=None) == {}


@given(
    part=st.fractions(min_value=F(1, 99), max_value=1, max_denominator=99),
    weights=st.lists(st.integers(1, 99), max_size=6),
    rule=st.sampled_from(Succession),
)
def test_what_passes_comes_to_the_part_exactly(
    part: F, weights: list[int], rule: Succession
) -> None:
    others = {n: F(weight, 600) for n, weight in enumerate(weights)}
    found = heirs(rule, part, others=others, members=list(others), host=-1)
    assert not found or sum(found.values()) == part
    assert all(each > 0 for each in found.values())


@built_once
def ended(succession: str, association: str = "alpha") -> Running:
    """Return a consortium that ends on a day, one of its members being the liable unit."""
    here = researching(leaving={"succession": succession})
    here.consortium.liable_unit = here.members[association].organization
    here.consortium.ends_on = ENDS
    here.consortium.save()
    return here


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("succession", "then"),
    [
        ("owners", {"beta": "2/3", "gamma": "1/3"}),
        ("members_equal", {"beta": "7/12", "gamma": "5/12"}),
        ("host", {"beta": "1/3", "gamma": "2/3"}),
    ],
)
def test_the_association_is_succeeded_from_the_end_day(
    succession: str, then: dict[str, str]
) -> None:
    here = ended(succession)
    here.consortium.host_unit = here.members["gamma"].organization
    here.consortium.save()
    one, two = agreed(here, THIRDS), disclosed(here, {"beta": "1"}, of="beta")
    with pytest.raises(NotEnded):
        succeed(consortium=here.consortium, by=here.people["ip"], on=LAST)
    assert succeed(consortium=here.consortium, by=here.people["ip"], on=ENDS) == 1
    assert (owners(one, LAST), owners(one, ENDS)) == (THIRDS, then)
    assert owners(one, LONG_AFTER) == then
    assert owners(two, LONG_AFTER) == {"beta": "1"}
    assert succeed(consortium=here.consortium, by=None, on=LONG_AFTER) == 0
    assert list(ownership(consortium=here.consortium)) == []
    assert {each.cause for each in OwnershipChange.objects.exclude(giver=None)} == {"succession"}


@pytest.mark.django_db
def test_where_nobody_succeeds_the_part_stays_and_is_named() -> None:
    here = ended("owners")
    one = agreed(here, {"alpha": "1"})
    (found,) = endings(here.consortium, [one], ENDS)
    alpha = here.members["alpha"].organization
    assert (found.owners, found.passes, found.stays) == ({alpha: F(1)}, {}, F(1))
    assert succeed(consortium=here.consortium, by=None, on=ENDS) == 0
    assert owners(one, LONG_AFTER) == {"alpha": "1"}


@pytest.mark.django_db
def test_what_a_member_made_itself_it_keeps_as_the_association_too() -> None:
    here = ended("owners")
    one = disclosed(here, {"alpha": "1/2", "beta": "1/2"})
    (found,) = endings(here.consortium, [one], ENDS)
    assert (found.passes, found.stays) == ({}, F(0))
    assert succeed(consortium=here.consortium, by=None, on=ENDS) == 0
    assert owners(one, LONG_AFTER) == {"alpha": "1/2", "beta": "1/2"}


@pytest.mark.django_db
def test_a_consortium_that_goes_on_is_not_succeeded() -> None:
    here = researching()
    with pytest.raises(NotEnded):
        succeed(consortium=here.consortium, by=None, on=LONG_AFTER)


@pytest.fixture
def over(db: None) -> Iterator[Running]:
    here = ended("owners")
    agreed(here, THIRDS)
    with time_machine.travel("2026-12-01T03:00:00Z", tick=False):
        yield here


def test_over_rest_staff_see_what_passes_and_let_it(over: Running, api: Any) -> None:
    ip = api(over.people["ip"])
    (row,) = ip.get(ENDINGS).json()["results"]
    passes = [(each["organization"]["name"], each["part"]) for each in row["passes"]]
    assert passes == [("Beta", "1/3"), ("Gamma", "1/6")]
    assert (row["ends_on"], row["stays"]) == ("2026-09-01", "0")
    assert api(over.people["beta"]).get(ENDINGS).json()["results"] == []
    here = {"consortium": over.consortium.slug}
    assert api(over.people["beta"]).post(f"{ENDINGS}succeed/", here).status_code == 403
    assert ip.post(f"{ENDINGS}succeed/", here).json() == {"count": 1}
    (row,) = ip.get(ENDINGS).json()["results"]
    found = Result.objects.get()
    assert ip.get(f"/api/v1/results/{found.uid}/").json()["owners"][0]["by"] == "succession"


def test_at_the_desk_the_page_shows_it_and_lets_it_pass(over: Running, client: Client) -> None:
    client.force_login(over.people["ip"])
    page = reverse("admin:dissolution")
    text = client.get(page).content.decode()
    assert "Beta 1/3, Gamma 1/6" in text
    client.post(f"{page}?consortium={over.consortium.slug}")
    assert owners(Result.objects.get(), ENDS) == {"beta": "2/3", "gamma": "1/3"}
    client.force_login(over.people["staff"])
    assert client.get(page).status_code in (302, 403)


def test_rights_are_answered_after_the_end() -> None:
    """A member of the last day is a former member then; an owner owns."""
    section, arose = regime("ip-desca"), date(2026, 3, 1)
    work = result(section, arose, project_ends_on=ENDS)
    stays = Standing(stays=(Stay(Period(FOUNDED, ENDS)),))
    heir = Bond(shares=((Period(ENDS), F(1)),))
    for use in Use:
        assert answer(Question(section, work, stays, heir), use, LONG_AFTER).verdict == Verdict.YES
        assert answer(Question(section, work, stays), use, LONG_AFTER).verdict == Verdict.NO
    asked = answer(Question(section, work, stays), Use.EXPLOIT, ENDS)
    assert (asked.verdict, asked.path) == (Verdict.ON_TERMS, "access[3]")


def test_an_association_that_is_nobody_owns_nothing(db: None) -> None:
    here = researching()
    Consortium.objects.filter(pk=here.consortium.pk).update(ends_on=ENDS)
    here.consortium.refresh_from_db()
    agreed(here, THIRDS)
    assert Organization.objects.filter(shares__isnull=False).count() == 3
    assert succeed(consortium=here.consortium, by=None, on=ENDS) == 0
