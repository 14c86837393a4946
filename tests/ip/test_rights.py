"""The question from rows: memberships, suspensions, control, shares, requests; in few queries."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.errors import Denied, DomainError
from consortium.models import Control, MembershipTerm, Organization, Suspension
from ip.models import AccessRequest, Result
from ip.operations.asking import Asked, request_access
from ip.reports.rights import answers_on, question_of
from ip.rules.choices import Party, Terms, Use
from ip.rules.rights import Reason, Verdict, answer
from tests.factories.rights import ENDS, SECTION, House, charter, house, join

pytestmark = pytest.mark.django_db
LATER = date(2025, 1, 1)


def ask(
    organization: Organization, result: Result, on: date, use: Use = Use.EXPLOIT
) -> tuple[Verdict, Reason, Terms | None]:
    found = answer(question_of(organization, result), use, on)
    return found.verdict, found.reason, found.terms


FREE = (Verdict.YES, Reason.ACCESS, Terms.ROYALTY_FREE)
FAIR = (Verdict.ON_TERMS, Reason.ACCESS, Terms.FAIR)


def test_members_outsiders_and_those_who_joined_later() -> None:
    here = house()
    result = here.result()
    join(here, "delta", "US", starts_on=date(2025, 3, 1))
    assert ask(here.organization("alpha"), result, LATER) == (Verdict.YES, Reason.OWNS, None)
    assert ask(here.organization("beta"), result, LATER) == FREE
    assert ask(here.organization("delta"), result, date(2025, 3, 1)) == FAIR
    assert ask(here.outsider, result, LATER) == (Verdict.NO, Reason.EXCLUSIVE, None)
    opened = (Verdict.ON_TERMS, Reason.OPENED, Terms.FEE_AND_ROYALTY)
    assert ask(here.outsider, result, ENDS) == opened


def test_who_left_asks_in_time_or_not() -> None:
    here = house()
    result = here.result()
    MembershipTerm.objects.filter(member=here.members["beta"]).update(ends_on=date(2025, 6, 30))
    beta = here.organization("beta")
    assert ask(beta, result, date(2025, 6, 29)) == FREE
    assert ask(beta, result, date(2025, 12, 29)) == FAIR
    assert ask(beta, result, date(2025, 12, 30)) == (Verdict.NO, Reason.TOO_LATE, None)
    AccessRequest.objects.create(
        result=result, asker=beta, uses=["research"], purpose="x", asked_on=date(2025, 7, 1)
    )
    assert ask(beta, result, date(2025, 12, 30))[1] == Reason.TOO_LATE
    AccessRequest.objects.create(
        result=result, asker=beta, uses=["exploit"], purpose="x", asked_on=date(2025, 7, 1)
    )
    assert ask(beta, result, date(2025, 12, 30)) == FAIR


def test_a_suspension_of_access_keeps_what_was_earned() -> None:
    here = house()
    result, newer = here.result(), here.result(completed_on=LATER, disclosed_on=LATER)
    for right, member in (("access", "beta"), ("voting", "gamma")):
        Suspension.objects.create(
            member=here.members[member], right=right, cause="arrears",
            starts_on=date(2024, 6, 1), ends_on=date(2025, 6, 1),
        )  # fmt: skip
    beta = here.organization("beta")
    assert ask(beta, result, LATER) == FREE
    assert ask(beta, newer, LATER) == (Verdict.NO, Reason.SUSPENDED, None)
    assert ask(beta, newer, date(2025, 6, 1)) == FREE
    assert ask(here.organization("gamma"), newer, LATER) == FREE


def controlled(here: House, share: str, controller: Organization, **dates: date) -> Organization:
    name = f"Affiliate {Organization.objects.count()}"
    made = Organization.objects.create(name_en=name, kind="enterprise", country="FR")
    starts_on = dates.pop("starts_on", date(2021, 1, 1))
    Control.objects.create(
        organization=made, controller=controller, share=Decimal(share), starts_on=starts_on, **dates
    )
    return made


def test_who_a_member_controls_has_its_rights_while_it_does() -> None:
    here = house()
    result, beta = here.result(), here.organization("beta")
    daughter = controlled(here, "0.500001", beta, ends_on=date(2025, 6, 1))
    granddaughter = controlled(here, "1", daughter)
    for each in (daughter, granddaughter):
        assert ask(each, result, LATER) == FREE
        assert ask(each, result, date(2025, 6, 1))[0] == Verdict.NO
        assert question_of(each, result).standing.affiliated[0].joined_on == date(2020, 1, 1)
    assert ask(controlled(here, "0.5", beta), result, LATER)[0] == Verdict.NO
    delta = join(here, "delta", "US", starts_on=date(2024, 6, 1)).organization
    assert ask(controlled(here, "1", delta), result, LATER)[0] == Verdict.NO


def test_a_later_charter_is_named_where_it_moved_the_end() -> None:
    here = house()
    result = here.result()
    later = deepcopy(SECTION)
    later["exclusivity"][0] |= {"months": 12, "earlier": True}
    charter(here.consortium, "second", later, starts_on=date(2024, 12, 1))
    found = answer(question_of(here.outsider, result), Use.EXPLOIT, date(2025, 2, 28))
    assert (found.reason, found.charter, found.party) == (Reason.OPENED, "second", Party.DOMESTIC)


def test_a_charter_that_says_nothing_leaves_owners_their_right() -> None:
    here = house()
    result = here.result(promised=False)
    from_nothing = here.consortium.charters.create(
        code="silent", name_en="Silent", starts_on=date(2019, 1, 1), ends_on=date(2019, 6, 1),
        adopted_on=date(2019, 1, 1),
    )  # fmt: skip
    Result.objects.filter(pk=result.pk).update(charter=from_nothing)
    result.refresh_from_db()
    assert ask(here.organization("alpha"), result, LATER)[1] == Reason.OWNS
    assert ask(here.organization("beta"), result, LATER)[1] == Reason.NO_RULE


def test_many_answers_are_those_of_each_alone_in_as_many_queries() -> None:
    here = house()
    for n in range(8):
        day = date(2024, 1 + n, 28)
        here.result(["alpha", "beta"][n % 2], completed_on=day, disclosed_on=day)
    Suspension.objects.create(
        member=here.members["beta"], right="access", cause="arrears",
        starts_on=date(2024, 3, 28), ends_on=date(2024, 6, 1),
    )  # fmt: skip
    MembershipTerm.objects.filter(member=here.members["gamma"]).update(ends_on=date(2024, 5, 28))
    results = Result.objects.order_by("pk")
    for name in ("alpha", "beta", "gamma", "outsider"):
        organization = here.organization(name)
        for on in (date(2024, 5, 28), LATER, date(2026, 5, 28)):
            found = dict(answers_on(organization, results, on=on))
            assert found == {
                each.pk: tuple(answer(question_of(organization, each), use, on) for use in Use)
                for each in results
            }
    counts = []
    for rows in (results[:1], results):
        keys = Result.objects.filter(pk__in=[each.pk for each in rows])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(list(answers_on(here.outsider, keys, on=LATER))) == len(rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Requests


def request(here: House, result: Result, asker: str, **changes: Any) -> AccessRequest:
    given: dict[str, Any] = {
        "result": result, "asker": here.organization(asker), "uses": (Use.EXPLOIT,),
        "purpose": "A stepper",
    }  # fmt: skip
    who = {"by": changes.pop("by", None), "on": changes.pop("on", LATER)}
    return request_access(asked=Asked(**given | changes), **who)


def test_a_request_is_kept_and_the_owners_are_told() -> None:
    here = house()
    row = request(here, here.result(), "beta", by=here.people["beta"])
    assert (row.asked_on, row.uses, row.asker) == (LATER, ["exploit"], here.organization("beta"))
    codes = {n.recipient.username: n.code for n in here.consortium.notices.all()}
    assert codes == {"optics-alpha": "access_requested", "optics-ip": "access_requested"}
    for name, sees in (("alpha", True), ("beta", True), ("gamma", False), ("ip", True)):
        seen = AccessRequest.objects.visible_to(here.people[name], LATER)
        assert seen.exists() is sees


@pytest.mark.parametrize(
    ("asker", "changes", "code"),
    [
        ("outsider", {}, "access_kept"),
        ("beta", {"uses": (Use.LICENSE,)}, "access_not_given"),
        ("gamma", {"on": date(2025, 12, 30)}, "access_too_late"),
        ("beta", {"uses": ()}, "access_nothing_asked"),
        ("beta", {"uses": (Use.EXPLOIT, Use.EXPLOIT)}, "access_nothing_asked"),
        ("beta", {"purpose": " "}, "access_nothing_asked"),
        ("beta", {"asked_on": date(2025, 1, 2)}, "access_asked_in_future"),
    ],
)
def test_what_is_not_to_be_had_is_not_asked_for(
    asker: str, changes: dict[str, Any], code: str
) -> None:
    here = house()
    MembershipTerm.objects.filter(member=here.members["gamma"]).update(ends_on=date(2025, 6, 30))
    with pytest.raises(DomainError) as refused:
        request(here, here.result(), asker, **changes)
    assert refused.value.code == code
    assert not AccessRequest.objects.exists()


def test_only_staff_enter_another_day_from_paper() -> None:
    here = house()
    result, day = here.result(), date(2024, 12, 1)
    with pytest.raises(Denied):
        request(here, result, "beta", by=here.people["beta"], asked_on=day)
    with pytest.raises(Denied):
        request(here, result, "beta", by=here.people["gamma"])
    assert request(here, result, "beta", by=here.people["ip"], asked_on=day).asked_on == day
